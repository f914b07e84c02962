"""Addresses from pop-ups: read, searched and taken along by those who may see accounts; masked for the rest."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.events.accounts import may_see_accounts
from personalization.jobs.back_office import NOTHING, ReadOnlyAdmin, chip, csv_lines, minute_told
from personalization.storefront.leads.models import Lead, masked

Rows = QuerySet[Lead]


class StateFilter(admin.SimpleListFilter):
    """Where they stand."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """As the chips say it."""
        return [("confirmed", _("confirmed")), ("waiting", _("not confirmed")), ("stopped", _("unsubscribed"))]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """Those of that state."""
        if self.value() == "confirmed":
            return queryset.subscribed()  # type: ignore[attr-defined, no-any-return]
        if self.value() == "waiting":
            return queryset.filter(confirmed_at=None, stopped_at=None)
        return queryset.filter(stopped_at__isnull=False) if self.value() == "stopped" else queryset


@admin.register(Lead)
class LeadAdmin(ReadOnlyAdmin):
    """What was agreed to stands beside each address."""

    change_list_template = "personalization/admin/leads.html"
    list_display = ("state", "who", "popup", "asked", "confirmed", "gift", "letter_told")
    list_display_links = ("who",)
    list_filter = (StateFilter, "popup")
    list_select_related = ("popup", "offer", "code")
    search_fields = ("address",)
    search_help_text = gettext_lazy("The exact address.")
    fields = ("state", "who", "popup", "text", "language", "asked", "confirmed", "stopped", "gift", "letter_told")
    actions = ("take_along",)

    def get_search_results(self, request: HttpRequest, queryset: Rows, search_term: str) -> tuple[Rows, bool]:
        """By the whole address, for those who may see it."""
        words = search_term.replace("\0", "").strip().lower()
        if not words:
            return queryset, False
        return (queryset.filter(address=words) if may_see_accounts(request.user) else queryset.none()), False

    def get_list_display(self, request: HttpRequest) -> Any:
        """The address in full only for those who may see it."""
        return self._seen(super().get_list_display(request), request)

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        """It leads to all that is known of it."""
        return self._seen(self.list_display_links, request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Likewise."""
        return self._seen(self.fields, request)

    def get_actions(self, request: HttpRequest) -> Any:
        """Only who may see addresses takes them along."""
        return super().get_actions(request) if may_see_accounts(request.user) else {}

    def _seen(self, names: Any, request: HttpRequest) -> tuple[str, ...]:
        wanted = "email" if may_see_accounts(request.user) else "who"
        return tuple(wanted if one == "who" else one for one in names)

    @admin.action(description=gettext_lazy("Download as CSV"), permissions=["view"])
    def take_along(self, request: HttpRequest, queryset: Rows) -> HttpResponse | StreamingHttpResponse:
        """The chosen addresses, with the words that each agreed to."""
        if not may_see_accounts(request.user):
            raise PermissionDenied
        headers = {"Content-Disposition": 'attachment; filename="addresses.csv"'}
        return StreamingHttpResponse(
            csv_lines(_as_rows(queryset)), content_type="text/csv; charset=utf-8", headers=headers
        )

    @admin.display(description=gettext_lazy("state"))
    def state(self, lead: Lead) -> SafeString:
        """Where it stands."""
        if lead.stopped_at is not None:
            return chip("off", _("unsubscribed"))
        return chip("good", _("confirmed")) if lead.confirmed_at else chip("wait", _("not confirmed"))

    @admin.display(description=gettext_lazy("e-mail"))
    def who(self, lead: Lead) -> str:
        """For those who may not see it."""
        return masked(lead.email)

    @admin.display(description=gettext_lazy("asked"))
    def asked(self, lead: Lead) -> str:
        """When the form was sent."""
        return minute_told(lead.asked_at)

    @admin.display(description=gettext_lazy("confirmed"))
    def confirmed(self, lead: Lead) -> str:
        """When the link was pressed."""
        return minute_told(lead.confirmed_at)

    @admin.display(description=gettext_lazy("unsubscribed"))
    def stopped(self, lead: Lead) -> str:
        """When."""
        return minute_told(lead.stopped_at)

    @admin.display(description=gettext_lazy("code"))
    def gift(self, lead: Lead) -> str:
        """What they got."""
        return str(lead.code) if lead.code else NOTHING

    @admin.display(description=gettext_lazy("letter"))
    def letter_told(self, lead: Lead) -> str:
        """The last one, and what became of it."""
        return f"{lead.get_letter_display()}: {lead.get_post_display()}"


def _as_rows(leads: Rows) -> Iterator[list[object]]:
    yield ["email", "popup", "asked_at", "confirmed_at", "unsubscribed_at", "language", "code", "words"]
    for lead in leads.select_related("popup", "code").order_by("asked_at", "pk").iterator(chunk_size=1000):
        moments = [one.isoformat() if one else "" for one in (lead.asked_at, lead.confirmed_at, lead.stopped_at)]
        yield [lead.email, str(lead.popup or ""), *moments, lead.language, str(lead.code or ""), lead.text]
