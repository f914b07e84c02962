"""The list and the form of banners, and their preview."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.forms import Script
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from personalization.campaigns.back_office import CampaignAdmin, Page, StateFilter, framed
from personalization.campaigns.columns import rated
from personalization.campaigns.form import AUDIENCE_FIELDS, WHEN_FIELDS
from personalization.jobs.back_office import NOTHING, number_told
from personalization.storefront.block_form import languages
from personalization.storefront.slots.form import PICTURE_FIELDS, form_class, word_fields
from personalization.storefront.slots.health import Figures, health_of
from personalization.storefront.slots.models import ALT, BUTTON, TEXT, TITLE, Banner, own_language
from personalization.storefront.slots.sentence import sentence
from personalization.storefront.slots.showing import drawn


@admin.register(Banner)
class BannerAdmin(CampaignAdmin):
    """The owner's banners, place by place, in the order in which their turn comes."""

    list_display = ("state", "banner", "place", "whom", "shown", "click_rate")
    list_filter = (StateFilter, "slot")
    search_fields = ("slot", "name", "note", "texts")
    search_help_text = gettext_lazy("A place, or words of a heading, a name or a note.")
    ordering = ("slot", "priority", "pk")
    only_told = ("words_told", "audience_told", "hours_told")
    asked_as, always_sent = "banner", "slot"
    change_list_template = "personalization/admin/banners.html"
    change_form_template = "personalization/admin/banner_form.html"

    class Media:
        """The sentence, the preview, and the point of the picture that stays in sight."""

        css = {"all": ["personalization/admin/popups.css", "personalization/admin/banners.css"]}
        js = [
            Script("personalization/admin/chosen.js", defer=True),
            Script("personalization/admin/banner_form.js", defer=True),
        ]

    def learn(self, campaigns: Sequence[Any], *, now: datetime) -> None:
        """Their figures and what is wrong."""
        healths, known = health_of(campaigns, now=now)
        for banner in campaigns:
            vars(banner).update(health=healths[banner.pk], segments=known)

    # --- the form ---

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """With the words in each language."""
        if self.may_edit(request, obj):
            kwargs["form"] = form_class()
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """In the order in which one thinks: where, what, to whom, when."""
        may_edit = self.may_edit(request, obj)
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

    def beside_form(self, request: HttpRequest, form: Any, campaign: Any) -> dict[str, Any]:
        """The languages of the preview, the places there are, and where segments are found."""
        return {
            "languages": languages(),
            "places": Banner.objects.order_by("slot").values_list("slot", flat=True).distinct(),
            "find_address": reverse("admin:personalization_shoprule_rule_find", args=["KIND"]),
        }

    def _words_help(self) -> str:
        own = languages().get(own_language(), own_language())
        return _("What is not written in one language is shown in %(own)s, the shop's own.") % {"own": own}

    # --- pages of its own ---

    def own_pages(self) -> list[Page]:
        """The sentence and the preview."""
        return [
            ("sentence/", "sentence", require_POST(self.sentence_view)),
            ("preview/", "preview", framed(self.preview_view)),
        ]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The banner as its readers see it, in the language that was asked for; noted nowhere."""
        told = request.POST if request.method == "POST" else request.GET
        banner, language = self.campaign_in(request, told), told.get("language", "")
        with translation.override(language if language in languages() else own_language()):
            html, title = drawn(banner), banner.words(TITLE)
        fallback = languages().get(title.language, title.language) if title.language else ""
        context = {"html": html, "fallback": fallback, "is_empty": not title, "language": language or own_language()}
        return TemplateResponse(request, "personalization/admin/banner_preview.html", context)

    # --- columns ---

    @admin.display(description=gettext_lazy("banner"))
    def banner(self, banner: Banner) -> SafeString:
        """The picture, the heading, the sentence, and what is wrong."""
        picture = format_html('<img class="pz-thumb" src="{}" alt="">', banner.picture.url) if banner.picture else ""
        told = sentence(banner, now=timezone.now(), known=vars(banner)["segments"])
        return format_html("{}{}", picture, self.headed(banner, banner.words(TITLE).text or str(banner), told))

    @admin.display(description=gettext_lazy("place"))
    def place(self, banner: Banner) -> str:
        """Where it stands, and when its turn comes."""
        return f"{banner.slot} · {banner.priority}"

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
        return rated(told.click_rate, clicks)

    @admin.display(description=gettext_lazy("words"))
    def words_told(self, banner: Banner) -> str:
        """For those who may look only."""
        return banner.words(TITLE).text

    def sentence_of(self, campaign: Any) -> str:
        """As the list says it."""
        return sentence(campaign, now=timezone.now())
