"""The filters of the log's lists. Time is a range of ids: PostgreSQL then opens the partitions of those months only."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from personalization.events.identifiers import first_id
from personalization.jobs.back_office import UsualFilter

Rows = QuerySet[Any]


class PeriodFilter(UsualFilter):
    """The last 30 days unless another period is chosen: the whole log may be years long."""

    title = _("period")
    parameter_name = "period"
    usual = _("last 30 days")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The periods besides the usual one."""
        return [("today", _("today")), ("week", _("last 7 days")), ("all", _("the whole log"))]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """The rows of the period."""
        since = _begin(self.value(), timezone.now())
        return queryset if since is None else queryset.filter(id__gte=first_id(since))


class _OneFilter(admin.SimpleListFilter):
    """Stands among the filters only when a link has set it, to be taken off again."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The one that the link has named."""
        value = request.GET.get(str(self.parameter_name), "")
        return [(value, value[:8])] if value else []


class VisitorFilter(_OneFilter):
    """One visitor's events."""

    title = _("visitor")
    parameter_name = "visitor"

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """The rows of this visitor; none for an id that is none."""
        value = self.value()
        if not value:
            return queryset
        return queryset.filter(visitor_id=value) if is_id(value) else queryset.none()


class AccountFilter(_OneFilter):
    """One account's events."""

    title = _("account")
    parameter_name = "account"

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """The rows of this account; none for a number that is none."""
        value = self.value()
        if not value:
            return queryset
        return queryset.filter(user_id=int(value)) if value.isdecimal() and len(value) < 19 else queryset.none()


def _begin(period: str | None, now: datetime) -> datetime | None:
    if period == "all":
        return None
    if period == "today":
        return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return now - timedelta(days=7 if period == "week" else 30)


def is_id(text: str) -> bool:
    """It can be the id of a visitor."""
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False
