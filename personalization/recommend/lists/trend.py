"""What sells better than it usually does: growth over a product's own weeks before, too much of it to be chance.

Orders are counted, not pieces: orders come one by one and apart from each other, as a Poisson process does, while one
shopper may take ten pieces. Growth is judged by the score test for two Poisson rates: W = (x - r y) / sqrt(r (x + y)),
x orders lately, y in a time 1/r as long before (Gu, Ng, Tang, Schucany: Testing the ratio of two Poisson rates,
Biometrical Journal 50, 2008; the exact test behind it is Przyborowski's and Wilenski's, Biometrika 31, 1940).

The week is compared with the four weeks before it; the last 24 hours with the same hours of the same weekday in each of
them, so that every Saturday's rush is no trend.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import sqrt
from typing import Any

from django.db import connection
from django.db.models import Min

from personalization.conf import conf
from personalization.recommend.facts import fact
from personalization.recommend.lists.models import ListCount
from personalization.recommend.lists.thickness import LEAST_GOODS
from personalization.recommend.models import RankedList
from personalization.recommend.periods import LENGTH, PERIODS, TREND, hour_of

TREND_PERIODS = (PERIODS.DAY, PERIODS.WEEK)
WEEK, WEEKS = timedelta(days=7), 4
# With fewer orders nothing is a trend; what never sold before needs more, having nothing to be compared with.
LEAST_ORDERS, LEAST_ORDERS_OF_NEW = 5, 10
# By chance alone one product in forty gets so far.
LEAST_SCORE = 2.0
SHOP = 0

_ORDERS = """
SELECT product_id, coalesce(sum(orders) FILTER (WHERE begins >= %(since)s), 0)::float8,
       coalesce(sum(orders) FILTER (WHERE begins < %(since)s), 0)::float8
FROM personalization_listcount
WHERE scope_id = 0 AND orders > 0 AND (begins >= %(since)s AND begins < %(until)s OR EXISTS (
    SELECT FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS before (first, last)
    WHERE begins >= first AND begins < last))
  AND begins >= %(oldest)s
GROUP BY product_id
"""


def trend_scores(now: datetime, *, period: str = PERIODS.WEEK) -> dict[int, float]:
    """How surely each product that sells better than usual does so; empty as long as no week before is counted."""
    until = hour_of(now + timedelta(hours=1) - timedelta(microseconds=1))
    since = until - LENGTH[PERIODS(period)]
    weeks = _weeks_before(since)
    if not weeks:
        return {}
    befores = [(since - WEEK * number, until - WEEK * number) for number in range(1, weeks + 1)]
    values: dict[str, Any] = {
        "since": since,
        "until": until,
        "starts": [first for first, _ in befores],
        "ends": [last for _, last in befores],
        "oldest": befores[-1][0],
    }
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, values)
        scores = {product_id: _score(lately, before, weeks) for product_id, lately, before in cursor.fetchall()}
    return {product_id: score for product_id, score in scores.items() if score >= LEAST_SCORE}


def store_trends(*, now: datetime) -> int:
    """Replaces the trend lists, of the shop and of each category; gives how many there are."""
    rows = [row for period in TREND_PERIODS for row in _rows(period, trend_scores(now, period=period), now)]
    RankedList.objects.filter(measure=TREND).delete()
    return len(RankedList.objects.bulk_create(rows, batch_size=500))


def _score(lately: float, before: float, weeks: int) -> float:
    if lately < (LEAST_ORDERS if before else LEAST_ORDERS_OF_NEW):
        return 0.0
    return (lately - before / weeks) / sqrt((lately + before) / weeks)


def _weeks_before(since: datetime) -> int:
    """How many whole weeks before are counted, four at most: a young shop has not sold nothing before it opened."""
    first = ListCount.objects.aggregate(first=Min("begins"))["first"]
    return min(WEEKS, max(0, (since - hour_of(first)) // WEEK)) if first else 0


def _rows(period: str, scores: dict[int, float], now: datetime) -> Iterable[RankedList]:
    facts = fact.read(scores) if scores else {}
    members: dict[int, list[int]] = defaultdict(list)
    for product_id in sorted(scores, key=lambda one: (-scores[one], one)):
        categories = facts[product_id].category_ids if product_id in facts else ()
        for category_id in (SHOP, *categories):
            if len(members[category_id]) < conf.LIST_LENGTH:
                members[category_id].append(product_id)
    for category_id, ids in members.items():
        if category_id == SHOP or len(ids) >= LEAST_GOODS:
            yield RankedList(
                measure=TREND, period=period, category_id=category_id, product_ids=ids,
                scores=[scores[one] for one in ids], refreshed_at=now,
            )  # fmt: skip
