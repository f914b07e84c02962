"""The list and the form of blocks."""

from typing import Any

from django.contrib import admin
from django.forms import Script
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.campaigns.back_office import CampaignAdmin, StateFilter
from personalization.campaigns.form import AUDIENCE_FIELDS, WHEN_FIELDS
from personalization.campaigns.state import State
from personalization.events.accounts import may_see_accounts
from personalization.jobs.back_office import NOTHING, chip, day_told, number_told
from personalization.recommend.rules.rule import rules_from
from personalization.recommend.strategies.strategy import strategies
from personalization.storefront.admin.filters import BlockList
from personalization.storefront.admin.rule_views import RuleViews
from personalization.storefront.admin.views import BlockViews
from personalization.storefront.audience_words import audience_told, segments_in
from personalization.storefront.block_form import (
    DIALS,
    form_class,
    known,
    parameter_fields,
    title_fields,
)
from personalization.storefront.health import Health, health, surroundings
from personalization.storefront.models import Block
from personalization.storefront.overview import heading_of
from personalization.storefront.rule_check import check, other_shop_rules
from personalization.storefront.rule_form import RuleRows
from personalization.storefront.sentence import sentence
from personalization.storefront.steps import first_steps, next_step

TONES = {State.LIVE: "good", State.SCHEDULED: "wait"}


@admin.register(Block)
class BlockAdmin(BlockViews, RuleViews, CampaignAdmin):
    """The owner's blocks."""

    list_display = ("state", "block", "place", "shown_week", "shown_fortnight", "click_rate", "last_shown")
    list_display_links = None
    list_filter = (StateFilter, ("slot", admin.AllValuesFieldListFilter), "strategy")
    search_fields = ("slot", "name", "note", "titles")
    search_help_text = gettext_lazy("Words of a heading, a name, a place or a note.")
    sortable_by = ()
    save_as = False
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

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BlockList]:
        """A page whose figures are read at once."""
        return BlockList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the first steps, as long as they are not all done."""
        steps = first_steps(now=timezone.now())
        more = {"steps": steps, "next_step": next_step(steps), "steps_done": sum(one.state == "done" for one in steps)}
        return super().changelist_view(request, (extra_context or {}) | more)

    def strategy_in_hand(self, request: HttpRequest, block: Block | None) -> str:
        """The kind of list that the form is about: as sent, as stored, or the first there is."""
        sent = request.POST.get("strategy") or request.GET.get("strategy")
        stored = block.strategy if block else next(iter(strategies)).name
        return sent if sent and known(sent) else stored

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """With the headings and the settings of the kind of list in hand."""
        if self._may_edit(request, obj):
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
        if may_edit := self._may_edit(request, obj):
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

    def render_change_form(
        self, request: HttpRequest, context: Any, add: bool = False, change: bool = False,
        form_url: str = "", obj: Any = None,
    ) -> HttpResponse:  # fmt: skip
        """With the sentence, what is wrong, and where the preview comes from."""
        now, form = timezone.now(), context["adminform"].form
        block = form.instance if obj or form.is_bound else Block(strategy=self.strategy_in_hand(request, None))
        context |= {
            "sentence": sentence(block, now=now),
            "problems": health(obj, surroundings(now=now), now=now).problems if obj else (),
            "preview_query": f"block={obj.pk}" if obj else f"strategy={block.strategy}",
            "may_edit": self._may_edit(request, obj),
            **self._rules_told(request, form, block),
            "may_see_accounts": may_see_accounts(request.user),
            "dials_address": reverse("admin:personalization_block_trade_off"),
            "places": Block.objects.order_by("slot").values_list("slot", flat=True).distinct(),
        }
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def get_urls(self) -> list[URLPattern]:
        """Our own pages before Django's."""
        return [*self.own_urls(), *self.rule_urls(), *self.history_urls(), *super().get_urls()]

    def _rules_told(self, request: HttpRequest, form: Any, block: Block) -> dict[str, Any]:
        rows = _rows_of(form, block)
        found = check(rows.rules(), of_the_shop=other_shop_rules(), limit=block.limit)
        shown = self.checked_rows(rows, found)
        return {"rule_rows": shown, "rule_check": found, "rule_addresses": self.rule_addresses()}

    def _may_edit(self, request: HttpRequest, block: Any) -> bool:
        return self.has_change_permission(request, block) if block else self.has_add_permission(request)

    # --- columns ----------------------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("state"))
    def state(self, block: Block) -> SafeString:
        """What is live and what is wrong."""
        told: Health = vars(block)["health"]
        if told.problems and told.state != State.ENDED:
            return chip("bad", _("problem"))
        if told.state == State.LIVE and not block.is_on(timezone.now()):
            return chip("wait", _("live, not at this hour"))
        return chip(TONES.get(told.state, "off"), told.state.label)

    @admin.display(description=gettext_lazy("block"))
    def block(self, block: Block) -> SafeString:
        """The heading, the sentence, and what is wrong."""
        url = reverse("admin:personalization_block_change", args=[block.pk])
        wrong = format_html_join(
            "", '<span class="pz-problem">{}</span>', ((one,) for one in vars(block)["health"].problems)
        )
        told = sentence(block, now=timezone.now(), known=vars(block)["segments"])
        layout = '<a class="pz-heading" href="{}">{}</a>{}<span class="pz-quiet">{}</span>{}'
        name = format_html('<span class="pz-under">{}</span>', block.name) if block.name else ""
        return format_html(layout, url, heading_of(block), name, told, wrong)

    @admin.display(description=gettext_lazy("place"))
    def place(self, block: Block) -> str:
        """Where it stands, and as which one."""
        return f"{block.slot} · {block.position}"

    @admin.display(description=gettext_lazy("shown, 7 days"))
    def shown_week(self, block: Block) -> SafeString:
        """Impressions by shoppers."""
        return _figure(vars(block)["health"].impressions.week, _("in 7 days"))

    @admin.display(description=gettext_lazy("14 days"))
    def shown_fortnight(self, block: Block) -> SafeString:
        """Impressions by shoppers."""
        return _figure(vars(block)["health"].impressions.fortnight, _("in 14 days"))

    @admin.display(description=gettext_lazy("click rate"))
    def click_rate(self, block: Block) -> SafeString | str:
        """Clicks per hundred showings, and how many of these stood on a screen."""
        counted = vars(block)["health"].impressions
        if counted.click_rate is None:
            return NOTHING
        clicks = ngettext("%(n)s click", "%(n)s clicks", counted.clicked) % {"n": number_told(counted.clicked)}
        seen = ngettext("seen %(n)s time", "seen %(n)s times", counted.seen) % {"n": number_told(counted.seen)}
        rate = f"{number_format(counted.click_rate, 1)} %"
        return format_html('{} <span class="pz-under">{}, {}</span>', rate, clicks, seen)

    @admin.display(description=gettext_lazy("last shown"))
    def last_shown(self, block: Block) -> str:
        """To a shopper, by days."""
        return day_told(vars(block)["health"].impressions.last, now=timezone.now())

    @admin.display(description=gettext_lazy("heading"))
    def titles_told(self, block: Block) -> str:
        """For those who may look only."""
        return heading_of(block)

    @admin.display(description=gettext_lazy("to whom"))
    def audience_told(self, block: Block) -> str:
        """For those who may look only."""
        return audience_told(block.for_whom, segments_in([block])) or _("everybody")

    @admin.display(description=gettext_lazy("hours"))
    def hours_told(self, block: Block) -> str:
        """For those who may look only."""
        return block.at_hours.told() or _("always")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Heading, audience and hours as text, for those who may look only."""
        return () if self._may_edit(request, obj) else ("titles_told", "audience_told", "hours_told")

    def sentence_of(self, campaign: Any) -> str:
        """As the list says it."""
        return sentence(campaign, now=timezone.now())


def _figure(number: int, unit: str) -> SafeString:
    # On a phone the rows become cards, and a figure without its column's head would say nothing.
    return format_html('{} <span class="pz-only-phone">{}</span>', number_told(number), unit)


def _rows_of(form: Any, block: Block) -> RuleRows:
    # Whoever may look only gets Django's own form, without rows.
    rows = getattr(form, "rule_rows", None)
    return RuleRows(rules=rules_from(block.rules), spare=0) if rows is None else rows
