"""The log and its visitors in the admin: to be read, never to be written."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from personalization import shop
from personalization.events.accounts import ids_of, may_see_accounts, name_of
from personalization.events.filters import AccountFilter, PeriodFilter, VisitorFilter, is_id
from personalization.events.models import Event, Visitor
from personalization.events.people_admin import PersonalDataAdmin
from personalization.events.rows import EventList, VisitorList, timeline
from personalization.events.wording import TONES, details_told, kind_told, traffic_told
from personalization.jobs.back_office import NOTHING, ReadOnlyAdmin, chip, minute_told

TITLES_SEARCHED = 200
EVENTS = "admin:personalization_event_changelist"


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The log, newest first."""

    list_display = ("when", "what", "product", "amount", "details", "visitor", "account")
    list_filter = (PeriodFilter, "kind", "traffic", VisitorFilter, AccountFilter)
    search_fields = ("product_id",)
    search_help_text = _("A product's number or words of its title, or the exact e-mail of an account.")
    fields = ("when", "what", "traffic", "product", "products_shown", "quantity", "value", "visitor", "details", "raw")

    def get_list_display(self, request: HttpRequest) -> Any:
        """Accounts are for those who may see the shop's users."""
        return [name for name in self.list_display if name != "account" or may_see_accounts(request.user)]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[EventList]:
        """A page whose titles and accounts are read at once."""
        return EventList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By number or title of the product, or by account."""
        words = search_term.strip()
        if not words:
            return queryset, False
        if "@" in words:
            return queryset.filter(user_id__in=ids_of(words) if may_see_accounts(request.user) else []), False
        ids = [found.id for found in shop.find_products(words, limit=TITLES_SEARCHED)]
        if words.isdecimal() and len(words) < 19:
            ids.append(int(words))
        return queryset.filter(Q(product_id__in=ids) | Q(variant_id__in=ids)), False

    @admin.display(description=_("when"))
    def when(self, event: Event) -> str:
        """To the second: things happen quickly."""
        return date_format(localtime(event.happened_at), "j M Y, H:i:s")

    @admin.display(description=_("what happened"))
    def what(self, event: Event) -> str | Promise:
        """The kind."""
        return kind_told(event)

    @admin.display(description=_("product"))
    def product(self, event: Event) -> str:
        """The product's title."""
        if "product_title" in vars(event) or not event.product_id:
            return vars(event).get("product_title") or NOTHING
        return shop.titles([event.product_id]).get(event.product_id, f"#{event.product_id}")

    @admin.display(description=_("how many, and their value"))
    def amount(self, event: Event) -> str:
        """Pieces and money in one column: most events have neither."""
        parts = [f"{event.quantity} ×" if event.quantity else "", str(event.value or "")]
        return " ".join(part for part in parts if part) or NOTHING

    @admin.display(description=_("visitor"))
    def visitor(self, event: Event) -> SafeString | str:
        """The short id, and the way to all of this visitor's events."""
        if event.visitor_id is None:
            return NOTHING
        return _all_of("visitor", event.visitor_id, str(event.visitor_id)[:8])

    @admin.display(description=_("account"))
    def account(self, event: Event) -> SafeString | str:
        """The e-mail, and the way to all events of the account."""
        email = vars(event).get("account_email")
        return _all_of("account", event.user_id, email) if email else NOTHING

    @admin.display(description=_("details"))
    def details(self, event: Event) -> str:
        """The rest, in words."""
        return details_told(event) or NOTHING

    @admin.display(description=_("products shown"))
    def products_shown(self, event: Event) -> SafeString | str:
        """The titles behind an impression."""
        ids = [one.get("id") for one in event.payload.get("products", []) if isinstance(one, dict)]
        titles = shop.titles(ids)
        return format_html_join("", "<div>{}</div>", ((titles.get(one or 0, f"#{one}"),) for one in ids)) or NOTHING

    @admin.display(description=_("as it is stored"))
    def raw(self, event: Event) -> SafeString:
        """For a developer."""
        return format_html('<pre class="pz-raw">{}</pre>', json.dumps(event.payload, indent=2, ensure_ascii=False))


@admin.register(Visitor)
class VisitorAdmin(PersonalDataAdmin, ReadOnlyAdmin):
    """Browsers that come back."""

    list_display = ("short_id", "who", "account", "first_seen", "last_seen", "events_lately")
    list_filter = ("traffic", ("user", admin.EmptyFieldListFilter))
    search_fields = ("id",)
    search_help_text = _("The whole id of a visitor, or the exact e-mail of an account.")
    fields = ("short_id", "who", "account", "first_seen", "last_seen", "linked")
    list_select_related = ("user",)
    change_form_template = "personalization/admin/visitor.html"

    def get_list_display(self, request: HttpRequest) -> Any:
        """Accounts are for those who may see the shop's users."""
        return [name for name in self.list_display if name != "account" or may_see_accounts(request.user)]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Likewise."""
        return [name for name in self.fields if name != "account" or may_see_accounts(request.user)]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[VisitorList]:
        """A page whose events are counted at once."""
        return VisitorList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By id, or by account."""
        words = search_term.strip()
        if "@" in words:
            return queryset.filter(user_id__in=ids_of(words) if may_see_accounts(request.user) else []), False
        return (queryset.filter(pk=words) if is_id(words) else queryset.none()) if words else queryset, False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With what this visitor did last."""
        visitor = self.get_object(request, object_id)
        events = timeline(visitor.pk) if visitor else []
        all_events = f"{reverse(EVENTS)}?visitor={object_id}&period=all"
        more = {"timeline": [_told(event) for event in events], "all_events_url": all_events}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | more)

    @admin.display(description=_("visitor"))
    def short_id(self, visitor: Visitor) -> str:
        """Enough of the id to tell visitors apart."""
        return str(visitor)

    @admin.display(description=_("who it is"))
    def who(self, visitor: Visitor) -> SafeString:
        """Shopper, staff or bot."""
        return chip(TONES.get(visitor.traffic, "off"), traffic_told(visitor))

    @admin.display(description=_("account"))
    def account(self, visitor: Visitor) -> str:
        """The e-mail."""
        return name_of(visitor.user) if visitor.user else NOTHING

    @admin.display(description=_("first seen"))
    def first_seen(self, visitor: Visitor) -> str:
        """When it came first."""
        return minute_told(visitor.first_seen_at)

    @admin.display(description=_("last seen"))
    def last_seen(self, visitor: Visitor) -> str:
        """When it came last."""
        return minute_told(visitor.last_seen_at)

    @admin.display(description=_("linked to the account"))
    def linked(self, visitor: Visitor) -> str:
        """When it said who it is."""
        return minute_told(visitor.linked_at)

    @admin.display(description=_("events in 30 days"))
    def events_lately(self, visitor: Visitor) -> str:
        """How much it did lately."""
        return str(vars(visitor).get("events_lately", NOTHING))


def _all_of(filter_name: str, value: object, words: str) -> SafeString:
    return format_html('<a href="{}?{}={}&amp;period=all">{}</a>', reverse(EVENTS), filter_name, value, words)


def _told(event: Event) -> dict[str, Any]:
    return {
        "when": event.happened_at,
        "what": kind_told(event),
        "product": vars(event)["product_title"],
        "quantity": event.quantity,
        "details": details_told(event),
    }
