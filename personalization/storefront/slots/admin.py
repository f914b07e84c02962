"""The list and the form of banners, and their preview."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.forms import Script
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST

from personalization.campaigns.back_office import CampaignAdmin, StateFilter
from personalization.campaigns.form import AUDIENCE_FIELDS, WHEN_FIELDS
from personalization.campaigns.state import State
from personalization.jobs.back_office import NOTHING, chip, number_told
from personalization.storefront.audience_words import audience_told, segments_in
from personalization.storefront.block_form import languages
from personalization.storefront.slots.form import PICTURE_FIELDS, form_class, word_fields
from personalization.storefront.slots.health import Figures, Health, health_of
from personalization.storefront.slots.models import ALT, BUTTON, TEXT, TITLE, Banner, own_language
from personalization.storefront.slots.sentence import sentence
from personalization.storefront.slots.showing import drawn

TONES = {State.LIVE: "good", State.SCHEDULED: "wait"}


class BannerList(ChangeList):
    """A page of banners, each knowing how it does."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django's; the figures of all rows are read at once."""
        super().get_results(request)
        rows = list(self.result_list)
        healths, known = health_of(rows, now=timezone.now())
        for row in rows:
            vars(row).update(health=healths[row.pk], segments=known)
        self.result_list = rows


@admin.register(Banner)
class BannerAdmin(CampaignAdmin):
    """The owner's banners, place by place, in the order in which their turn comes."""

    list_display = ("state", "banner", "place", "whom", "shown", "click_rate")
    list_display_links = None
    list_filter = (StateFilter, "slot")
    search_fields = ("slot", "name", "note", "texts")
    search_help_text = gettext_lazy("A place, or words of a heading, a name or a note.")
    sortable_by = ()
    ordering = ("slot", "priority", "pk")
    change_list_template = "personalization/admin/banners.html"
    change_form_template = "personalization/admin/banner_form.html"

    class Media:
        """The sentence, the preview, and the point of the picture that stays in sight."""

        css = {"all": ["personalization/admin/popups.css", "personalization/admin/banners.css"]}
        js = [
            Script("personalization/admin/chosen.js", defer=True),
            Script("personalization/admin/banner_form.js", defer=True),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BannerList]:
        """A page whose figures are read at once."""
        return BannerList

    # --- the form ---

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """With the words in each language."""
        if self._may_edit(request, obj):
            kwargs["form"] = form_class()
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """In the order in which one thinks: where, what, to whom, when."""
        may_edit = self._may_edit(request, obj)
        words: Sequence[Any] = word_fields(TITLE, TEXT, BUTTON) if may_edit else ("words_told",)
        alt: Sequence[Any] = word_fields(ALT) if may_edit else ()
        whom: Sequence[Any] = (*AUDIENCE_FIELDS, "share") if may_edit else ("audience_told",)
        when = WHEN_FIELDS if may_edit else (*WHEN_FIELDS[:2], "hours_told")
        return (
            (_("Where"), {"fields": ("slot", "priority")}),
            (_("Words"), {"fields": (*words, "link"), "description": self._words_help() if may_edit else ""}),
            (_("Picture"), {"fields": (*PICTURE_FIELDS, *alt), "classes": ("pz-focus",)}),
            (_("To whom"), {"fields": whom, "classes": ("pz-audience",)}),
            (_("Live"), {"fields": when}),
            (_("For you and your colleagues"), {"fields": ("name", "note")}),
        )

    def render_change_form(
        self, request: HttpRequest, context: Any, add: bool = False, change: bool = False,
        form_url: str = "", obj: Any = None,
    ) -> HttpResponse:  # fmt: skip
        """With the sentence, what is wrong, and the preview."""
        now, form = timezone.now(), context["adminform"].form
        banner = form.instance
        context |= {
            "sentence": sentence(banner, now=now),
            "problems": health_of([obj], now=now)[0][obj.pk].problems if obj else (),
            "may_edit": self._may_edit(request, obj),
            "languages": languages(),
            "places": Banner.objects.order_by("slot").values_list("slot", flat=True).distinct(),
            "find_address": reverse("admin:personalization_shoprule_rule_find", args=["KIND"]),
        }
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What is kept as JSON as text, for those who may look only."""
        return () if self._may_edit(request, obj) else ("words_told", "audience_told", "hours_told")

    def _may_edit(self, request: HttpRequest, banner: Any) -> bool:
        return self.has_change_permission(request, banner) if banner else self.has_add_permission(request)

    def _words_help(self) -> str:
        own = languages().get(own_language(), own_language())
        return _("What is not written in one language is shown in %(own)s, the shop's own.") % {"own": own}

    # --- pages of its own ---

    def get_urls(self) -> list[URLPattern]:
        """Our own pages before Django's."""
        looked_at = require_http_methods(["GET", "POST"])(xframe_options_sameorigin(self.preview_view))
        own: list[tuple[str, Any]] = [("sentence", require_POST(self.sentence_view)), ("preview", looked_at)]
        views = [
            path(f"{name}/", self.admin_site.admin_view(self._guarded(view)), name=f"personalization_banner_{name}")
            for name, view in own
        ]
        return [*views, *self.history_urls(), *super().get_urls()]

    def sentence_view(self, request: HttpRequest) -> HttpResponse:
        """The sentence of the form as it stands, unsaved."""
        return JsonResponse({"sentence": sentence(self._banner_in(request, request.POST), now=timezone.now())})

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The banner as its readers see it, in the language that was asked for; noted nowhere."""
        told = request.POST if request.method == "POST" else request.GET
        banner, language = self._banner_in(request, told), told.get("language", "")
        with translation.override(language if language in languages() else own_language()):
            html, title = drawn(banner), banner.words(TITLE)
        fallback = languages().get(title.language, title.language) if title.language else ""
        context = {"html": html, "fallback": fallback, "is_empty": not title, "language": language or own_language()}
        return TemplateResponse(request, "personalization/admin/banner_preview.html", context)

    def _guarded(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def checked(request: HttpRequest, **about: Any) -> HttpResponse:
            if not self.has_view_or_change_permission(request):
                raise PermissionDenied
            return view(request, **about)

        return checked

    def _banner_in(self, request: HttpRequest, data: Any) -> Banner:
        """The banner that the form describes; without a form the stored one, or a new one."""
        asked = data.get("banner", "")
        stored = Banner.objects.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
        if "slot" not in data or not self._may_edit(request, stored):
            return stored or Banner()
        form = self.get_form(request, stored, change=stored is not None)(data, instance=stored)
        # What does not fit its field keeps its former value: the sentence and the preview follow as far as they can.
        form.is_valid()
        banner: Banner = form.instance
        return banner

    # --- columns ---

    @admin.display(description=gettext_lazy("state"))
    def state(self, banner: Banner) -> SafeString:
        """What is live and what is wrong."""
        told: Health = vars(banner)["health"]
        if told.problems and told.state != State.ENDED:
            return chip("bad", _("problem"))
        if told.state == State.LIVE and not banner.is_on(timezone.now()):
            return chip("wait", _("live, not at this hour"))
        return chip(TONES.get(told.state, "off"), told.state.label)

    @admin.display(description=gettext_lazy("banner"))
    def banner(self, banner: Banner) -> SafeString:
        """The picture, the heading, the sentence, and what is wrong."""
        url = reverse("admin:personalization_banner_change", args=[banner.pk])
        wrong = format_html_join(
            "", '<span class="pz-problem">{}</span>', ((one,) for one in vars(banner)["health"].problems)
        )
        picture = format_html('<img class="pz-thumb" src="{}" alt="">', banner.picture.url) if banner.picture else ""
        heading = banner.words(TITLE).text or str(banner)
        name = format_html('<span class="pz-under">{}</span>', banner.name) if banner.name else ""
        told = sentence(banner, now=timezone.now(), known=vars(banner)["segments"])
        layout = '{}<a class="pz-heading" href="{}">{}</a>{}<span class="pz-quiet">{}</span>{}'
        return format_html(layout, picture, url, heading, name, told, wrong)

    @admin.display(description=gettext_lazy("place"))
    def place(self, banner: Banner) -> str:
        """Where it stands, and when its turn comes."""
        return f"{banner.slot} · {banner.priority}"

    @admin.display(description=gettext_lazy("to whom"))
    def whom(self, banner: Banner) -> str:
        """The segments by name, with how many they are."""
        known = vars(banner)["segments"]
        named = [known[one] for one in banner.for_whom.among if one in known]
        if not named:
            return _("everybody") if banner.for_whom.is_everybody else _("everybody but some")
        told, sizes = ", ".join(one.name for one in named), [one.size for one in named if one.size is not None]
        return f"{told} · {number_told(sum(sizes))}" if sizes else told

    @admin.display(description=gettext_lazy("shown, 14 days"))
    def shown(self, banner: Banner) -> SafeString:
        """To shoppers, and how often it stood on a screen."""
        told: Figures = vars(banner)["health"].figures
        seen = ngettext("seen %(n)s time", "seen %(n)s times", told.seen) % {"n": number_told(told.seen)}
        layout = '{} <span class="pz-only-phone">{}</span> <span class="pz-under">{}</span>'
        return format_html(layout, number_told(told.shown), _("in 14 days"), seen if told.shown else "")

    @admin.display(description=gettext_lazy("clicks"))
    def click_rate(self, banner: Banner) -> SafeString | str:
        """Of a hundred showings, how many led on; and how many that were."""
        told: Figures = vars(banner)["health"].figures
        if told.click_rate is None:
            return NOTHING
        clicks = ngettext("%(n)s click", "%(n)s clicks", told.clicked) % {"n": number_told(told.clicked)}
        return format_html('{} % <span class="pz-under">{}</span>', number_format(told.click_rate, 1), clicks)

    @admin.display(description=gettext_lazy("words"))
    def words_told(self, banner: Banner) -> str:
        """For those who may look only."""
        return banner.words(TITLE).text

    @admin.display(description=gettext_lazy("to whom"))
    def audience_told(self, banner: Banner) -> str:
        """For those who may look only."""
        return audience_told(banner.for_whom, segments_in([banner])) or _("everybody")

    @admin.display(description=gettext_lazy("hours"))
    def hours_told(self, banner: Banner) -> str:
        """For those who may look only."""
        return banner.at_hours.told() or _("always")

    def sentence_of(self, campaign: Any) -> str:
        """As the list says it."""
        return sentence(campaign, now=timezone.now())
