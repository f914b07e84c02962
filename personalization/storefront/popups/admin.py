"""The list and the form of pop-ups, their preview, and which of them would come."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from personalization import shop
from personalization.campaigns.back_office import CampaignAdmin, Page, StateFilter, framed
from personalization.campaigns.columns import figured
from personalization.campaigns.form import AUDIENCE_FIELDS, WHEN_FIELDS
from personalization.events.accounts import may_see_accounts
from personalization.jobs.back_office import NOTHING, id_sent, number_told
from personalization.storefront.admin import asked
from personalization.storefront.popups.form import OFTEN_FIELDS, form_class, setting_fields, word_fields
from personalization.storefront.popups.health import health_of
from personalization.storefront.popups.models import TITLE, Popup
from personalization.storefront.popups.preview import Question, preview, which
from personalization.storefront.popups.ready import ready, ready_named
from personalization.storefront.popups.replay.page import newest_of
from personalization.storefront.popups.replay.views import replay_pages
from personalization.storefront.popups.sentence import sentence
from personalization.storefront.popups.text import PLACEHOLDERS

START = "start"


@admin.register(Popup)
class PopupAdmin(CampaignAdmin):
    """The owner's pop-ups, the first of them on top."""

    list_display = ("state", "popup", "whom", "shown", "click_rate", "closed", "turn")
    list_filter = (StateFilter, "design")
    search_fields = ("name", "note", "texts")
    search_help_text = gettext_lazy("Words of a heading, a name or a note.")
    ordering = ("priority", "pk")
    only_told = ("words_told", "audience_told", "often_told", "hours_told")
    asked_as, always_sent = "popup", "design"
    change_list_template = "personalization/admin/popups.html"
    change_form_template = "personalization/admin/popup_form.html"

    class Media:
        """The sentence, the preview, and the settings of what was chosen."""

        css = {"all": ["personalization/admin/popups.css"]}
        js = [
            Script("personalization/admin/chosen.js", defer=True),
            Script("personalization/admin/finder.js", defer=True),
            Script("personalization/admin/popup_form.js", defer=True),
        ]

    def learn(self, campaigns: Sequence[Any], *, now: datetime) -> None:
        """Their figures and what is wrong."""
        healths, known = health_of(campaigns, now=now)
        for popup in campaigns:
            vars(popup).update(health=healths[popup.pk], segments=known)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With pop-ups to start from, for whoever may make one."""
        more = {"ready": ready() if self.has_add_permission(request) else []}
        return super().changelist_view(request, (extra_context or {}) | more)

    # --- the form ---

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """With the words in each language, and the settings of every design and trigger."""
        if self.may_edit(request, obj):
            kwargs["form"] = form_class()
        form = super().get_form(request, obj, change=change, **kwargs)
        begun = None if obj else ready_named(_start(request))
        return form if begun is None else _begun(form, begun.popup)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """In the order in which one thinks: what, when, where, to whom, how often."""
        may_edit = self.may_edit(request, obj)
        words: Sequence[Any] = word_fields() if may_edit else ("words_told",)
        whom: Sequence[Any] = (*AUDIENCE_FIELDS, "share") if may_edit else ("audience_told",)
        often: Sequence[Any] = (OFTEN_FIELDS[:4], OFTEN_FIELDS[4], "goal") if may_edit else ("often_told", "goal")
        settings = {prefix: setting_fields(prefix) if may_edit else [] for prefix in ("design", "trigger")}
        seldom = _("At most so many times to one person; empty or 0: any number. Whoever closed it is left alone.")
        return (
            (_("What it shows"), {"fields": ("design", *settings["design"])}),
            (_("Words"), {"fields": (*words, "link"), "description": self._words_help() if may_edit else ""}),
            (_("When it comes"), {"fields": ("trigger", *settings["trigger"], ("where", "look"))}),
            (_("To whom"), {"fields": whom, "classes": ("pz-audience",)}),
            (_("How often"), {"fields": often, "description": seldom}),
            (_("Live"), {"fields": (*WHEN_FIELDS[:2], *(WHEN_FIELDS[2:] if may_edit else ("hours_told",)))}),
            (_("For you and your colleagues"), {"fields": ("name", "priority", "note")}),
        )

    def begun(self, request: HttpRequest, campaign: Any) -> Popup:
        """One to start from, if it is named."""
        begun = ready_named(_start(request))
        return begun.popup() if begun else campaign

    def beside_form(self, request: HttpRequest, form: Any, campaign: Any) -> dict[str, Any]:
        """What the preview starts from, and where segments are found."""
        find = reverse("admin:personalization_shoprule_rule_find", args=["KIND"])
        return {"start": request.GET.get(START, ""), "find_address": find, "replay": newest_of(campaign)}

    def _words_help(self) -> SafeString:
        told = format_html_join(", ", "<code>{{{}}}</code> {}", PLACEHOLDERS.items())
        intro = _("What is missing in one language is shown in another. In braces may stand:")
        return format_html("{} {}.", intro, told)

    # --- pages of its own ---

    def own_pages(self) -> list[Page]:
        """The sentence, the preview, which one would come, and the order."""
        return [
            ("sentence/", "sentence", require_POST(self.sentence_view)),
            ("preview/", "preview", framed(self.preview_view)),
            ("which/", "which", require_GET(self.which_view)),
            ("find-shopper/", "find_shopper", require_GET(self.find_shopper_view)),
            ("<int:pk>/move/<str:way>/", "move", require_POST(self.move_view)),
            *replay_pages(self),
        ]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The pop-up as this shopper would see it; shown in a frame, noted nowhere."""
        told = request.POST if request.method == "POST" else request.GET
        popup, user = self.campaign_in(request, told), asked.shopper(request, id_sent(told.get("shopper")))
        context = {"preview": preview(popup, now=timezone.now(), user=user)}
        return TemplateResponse(request, "personalization/admin/popup_preview.html", context)

    def which_view(self, request: HttpRequest) -> HttpResponse:
        """Which one would come for this shopper on such a page, and why not the others."""
        now, told = timezone.now(), request.GET
        user = asked.shopper(request, id_sent(told.get("shopper_id")))
        product_id = id_sent(told.get("product_id"))
        kind = told.get("kind", "") if told.get("kind") in Popup.Where.values else ""
        question = Question(
            user=user, kind=kind, product_id=product_id, page=_least(told.get("page"), 2),
            visit=_least(told.get("visit"), 2), product_views=_least(told.get("views"), 1),
            results=0 if told.get("nothing") else None,
        )  # fmt: skip
        popups = list(Popup.objects.at_hand())
        titles = shop.titles([product_id]) if product_id else {}
        context = {
            "title": _("Which pop-up would come"), "opts": self.opts, "here": "popup", "question": question,
            "answers": which(popups, question, now=now), "kinds": Popup.Where.choices,
            "may_see_accounts": may_see_accounts(request.user), "product_title": titles.get(product_id or 0, ""),
        }  # fmt: skip
        page = "personalization/admin/popup_which.html"
        return TemplateResponse(request, page, self.admin_site.each_context(request) | context)

    def move_view(self, request: HttpRequest, pk: int, way: str) -> HttpResponse:
        """One place up or down; all of them are numbered anew, so that no two share a number."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        rows = list(Popup.objects.at_hand())
        place = next((number for number, one in enumerate(rows) if one.pk == pk), None)
        other = None if place is None else place + (1 if way == "down" else -1)
        if place is not None and other is not None and 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
            for number, one in enumerate(rows, start=1):
                if one.priority != number * 10:
                    Popup.objects.filter(pk=one.pk).update(priority=number * 10)
            messages.success(request, _("The order is changed: of several, the uppermost comes first."))
        return HttpResponseRedirect(reverse("admin:personalization_popup_changelist"))

    # --- columns ---

    @admin.display(description=gettext_lazy("pop-up"))
    def popup(self, popup: Popup) -> SafeString:
        """The heading, the sentence, and what is wrong."""
        told = sentence(popup, now=timezone.now(), known=vars(popup)["segments"])
        return self.headed(popup, popup.words(TITLE) or str(popup), told)

    @admin.display(description=gettext_lazy("shown, 14 days"))
    def shown(self, popup: Popup) -> SafeString:
        """To shoppers."""
        return figured(vars(popup)["health"].figures.shown, _("in 14 days"))

    @admin.display(description=gettext_lazy("clicks"))
    def click_rate(self, popup: Popup) -> SafeString | str:
        """Of a hundred showings, how many led on; and how many that were."""
        told = vars(popup)["health"].figures
        return _rate(told.click_rate, told.clicked + told.answered, _("clicked"))

    @admin.display(description=gettext_lazy("closed"))
    def closed(self, popup: Popup) -> SafeString | str:
        """Of a hundred showings, how many were closed."""
        told = vars(popup)["health"].figures
        return _rate(100 * told.closed / told.shown if told.shown else None, told.closed, _("closed"))

    @admin.display(description=gettext_lazy("order"))
    def turn(self, popup: Popup) -> SafeString:
        """Up and down; of several whose moment has come, the uppermost comes."""
        ways = [("up", "↑", _("Move up: %(name)s")), ("down", "↓", _("Move down: %(name)s"))]
        told = (
            (reverse("admin:personalization_popup_move", args=[popup.pk, way]), text % {"name": popup}, sign)
            for way, sign, text in ways
        )
        layout = '<button class="pz-move" type="submit" formaction="{}" aria-label="{}">{}</button>'
        return format_html('<span class="pz-moves">{}</span>', format_html_join("", layout, told))

    @admin.display(description=gettext_lazy("words"))
    def words_told(self, popup: Popup) -> str:
        """For those who may look only."""
        return popup.words(TITLE)

    @admin.display(description=gettext_lazy("how often"))
    def often_told(self, popup: Popup) -> str:
        """For those who may look only."""
        return popup.how_often.told() or _("any number of times")

    def sentence_of(self, campaign: Any) -> str:
        """As the list says it."""
        return sentence(campaign, now=timezone.now())


def _begun(form: Any, begun: Callable[[], Popup]) -> Any:
    class Begun(form):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            # Django's admin gives a new row as "no instance", and its initial values by the address alone.
            if kwargs.get("instance") is None:
                kwargs["instance"] = begun()
                kwargs.pop("initial", None)
            super().__init__(*args, **kwargs)

    return Begun


def _start(request: HttpRequest) -> str:
    return request.GET.get(START, "") or request.POST.get(START, "")


def _least(told: str | None, otherwise: int) -> int:
    return id_sent(told) or otherwise


def _rate(rate: float | None, number: int, unit: str) -> SafeString | str:
    if rate is None:
        return NOTHING
    times = ngettext("%(n)s time", "%(n)s times", number) % {"n": number_told(number)}
    layout = '{} % <span class="pz-under">{}</span> <span class="pz-only-phone">{}</span>'
    return format_html(layout, number_format(rate, 1), times, unit)
