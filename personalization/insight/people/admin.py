"""Customers in the admin: a field that finds somebody, the page about them, and the list of who looked at whom."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.conf import conf
from personalization.events.accounts import emails_of, ids_of, may_see_accounts
from personalization.events.filters import is_id
from personalization.events.person import Person
from personalization.insight.people.find import FOUND, Hit, find
from personalization.insight.people.looks import note_look
from personalization.insight.people.models import Customer, CustomerLook, Way
from personalization.insight.people.page import page_of
from personalization.insight.people.see.views import see
from personalization.insight.people.who import who_is
from personalization.jobs.back_office import NOTHING, ReadOnlyAdmin, ago, minute_told, number_told
from personalization.people.persons import number_of
from personalization.people.profiles.models import Profile

PAGE = "admin:personalization_customer_page"
SALT = "personalization.customer"


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """A field instead of a list: nobody leafs through customers."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the right of its own, or by those to profiles and to accounts together."""
        user: Any = request.user
        may_both = may_see_accounts(user) and user.has_perm("personalization.view_profile")
        return bool(super().has_view_permission(request, obj) or may_both)

    def get_urls(self) -> list[URLPattern]:
        """With the page of one person, and the shop as they see it."""
        view, seen = self.admin_site.admin_view(self.page_view), self.admin_site.admin_view(self.see_view)
        return [
            path("<uuid:number>/", view, name="personalization_customer_page"),
            path("see/", seen, name="personalization_customer_see"),
            *super().get_urls(),
        ]

    def see_view(self, request: HttpRequest) -> HttpResponse:
        """The shop as somebody else sees it."""
        return see(request, self.admin_site, self.opts)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Finds somebody. Posted: what names a person does not belong into an address, which servers log."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = request.POST.get("words", "").strip()
        hits = find(words, reader=request.user)
        if len(hits) == 1:
            return HttpResponseRedirect(_address(hits[0], request.user))
        context = {
            "title": _("Customers"), "opts": self.opts, "here": "customer", "words": words,
            "hits": _rows(hits, request.user), "is_unknown": bool(words) and not hits, "is_capped": len(hits) == FOUND,
            "may_see_accounts": may_see_accounts(request.user), "has_cards": conf.FIND_CUSTOMER is not None,
            "may_see_looks": request.user.has_perm("personalization.view_customerlook"),
        }  # fmt: skip
        template = "personalization/admin/customers.html"
        return TemplateResponse(request, template, self.admin_site.each_context(request) | context)

    def page_view(self, request: HttpRequest, number: UUID) -> HttpResponse:
        """Everything about one person; that it was looked at is kept."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_see = may_see_accounts(request.user)
        who = who_is(number, may_see=may_see)
        if who is None:
            raise Http404
        if who.number != number:
            return HttpResponseRedirect(reverse(PAGE, args=[who.number]))
        sort, before, now = request.GET.get("kind", ""), request.GET.get("before", ""), timezone.now()
        way = _way(request.GET.get("by", ""), number, request.user)
        note_look(who.person, reader=request.user, way=way, now=now, goes_on=bool(sort or before))
        page = page_of(who, sort=sort, before=before, now=now)
        visitor = request.user.has_perm("personalization.view_visitor")
        context = {
            "title": page.title, "opts": self.opts, "here": "customer", "page": page, "may_see_accounts": may_see,
            "may_see_privacy": visitor and may_see, "privacy_who": _who_for_privacy(who),
            "may_erase": request.user.has_perm("personalization.delete_visitor"),
            "may_see_blocks": request.user.has_perm("personalization.view_block"),
            "may_see_segments": request.user.has_perm("personalization.view_segment"),
        }  # fmt: skip
        template = "personalization/admin/customer.html"
        answer = TemplateResponse(request, template, self.admin_site.each_context(request) | context)
        answer["Cache-Control"] = "private, no-store"
        return answer


def _who_for_privacy(who: Any) -> str:
    """As the page of stored data knows them: a browser's id leads to the whole account, and is never ambiguous."""
    return str(who.visitor_ids[0]) if who.visitor_ids else who.email


def _rows(hits: list[Hit], reader: Any) -> list[dict[str, Any]]:
    profiles = Profile.objects.in_bulk([one.person for one in hits]) if hits else {}
    emails = emails_of(one.user.pk for one in hits if one.user)
    return [
        {
            "url": _address(one, reader), "name": one.name, "email": emails.get(one.user.pk if one.user else 0, ""),
            "way": Way(one.way).label, "orders": _orders(profiles.get(one.person)),
            "seen": _seen(profiles.get(one.person)),
        }
        for one in hits
    ]  # fmt: skip


def _orders(profile: Profile | None) -> str:
    return number_told(profile.orders) if profile else NOTHING


def _seen(profile: Profile | None) -> str:
    return ago(profile.last_seen_at, now=timezone.now()) if profile else NOTHING


def _address(hit: Hit, reader: Any) -> str:
    """The page, with how it was found: signed, for the log of looks believes it."""
    told = urlencode({"by": _signer(hit.person, reader).sign(hit.way)})
    return f"{reverse(PAGE, args=[hit.person])}?{told}"


def _way(told: str, number: UUID, reader: Any) -> str:
    try:
        return _signer(number, reader).unsign(told)
    except BadSignature:
        return Way.LINK


def _signer(person: UUID, reader: Any) -> Signer:
    return Signer(salt=f"{SALT}:{person}:{reader.pk}")


class LookList(ChangeList):
    """A page of looks, with the names of readers and customers read at once."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django's; both e-mails come from one query."""
        super().get_results(request)
        rows = list(self.result_list)
        emails = emails_of([one for row in rows for one in (row.reader_id, row.user_id)])
        for row in rows:
            vars(row)["emails"] = emails
            vars(row)["may_name"] = may_see_accounts(request.user)
        self.result_list = rows


@admin.register(CustomerLook)
class CustomerLookAdmin(ReadOnlyAdmin):
    """Who looked at whom, newest first."""

    list_display = ("when", "reader", "customer", "found_by")
    list_display_links = None
    list_filter = ("found_by", "looked_at")
    search_fields = ("user_id",)
    search_help_text = gettext_lazy("The exact e-mail of a customer or of a member of staff, or a visitor's whole id.")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LookList]:
        """A page whose names are read at once."""
        return LookList

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By e-mail, for those who may see accounts; by the id of a visitor."""
        words = search_term.strip()
        if not words:
            return queryset, False
        if is_id(words):
            return queryset.filter(visitor_id=words), False
        accounts = ids_of(words) if may_see_accounts(request.user) else []
        return queryset.filter(user_id__in=accounts) | queryset.filter(reader_id__in=accounts), False

    @admin.display(description=gettext_lazy("when"))
    def when(self, look: CustomerLook) -> str:
        """To the minute."""
        return minute_told(look.looked_at)

    @admin.display(description=gettext_lazy("who looked"))
    def reader(self, look: CustomerLook) -> str:
        """A member of staff, who may have left."""
        if not vars(look).get("may_name"):
            return f"#{look.reader_id}"
        return str(vars(look)["emails"].get(look.reader_id, f"#{look.reader_id}"))

    @admin.display(description=gettext_lazy("customer"))
    def customer(self, look: CustomerLook) -> SafeString | str:
        """Leads to the page; nobody, once they were erased."""
        number = number_of(Person(look.visitor_id, look.user_id))
        if number is None:
            return _("somebody who was erased")
        named = vars(look).get("emails", {}) if vars(look).get("may_name") else {}
        stranger = _("visitor %(number)s") % {"number": str(number)[:8]}
        told = named.get(look.user_id, f"#{look.user_id}") if look.user_id else stranger
        return format_html('<a href="{}">{}</a>', reverse(PAGE, args=[number]), told)
