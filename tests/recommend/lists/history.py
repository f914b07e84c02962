"""A shop's history at random, and its lists as a query written by hand finds them in the log."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection

from personalization.events.bots import mark_bots
from personalization.events.identifiers import event_id
from personalization.events.models import Event, Visitor
from personalization.events.sweep import sweep
from personalization.events.write import NewEvent, write
from personalization.recommend.models import RankedList
from personalization.recommend.periods import MEASURES, PERIODS
from tests import people

REGIONS = ("Kyiv", "Odesa", "kyiv ", "")
BULK = 20
# Three browsers that come again and again. A number below 2 ** 64 would be that of an account.
REGULARS = [UUID(int=7 << 64 | number) for number in (1, 2, 3)]

# Not by the id and not by the hour: by what happened and when, as somebody would ask who knows only the log.
BY_HAND = {
    "sold": """
        SELECT one.product_id, {what} FROM personalization_event AS one {more}
        WHERE kind = 'purchased' AND traffic = 'shopper' AND quantity <= 20
          AND one.happened_at >= %s AND one.happened_at < %s {where}
        GROUP BY 1 ORDER BY 2 DESC, 1""",
    "adds": """
        SELECT one.product_id, count(*) FROM (
            SELECT *, rank() OVER (PARTITION BY visitor_id, product_id, (happened_at AT TIME ZONE 'UTC')::date
                                   ORDER BY happened_at, id) AS look
            FROM personalization_event WHERE kind = 'basket_added' AND traffic = 'shopper'
        ) AS one {more}
        WHERE look <= 3 AND one.happened_at >= %s AND one.happened_at < %s {where}
        GROUP BY 1 ORDER BY 2 DESC, 1""",
    "views": """
        SELECT one.product_id, count(*) FROM (
            SELECT *, rank() OVER (PARTITION BY visitor_id, product_id, (happened_at AT TIME ZONE 'UTC')::date
                                   ORDER BY happened_at, id) AS look
            FROM personalization_event WHERE kind = 'product_viewed' AND traffic = 'shopper'
        ) AS one {more}
        WHERE look <= 3 AND one.happened_at >= %s AND one.happened_at < %s {where}
        GROUP BY 1 ORDER BY 2 DESC, 1""",
}
WHAT = {"units": "sum(quantity)", "revenue": "sum(value)", "orders": "count(DISTINCT payload->>'order')"}
IN_CATEGORY = "AND one.product_id IN (SELECT product_id FROM catalogue_productcategory WHERE category_id = {category})"
FROM_REGION = """AND lower(trim((SELECT visit.payload->>'region' FROM personalization_event AS visit
                                 WHERE visit.id = one.visit_id))) = '{region}'"""


def by_hand(measure: str, since: datetime, until: datetime, *, where: str = "") -> list[tuple[int, float]]:
    """The list as a query over the log makes it."""
    query = BY_HAND.get(measure, BY_HAND["sold"]).format(what=WHAT.get(measure), more="", where=where)
    with connection.cursor() as cursor:
        cursor.execute(query, [since, until])
        return [(product, float(count)) for product, count in cursor.fetchall()]


def ranked(measure: str, period: str, *, category: Any = None, scope: str = "") -> list[tuple[int, float]]:
    """The list as it is stored."""
    lists = RankedList.objects.filter(measure=measure, period=period, scope=scope)
    row = lists.filter(category_id=category.pk if category else 0).first()
    return list(zip(row.product_ids, row.scores, strict=True)) if row else []


def every_list() -> Iterator[tuple[str, str]]:
    """Each measure in each period."""
    return ((measure, period) for measure in MEASURES.values for period in PERIODS.values)


@dataclass
class Past:
    """People who come to the shop at random: some often, some as bots, some as staff, some for a whole canteen."""

    shop: people.Shop
    seed: int
    orders: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.users = [people.person(f"Shopper{number}") for number in range(4)]
        self.staff = people.person("Staff", is_staff=True)
        self.goods = [one for title, one in self.shop.products.items() if title != "apron"]

    def goes_on(self, *, since: datetime, until: datetime, deeds: int) -> None:
        """Visits, orders, cancellations and returns between two moments; some come into the log late."""
        for _ in range(deeds):
            at = since + (until - since) * self.random.random()
            self._visit(at)
            if self.random.random() < 0.6:
                self._order(at)
        self._cancel_some()
        sweep(now=until)
        mark_bots(now=until)

    def _visit(self, at: datetime) -> None:
        visitor = self.random.choice([*REGULARS, UUID(int=self.random.getrandbits(100) | 1 << 100)])
        traffic = self.random.choice(["shopper"] * 8 + ["bot", "staff"])
        began = NewEvent(
            id=event_id(at), kind="visit_started", happened_at=at, visitor_id=visitor, traffic=traffic,
            payload={"region": region} if (region := self.random.choice(REGIONS)) else {},
        )  # fmt: skip
        looked = replace(began, visit_id=began.id, payload={})
        looks = [self._deed(looked, "product_viewed", at) for _ in range(self.random.randint(0, 6))]
        adds = [self._deed(looked, "basket_added", at) for _ in range(self.random.choice([0, 1, 2, 5]))]
        write([replace(began, visit_id=began.id), *looks, *adds])

    def _deed(self, visit: NewEvent, kind: str, at: datetime) -> NewEvent:
        product = self.random.choice(self.goods[:5] if self.random.random() < 0.7 else self.goods)
        return replace(
            visit, id=event_id(at), kind=kind, happened_at=at, product_id=product.parent_id or product.pk, quantity=1
        )

    def _order(self, at: datetime) -> None:
        who = self.random.choice([*self.users, None, self.staff])
        goods = self.random.sample(self.goods, self.random.randint(1, 3))
        pieces = [self.random.choice([1, 1, 2, 3, BULK, BULK + 1]) for _ in goods]
        self.orders.append(people.ordered(who, dict(zip(goods, pieces, strict=True)), at=at))

    def _cancel_some(self) -> None:
        for order in self.random.sample(self.orders, len(self.orders) // 8):
            if self.random.random() < 0.5:
                type(order).objects.filter(pk=order.pk).update(status="Cancelled")
            else:
                order.lines.order_by("pk").first().delete() if order.lines.exists() else None

    def catches_a_bot(self) -> None:
        """One of the visitors was none: all that it did is a bot's."""
        Visitor.objects.filter(pk=REGULARS[0]).update(traffic="bot")
        Event.objects.filter(visitor_id=REGULARS[0]).update(traffic="bot")


def hours_of(period: str) -> timedelta:
    """How long a period is."""
    days = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}
    return timedelta(days=days[period])
