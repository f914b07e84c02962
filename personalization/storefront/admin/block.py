"""The list and the form of blocks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.forms import Script
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.campaigns.back_office import StateFilter
from personalization.campaigns.columns import figured, rated
from personalization.campaigns.form import AUDIENCE_FIELDS, WHEN_FIELDS
from personalization.campaigns.state import State
from personalization.jobs.back_office import NOTHING, day_told, number_told
from personalization.recommend.rules.rule import rules_from
from personalization.recommend.strategies.strategy import strategies
from personalization.storefront.admin.rule_views import RuleViews
from personalization.storefront.admin.views import BlockViews
from personalization.storefront.block_form import (
    DIALS,
    form_class,
    known,
    parameter_fields,
    title_fields,
)
from personalization.storefront.health import health, surroundings
from personalization.storefront.models import Block
from personalization.storefront.overview import heading_of
from personalization.storefront.rule_check import check, other_shop_rules
from personalization.storefront.rule_form import RuleRows
from personalization.storefront.sentence import sentence
from personalization.storefront.steps import first_steps, next_step

TONES = {State.LIVE: "good", State.SCHEDULED: "wait"}


@admin.register(Block)
class BlockAdmin(BlockViews, RuleViews):
    """The owner's blocks."""

    list_display = ("state", "block", "place", "shown_week", "shown_fortnight", "click_rate", "last_shown")
    list_filter = (StateFilter, ("slot", admin.AllValuesFieldListFilter), "strategy")
    search_fields = ("slot", "name", "note", "titles")
    search_help_text = gettext_lazy("Words of a heading, a name, a place or a note.")
    save_as = False
    only_told = ("titles_told", "audience_told", "hours_told")
    change_list_template = "personalization/admin/blocks.html"
    change_form_template = "personalization/admin/block_form.html"

    class Media:
        """The sentence, the preview and the fields of the chosen kind of list."""

        css = {"all": ["personalization/admin/rules.css", "personalization/charts.css"]}
        js = [
            # It looks for what is chosen by name before the finders wake.
            Script("personalization/admin/chosen.js", defer=True),
            Script("personalization/admin/finder.js", defer=True),
            Script("personalization/admin/block_form.js", defer=True),
            Script("personalization/admin/rules.js", defer=True),
            Script("personalization/admin/dials.js", defer=True),
        ]

    def learn(self, campaigns: Sequence[Any], *, now: datetime) -> None:
        """Their figures and what is wrong."""
        around = surroundings(now=now)
        for block in campaigns:
            vars(block).update(health=health(block, around, now=now), segments=around.segments)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With what comes next, as long as the first steps are not all done."""
        more = {"next_step": next_step(first_steps(now=timezone.now()))}
        return super().changelist_view(request, (extra_context or {}) | more)

    def strategy_in_hand(self, request: HttpRequest, block: Block | None) -> str:
        """The kind of list that the form is about: as sent, as stored, or the first there is."""
        sent = request.POST.get("strategy") or request.GET.get("strategy")
        stored = block.strategy if block else next(iter(strategies)).name
        return sent if sent and known(sent) else stored

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """With the headings and the settings of the kind of list in hand."""
        if self.may_edit(request, obj):
            kwargs["form"] = form_class(self.strategy_in_hand(request, obj))
        return super().get_form(request, obj, change=change, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new block begins with the first kind of list, so that its sentence is true from the start."""
        first = next(iter(strategies)).name
        return {"strategy": first} | super().get_changeform_initial_data(request)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """In the order in which one thinks: what, where, how many, when."""
        what: tuple[str, ...] = ("strategy", "titles_told")
        settings: list[str] = []
        whom: tuple[str, ...] = ("audience_told",)
        if may_edit := self.may_edit(request, obj):
            what, whom = ("strategy", *title_fields()), AUDIENCE_FIELDS
            settings = parameter_fields(self.strategy_in_hand(request, obj))
        none = "" if settings else _("There is nothing more to set for this kind of list.")
        return (
            (_("What it shows"), {"fields": what}),
            (_("Settings of the list"), {"fields": settings, "classes": ("pz-parameters",), "description": none}),
            (_("To whom"), {"fields": whom, "classes": ("pz-audience",)}),
            (_("Where"), {"fields": (("slot", "position"),)}),
            (_("How many"), {"fields": (("limit", "minimum"), "fallback"), "classes": ("pz-before-rules",)}),
            (_("Variety"), {"fields": (("most_of_category", "most_of_brand"), "tires_after")}),
            (_("Dials"), {"fields": DIALS, "classes": ("pz-dials",)}),
            (_("When"), {"fields": (*WHEN_FIELDS[:2], *(WHEN_FIELDS[2:] if may_edit else ("hours_told",)))}),
            (_("For you and your colleagues"), {"fields": ("name", "note")}),
        )

    def begun(self, request: HttpRequest, campaign: Any) -> Block:
        """With the kind of list in hand."""
        return Block(strategy=self.strategy_in_hand(request, None))

    def beside_form(self, request: HttpRequest, form: Any, campaign: Any) -> dict[str, Any]:
        """The rules, and where the preview comes from."""
        return {
            "preview_query": f"block={campaign.pk}" if campaign.pk else f"strategy={campaign.strategy}",
            **self._rules_told(request, form, campaign),
            "dials_address": reverse("admin:personalization_block_trade_off"),
            "places": Block.objects.order_by("slot").values_list("slot", flat=True).distinct(),
        }

    def get_urls(self) -> list[URLPattern]:
        """With those of its rules."""
        return [*self.rule_urls(), *super().get_urls()]

    def _rules_told(self, request: HttpRequest, form: Any, block: Block) -> dict[str, Any]:
        rows = _rows_of(form, block)
        found = check(rows.rules(), of_the_shop=other_shop_rules(), limit=block.limit)
        shown, addresses = self.checked_rows(rows, found), self.rule_addresses()
        return {"rule_rows": shown, "rule_check": found, "rule_addresses": addresses, "find_address": addresses["find"]}

    # --- columns ----------------------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("block"))
    def block(self, block: Block) -> SafeString:
        """The heading, the sentence, and what is wrong."""
        told = sentence(block, now=timezone.now(), known=vars(block)["segments"])
        return self.headed(block, heading_of(block), told)

    @admin.display(description=gettext_lazy("place"))
    def place(self, block: Block) -> str:
        """Where it stands, and as which one."""
        return f"{block.slot} · {block.position}"

    @admin.display(description=gettext_lazy("shown, 7 days"))
    def shown_week(self, block: Block) -> SafeString:
        """Impressions by shoppers."""
        return figured(vars(block)["health"].impressions.week, _("in 7 days"))

    @admin.display(description=gettext_lazy("14 days"))
    def shown_fortnight(self, block: Block) -> SafeString:
        """Impressions by shoppers."""
        return figured(vars(block)["health"].impressions.fortnight, _("in 14 days"))

    @admin.display(description=gettext_lazy("click rate"))
    def click_rate(self, block: Block) -> SafeString | str:
        """Clicks per hundred showings, and how many of these stood on a screen."""
        counted = vars(block)["health"].impressions
        if counted.click_rate is None:
            return NOTHING
        clicks = ngettext("%(n)s click", "%(n)s clicks", counted.clicked) % {"n": number_told(counted.clicked)}
        seen = ngettext("seen %(n)s time", "seen %(n)s times", counted.seen) % {"n": number_told(counted.seen)}
        return rated(counted.click_rate, f"{clicks}, {seen}")

    @admin.display(description=gettext_lazy("last shown"))
    def last_shown(self, block: Block) -> str:
        """To a shopper, by days."""
        return day_told(vars(block)["health"].impressions.last, now=timezone.now())

    @admin.display(description=gettext_lazy("heading"))
    def titles_told(self, block: Block) -> str:
        """For those who may look only."""
        return heading_of(block)

    def sentence_of(self, campaign: Any) -> str:
        """As the list says it."""
        return sentence(campaign, now=timezone.now())


def _rows_of(form: Any, block: Block) -> RuleRows:
    # Whoever may look only gets Django's own form, without rows.
    rows = getattr(form, "rule_rows", None)
    return RuleRows(rules=rules_from(block.rules), spare=0) if rows is None else rows
