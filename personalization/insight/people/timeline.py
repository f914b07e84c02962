"""What a customer did and was shown, newest first: by day, by visit, a leaf of a hundred events at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization import shop
from personalization.conf import conf
from personalization.events.kinds import kinds
from personalization.events.models import Event
from personalization.events.wording import details_told, kind_told
from personalization.insight.people.who import Who
from personalization.jobs.back_office import number_told

LEAF = 100
NAMED = 3
# So many are read each by its own part of the index; a statement of hundreds of parts would be dear itself.
MANY_BROWSERS = 30
STATUS_CHANGES = ("order_status_changed", "line_status_changed")
# What an owner may want to see alone; every other kind, also one of the shop's own, is among "other".
SORTS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "orders": (gettext_lazy("Orders"), ("purchased", "offer_used", *STATUS_CHANGES)),
    "returns": (gettext_lazy("Returns"), ()),
    "basket": (gettext_lazy("Basket and checkout"), (
        "basket_added", "basket_changed", "basket_removed", "wishlist_added", "wishlist_removed", "stock_alert_asked",
        "voucher_added", "voucher_removed", "checkout_step",
    )),
    "views": (gettext_lazy("Views"), ("product_viewed", "category_viewed", "page_viewed", "page_left", "searched")),
    "visits": (gettext_lazy("Visits"), ("visit_started", "logged_in", "registered")),
    "shown": (gettext_lazy("Shown"), ("block_shown", "block_seen", "banner_shown", "banner_seen")),
    "clicks": (gettext_lazy("Clicks"), ("block_clicked", "banner_clicked")),
    "other": (gettext_lazy("Other"), ()),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One event, or all lines of one order."""

    when: Any
    what: str
    goods: str = ""
    details: str = ""
    value: str = ""
    sort: str = "other"


@dataclass
class Stay:
    """A visit of that day; without one, what happened beside all visits: `began` says with what it began."""

    visit_id: UUID | None
    began: str = ""
    lines: list[Line] = field(default_factory=list)


@dataclass
class Day:
    """A day and its visits."""

    day: date
    stays: list[Stay] = field(default_factory=list)


@dataclass(frozen=True)
class Leaf:
    """One leaf of it; `before` leads to the older one."""

    days: list[Day]
    before: str = ""


def timeline(who: Who, *, sort: str = "", before: str = "", blocks: Mapping[int, str]) -> Leaf:
    """The events before that one: three queries, however many there are."""
    found = _events(who, _of_sort(sort), _identifier(before))
    shown = found[:LEAF]
    titles = shop.titles(_goods(shown)) | _categories(shown)
    beginnings = _beginnings({one.visit_id for one in shown})
    return Leaf(_days(shown, titles, beginnings, blocks), str(shown[-1].pk) if len(found) > LEAF else "")


def sort_of(kind: str) -> str:
    """Where a kind belongs."""
    return next((name for name, (_label, names) in SORTS.items() if kind in names), "other")


def _of_sort(sort: str) -> Q:
    if sort == "returns":
        return Q(kind__in=STATUS_CHANGES, payload__after__in=list(conf.RETURNED_STATUSES))
    if sort == "other":
        return ~Q(kind__in=[kind for _label, names in SORTS.values() for kind in names])
    return Q(kind__in=SORTS[sort][1]) if sort in SORTS else Q()


def _identifier(before: str) -> UUID | None:
    try:
        return UUID(before)
    except ValueError:
        return None


def _events(who: Who, asked: Q, before: UUID | None) -> list[Event]:
    """Of the account, and of its browsers from before it signed in: each by its own index, newest first."""
    rows = Event.objects.filter(asked)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    browsers = [Q(visitor_id=one) for one in who.visitor_ids]
    if len(browsers) > MANY_BROWSERS:
        browsers = [Q(visitor_id__in=who.visitor_ids)]
    parts: list[QuerySet[Event]] = [rows.filter(one, user_id=None).order_by("-pk")[: LEAF + 1] for one in browsers]
    if who.person.user_id is not None:
        parts.append(rows.filter(user_id=who.person.user_id).order_by("-pk")[: LEAF + 1])
    if not parts:
        return []
    together = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return list(together.order_by("-pk")[: LEAF + 1] if len(parts) > 1 else together)


def _goods(events: Iterable[Event]) -> set[int]:
    wanted = {one.product_id for one in events if one.product_id}
    return wanted | {pk for one in events for pk in _shown_ids(one)}


def _categories(events: Iterable[Event]) -> dict[int, str]:
    """The names of categories that were looked at; below nought, so that no product has their number."""
    wanted = [told for one in events if (told := _category(one)) is not None]
    return {-one: name for one, name in shop.category_names(wanted).items()} if wanted else {}


def _category(event: Event) -> int | None:
    told = event.payload.get("category") if event.kind == "category_viewed" else None
    return told if isinstance(told, int) else None


def _shown_ids(event: Event) -> list[int]:
    """The goods of an impression; whatever else may stand there is passed over."""
    told = event.payload.get("products", []) if event.kind == "block_shown" else []
    ids = [one.get("id") for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return [one for one in ids if isinstance(one, int)]


def _beginnings(visit_ids: set[UUID | None]) -> dict[UUID, Event]:
    """The first event of each visit has its id."""
    wanted = [one for one in visit_ids if one is not None]
    return Event.objects.in_bulk(wanted) if wanted else {}


def _days(
    events: Sequence[Event], titles: Mapping[int, str], beginnings: Mapping[UUID, Event], blocks: Mapping[int, str]
) -> list[Day]:
    days: list[Day] = []
    for together in _orders_together(events):
        first = together[0]
        day = localtime(first.happened_at).date()
        if not days or days[-1].day != day:
            days.append(Day(day))
        stays = days[-1].stays
        stay = next((one for one in stays if one.visit_id == first.visit_id), None)
        if stay is None:
            begun = beginnings.get(first.visit_id) if first.visit_id else None
            stay = Stay(first.visit_id, details_told(begun) if begun else "")
            stays.append(stay)
        stay.lines.append(_line(together, titles, blocks))
    return days


def _orders_together(events: Iterable[Event]) -> list[list[Event]]:
    """The lines of one order, which follow upon each other, as one."""
    groups: list[list[Event]] = []
    for event in events:
        last = groups[-1][0] if groups else None
        is_same = last is not None and last.kind == event.kind == "purchased" and _order(last) == _order(event)
        if is_same:
            groups[-1].append(event)
        else:
            groups.append([event])
    return groups


def _order(event: Event) -> tuple[Any, ...]:
    return event.payload.get("order"), event.payload.get("receipt"), event.visit_id


def _line(events: Sequence[Event], titles: Mapping[int, str], blocks: Mapping[int, str]) -> Line:
    event = events[0]
    ids = _shown_ids(event) or [one.product_id for one in events if one.product_id]
    category = titles.get(-(_category(event) or 0), "")
    values = [one.value for one in events if one.value is not None]
    sort = sort_of(event.kind)
    return Line(
        when=localtime(event.happened_at),
        what=str(_("Came back") if _is_return(event) else kind_told(event)),
        goods=category or _named([titles.get(one, f"#{one}") for one in ids]),
        details="" if category else _details(event, blocks),
        value=shop.money_told(sum(values)) if values else "",
        sort="returns" if _is_return(event) else sort,
    )


def _is_return(event: Event) -> bool:
    return event.kind in STATUS_CHANGES and event.payload.get("after") in conf.RETURNED_STATUSES


def _details(event: Event, blocks: Mapping[int, str]) -> str:
    if event.kind == "visit_started" or event.kind not in kinds:
        # What it says of a visit stands above its lines.
        return ""
    block = event.payload.get("block")
    told = details_told(event)
    pieces = ""
    if event.quantity and event.kind != "purchased":
        pieces = ngettext("%(n)s piece", "%(n)s pieces", event.quantity) % {"n": number_told(event.quantity)}
    name = blocks.get(block, "") if isinstance(block, int) else ""
    return " · ".join(filter(None, [name or told, pieces]))


def _named(titles: Sequence[str]) -> str:
    if len(titles) <= NAMED + 1:
        return ", ".join(titles)
    more = len(titles) - NAMED
    told = ngettext("%(titles)s and %(n)s more", "%(titles)s and %(n)s more", more)
    return told % {"titles": ", ".join(titles[:NAMED]), "n": more}
