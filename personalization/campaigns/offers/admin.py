"""Offers in the admin: list, form with sentence and preview; and every code, with why and to whom it was given."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from personalization import shop
from personalization.campaigns.back_office import CampaignAdmin, Page, StateFilter
from personalization.campaigns.form import AUDIENCE_FIELDS, WHEN_FIELDS
from personalization.campaigns.offers.figures import Figures, figures, reach_now
from personalization.campaigns.offers.form import GOODS_FIELDS, form_class, known, parameter_fields
from personalization.campaigns.offers.give import GiveForm, give
from personalization.campaigns.offers.look import look
from personalization.campaigns.offers.models import ALL_AT_ONCE, PersonalCode, PersonalOffer
from personalization.campaigns.offers.publish import publish, withdraw
from personalization.campaigns.offers.words import (
    audience_told,
    goods_told,
    names_in,
    reason_told,
    sentence,
)
from personalization.campaigns.reach import Reach
from personalization.chosen.finding import found_for
from personalization.events.accounts import emails_of, may_see_accounts
from personalization.jobs.back_office import NOTHING, ReadOnlyAdmin, chip, minute_told, number_told
from personalization.people.persons import account_of


@admin.register(PersonalOffer)
class OfferAdmin(CampaignAdmin):
    """The owner's offers."""

    list_display = ("state", "offer", "given", "used", "earned")
    list_filter = (StateFilter, "way")
    search_fields = ("name", "title", "note")
    search_help_text = gettext_lazy("Words of a name, a title or a note.")
    actions = ("go_live", "pause", "archive", "duplicate", "withdraw_codes")  # type: ignore[assignment]
    change_list_template = "personalization/admin/offers.html"
    change_form_template = "personalization/admin/offer_form.html"
    only_told = ("goods_told", "audience_told", "hours_told")
    asked_as, always_sent = "offer", "title"
    wrong_told = gettext_lazy("look at it")

    class Media:
        """The sentence, the preview and the settings of the trigger."""

        css = {"all": ["personalization/admin/rules.css", "personalization/admin/offers.css"]}
        js = [
            Script("personalization/admin/chosen.js", defer=True),
            Script("personalization/admin/finder.js", defer=True),
            Script("personalization/admin/offer_form.js", defer=True),
        ]

    # --- list -------------------------------------------------------------------------------------------------------

    def learn(self, campaigns: Sequence[Any], *, now: datetime) -> None:
        """Their figures, what is wrong, and what each does."""
        told, names = figures(campaigns, now=now), names_in(campaigns)
        for offer in campaigns:
            vars(offer).update(health=told[offer.pk], told=sentence(offer, now=now, names=names))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """An empty list says what an offer is, and how to begin."""
        more = {
            "has_any": PersonalOffer.objects.exists(), "may_add": self.has_add_permission(request),
            "may_give": self.has_change_permission(request) and may_see_accounts(request.user),
        }  # fmt: skip
        return super().changelist_view(request, (extra_context or {}) | more)

    @admin.display(description=gettext_lazy("state"))
    def state(self, offer: PersonalOffer) -> SafeString:
        """What is live and what is wrong."""
        return chip("off", _("off by itself")) if offer.off_reason else super().state(offer)

    @admin.display(description=gettext_lazy("offer"))
    def offer(self, offer: PersonalOffer) -> SafeString:
        """The title, the sentence, and what is wrong."""
        return self.headed(offer, offer.title, vars(offer)["told"])

    @admin.display(description=gettext_lazy("codes given"))
    def given(self, offer: PersonalOffer) -> SafeString | str:
        """How many people have one, and how many can still be used."""
        told = _figures(offer)
        if not offer.is_by_code:
            return NOTHING
        url = reverse("admin:personalization_personalcode_changelist") + f"?offer__id__exact={offer.pk}"
        live = ngettext("%(n)s can be used", "%(n)s can be used", told.live) % {"n": number_told(told.live)}
        layout = '<a href="{}">{}</a> <span class="pz-only-phone">{}</span> <span class="pz-under">{}</span>'
        return format_html(layout, url, number_told(told.issued), _("given"), live)

    @admin.display(description=gettext_lazy("used"))
    def used(self, offer: PersonalOffer) -> SafeString:
        """Orders, and what is left of the budget."""
        told = _figures(offer)
        orders = ngettext("%(n)s order", "%(n)s orders", told.used.orders) % {"n": number_told(told.used.orders)}
        left = "" if told.left is None else _("%(n)s left") % {"n": number_told(told.left)}
        return format_html('{} <span class="pz-under">{}</span>', orders, left)

    @admin.display(description=gettext_lazy("revenue"))
    def earned(self, offer: PersonalOffer) -> SafeString | str:
        """What these orders came to, and what was taken off them."""
        used = _figures(offer).used
        if not used.orders:
            return NOTHING
        off = _("%(amount)s taken off") % {"amount": shop.money_told(used.discount)}
        return format_html('{} <span class="pz-under">{}</span>', shop.money_told(used.revenue), off)

    @admin.action(description=gettext_lazy("Withdraw codes that were not used"), permissions=["change"])
    def withdraw_codes(self, request: HttpRequest, queryset: QuerySet[PersonalOffer]) -> None:
        """What was ordered with a code stays as it is."""
        count = withdraw(PersonalCode.objects.filter(offer__in=queryset), now=timezone.now())
        text = ngettext("%(n)s code is withdrawn.", "%(n)s codes are withdrawn.", count)
        messages.success(request, text % {"n": number_told(count)})

    # --- form -------------------------------------------------------------------------------------------------------

    def trigger_in_hand(self, request: HttpRequest, offer: PersonalOffer | None) -> str:
        """What gives a code, as sent, as stored, or to begin with."""
        sent = request.POST.get("trigger") or request.GET.get("trigger")
        return sent if sent and known(sent) else offer.trigger if offer else ALL_AT_ONCE

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """With the settings of the trigger in hand."""
        if self.may_edit(request, obj):
            kwargs["form"] = form_class(self.trigger_in_hand(request, obj))
        return super().get_form(request, obj, change=change, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new offer is a draft until its owner has looked at it."""
        return {"status": "draft"} | super().get_changeform_initial_data(request)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """In the order in which one thinks: what, to whom, how long, and how much at most."""
        goods: tuple[str, ...] = ("goods_told",)
        whom: tuple[str, ...] = ("audience_told",)
        settings: list[str] = []
        if may_edit := self.may_edit(request, obj):
            goods, whom = GOODS_FIELDS, AUDIENCE_FIELDS
            settings = parameter_fields(self.trigger_in_hand(request, obj))
        none = "" if settings else _("There is nothing more to set for this.")
        return (
            (_("What they save"), {"fields": ("title", ("kind", "value"), *goods, "least_basket")}),
            (_("For whom"), {"fields": ("way", *whom)}),
            (_("Their codes"), {"fields": ("trigger", "days_valid", "most_codes")}),
            (_("Who gets a code, and when"), {"fields": settings, "classes": ("pz-parameters",), "description": none}),
            (_("At most"), {"fields": ("most_uses", ("most_spent", "most_off"), ("most_percent", "least_margin"))}),
            (_("When"), {"fields": (*WHEN_FIELDS[:2], *(WHEN_FIELDS[2:] if may_edit else ("hours_told",)))}),
            (_("For you and your colleagues"), {"fields": ("name", "note")}),
        )

    def beside_form(self, request: HttpRequest, form: Any, campaign: Any) -> dict[str, Any]:
        """Whom it reaches, and what goods would cost."""
        find = reverse("admin:personalization_personaloffer_find", args=["KIND"])
        return {"look": look(campaign, now=timezone.now()), "find_address": find}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An offer of which somebody has a code is put away, not deleted: who got what must be there to be read."""
        return super().has_delete_permission(request, obj) and not (obj and obj.codes.exists())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[PersonalOffer]) -> None:
        """Likewise, of several."""
        for offer in queryset:
            if self.has_delete_permission(request, offer):
                self.delete_model(request, offer)

    def delete_model(self, request: HttpRequest, obj: PersonalOffer) -> None:
        """Oscar's offer stays, switched off: orders may name it."""
        obj.status = "archived"
        publish(obj, now=timezone.now())
        super().delete_model(request, obj)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Every change is told to Oscar."""
        publish(obj, now=timezone.now())
        return super().log_change(request, obj, message)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Likewise."""
        publish(obj, now=timezone.now())
        return super().log_addition(request, obj, message)

    # --- views ------------------------------------------------------------------------------------------------------

    def own_pages(self) -> list[Page]:
        """What it would do, the settings of the trigger, and what can be chosen."""
        return [
            ("look/", "look", require_POST(self.look_view)),
            ("settings/", "settings", require_GET(self.settings_view)),
            ("find/<slug:kind>/", "find", require_GET(found_for)),
        ]

    def look_view(self, request: HttpRequest) -> HttpResponse:
        """What the form as it stands would do, unsaved; nothing is given out."""
        offer = self.campaign_in(request, request.POST)
        context = {"look": look(offer, now=timezone.now())}
        return TemplateResponse(request, "personalization/admin/offer_look.html", context)

    def campaign_in(self, request: HttpRequest, data: Any) -> PersonalOffer:
        """As made just now, if it is new."""
        offer: PersonalOffer = super().campaign_in(request, data)
        offer.created_at = offer.created_at or timezone.now()
        return offer

    def reach_of(self, campaign: Any, *, now: datetime) -> Reach:
        """Of codes, whom audience and trigger mean together."""
        return reach_now(campaign, now=now)

    def begun(self, request: HttpRequest, campaign: Any) -> PersonalOffer:
        """With the trigger in hand and its usual settings."""
        name = self.trigger_in_hand(request, None)
        trigger = known(name)
        parameters = dict(trigger.defaults()) if trigger else {}
        return PersonalOffer(status="draft", created_at=timezone.now(), trigger=name, parameters=parameters)

    @admin.display(description=gettext_lazy("off what"))
    def goods_told(self, offer: PersonalOffer) -> str:
        """For those who may look only."""
        return goods_told(offer, names_in([offer]))

    @admin.display(description=gettext_lazy("to whom"))
    def audience_told(self, offer: PersonalOffer) -> str:
        """For those who may look only."""
        return audience_told(offer.for_whom, names_in([offer]))

    def sentence_of(self, campaign: Any) -> str:
        """As the list says it."""
        return sentence(campaign, now=timezone.now())


class CodeList(ChangeList):
    """A page of codes, each knowing whose it is."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django's; the accounts of all rows are read at once, for those who may see accounts."""
        super().get_results(request)
        rows = list(self.result_list)
        emails = emails_of(account_of(one.person) for one in rows) if may_see_accounts(request.user) else {}
        for row in rows:
            vars(row)["email"] = emails.get(account_of(row.person) or 0, "")
        self.result_list = rows


@admin.register(PersonalCode)
class PersonalCodeAdmin(ReadOnlyAdmin):
    """Who was given what, when, by whom and why; and the order in which it was used."""

    list_display = ("state", "code", "offer", "whose", "given_because", "asked_by", "issued", "expires", "order_number")
    list_display_links = None
    list_filter = ("offer",)
    list_select_related = ("offer",)
    search_fields = ("code__startswith", "order_number__exact")
    search_help_text = gettext_lazy("The beginning of a code, or the number of an order.")

    def get_urls(self) -> list[URLPattern]:
        """One page of our own."""
        give_view = self.admin_site.admin_view(self.give_view)
        return [path("give/", give_view, name="personalization_personalcode_give"), *super().get_urls()]

    def give_view(self, request: HttpRequest) -> HttpResponse:
        """Gives one person a code, for those who may change offers and see accounts."""
        may_give = request.user.has_perm("personalization.change_personaloffer")
        if not may_give or not may_see_accounts(request.user):
            raise PermissionDenied
        now, why_not = timezone.now(), ""
        form = GiveForm(request.POST or None, now=now, initial=_asked_for(request))
        if request.method == "POST" and form.is_valid():
            given = give(form.cleaned_data["offer"], form.cleaned_data["person"], by=_login(request), now=now)
            if given.code is not None:
                self._note(request, given.code, form.cleaned_data["email"], is_new=given.is_new)
                return HttpResponseRedirect(reverse("admin:personalization_personalcode_changelist"))
            why_not = given.why_not
        context = {
            "title": _("Give somebody a code"), "opts": self.opts, "here": "personaloffer", "form": form,
            "why_not": why_not,
        }  # fmt: skip
        page = "personalization/admin/offer_give.html"
        return TemplateResponse(request, page, self.admin_site.each_context(request) | context)

    def _note(self, request: HttpRequest, code: PersonalCode, email: str, *, is_new: bool) -> None:
        words = {"email": email, "code": code.code, "until": minute_told(code.expires_at)}
        if is_new:
            self.log_addition(request, code, [{"added": {}}])
            messages.success(request, _("The code %(code)s belongs to %(email)s now, valid until %(until)s.") % words)
        else:
            text = _("No other code is given: %(email)s has %(code)s of this offer, valid until %(until)s.")
            messages.info(request, text % words)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CodeList]:
        """A page whose people are read at once."""
        return CodeList

    @admin.display(description=gettext_lazy("state"))
    def state(self, code: PersonalCode) -> SafeString:
        """Where it stands."""
        if code.used_at is not None:
            return chip("good", _("used"))
        if code.withdrawn_at is not None:
            return chip("off", _("withdrawn"))
        return chip("off", _("run out")) if code.expires_at <= timezone.now() else chip("wait", _("can be used"))

    @admin.display(description=gettext_lazy("whose"))
    def whose(self, code: PersonalCode) -> str:
        """The account, for those who may see accounts."""
        if email := vars(code).get("email", ""):
            return str(email)
        number = account_of(code.person)
        return _("a stranger") if number is None else _("account %(n)s") % {"n": number}

    @admin.display(description=gettext_lazy("given because of"))
    def given_because(self, code: PersonalCode) -> str:
        """The trigger as its owner knows it; else what the one who gave it said."""
        return reason_told(code.reason)

    @admin.display(description=gettext_lazy("given"))
    def issued(self, code: PersonalCode) -> str:
        """When."""
        return minute_told(code.issued_at)

    @admin.display(description=gettext_lazy("valid until"))
    def expires(self, code: PersonalCode) -> str:
        """When it runs out."""
        return minute_told(code.expires_at)


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    """What the page that led here knows already."""
    asked = {name: int(told) for name in ("offer", "user") if (told := request.GET.get(name, ""))[:18].isdecimal()}
    return asked | {"email": emails_of([asked["user"]]).get(asked["user"], "")} if "user" in asked else asked


def _login(request: HttpRequest) -> str:
    return str(request.user.get_username())


def _figures(offer: PersonalOffer) -> Figures:
    found: Figures = vars(offer)["health"]
    return found
