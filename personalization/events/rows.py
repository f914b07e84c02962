"""The rows of one page of a list, with what they need from elsewhere: one query for all titles, one for accounts."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import Count
from django.http import HttpRequest
from django.utils import timezone

from personalization import shop
from personalization.events.accounts import emails_of, may_see_accounts
from personalization.events.identifiers import first_id
from personalization.events.models import Event

LATELY = timedelta(days=30)
TIMELINE = 100


class EventList(ChangeList):
    """A page of events, each with its product's title and its account."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django's; the rows of the page are dressed at once."""
        super().get_results(request)
        self.result_list = dress(self.result_list, with_accounts=may_see_accounts(request.user))


class VisitorList(ChangeList):
    """A page of visitors, each with the number of its latest events."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django's; the events of the page's visitors are counted at once."""
        super().get_results(request)
        rows = list(self.result_list)
        counted = events_of([row.pk for row in rows], now=timezone.now())
        for row in rows:
            vars(row)["events_lately"] = counted.get(row.pk, 0)
        self.result_list = rows


def dress(events: Iterable[Event], *, with_accounts: bool) -> list[Event]:
    """The same events, each knowing `product_title` and, if asked for, `account_email`."""
    rows = list(events)
    titles = shop.titles(row.product_id for row in rows)
    emails = emails_of(row.user_id for row in rows) if with_accounts else {}
    for row in rows:
        vars(row)["product_title"] = titles.get(row.product_id or 0, f"#{row.product_id}" if row.product_id else "")
        vars(row)["account_email"] = emails.get(row.user_id or 0, "")
    return rows


def events_of(visitor_ids: Sequence[uuid.UUID], *, now: datetime) -> dict[Any, int]:
    """How many events each of these visitors made in the last 30 days."""
    lately = Event.objects.filter(visitor_id__in=visitor_ids, id__gte=first_id(now - LATELY)).order_by()
    return dict(lately.values_list("visitor_id").annotate(count=Count("pk")))


def timeline(visitor_id: uuid.UUID) -> list[Event]:
    """The latest events of one visitor, newest first."""
    return dress(Event.objects.filter(visitor_id=visitor_id).order_by("-id")[:TIMELINE], with_accounts=False)
