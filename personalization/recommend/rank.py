"""Best-seller and trend lists, of the whole shop and of each category: summed once, read by every page."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from math import sqrt

from django.db import connection, transaction

from personalization import shop
from personalization.conf import conf
from personalization.events import totals
from personalization.events.totals import Sold
from personalization.recommend.models import RankedList
from personalization.recommend.periods import LENGTH, MEASURES
from personalization.recommend.tables import WHOLE_SHOP

TREND, TREND_PERIOD = "trend", "week"
TREND_LENGTH, BASELINE_LENGTH = timedelta(days=7), timedelta(days=28)
TREND_MINIMUM_UNITS = 5

Scores = Mapping[int, float]


def refresh_rankings(*, now: datetime) -> dict[str, int]:
    """Works every list out again and replaces the old ones in one transaction: a page sees all old or all new."""
    branches = shop.categories_of_products()
    rows = [row for period, length in LENGTH.items() for row in _period_rows(period, now - length, now, branches)]
    rows += _rows(TREND, TREND_PERIOD, trend_scores(now), branches, now)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two at once, from the schedule and by hand, would each put its lists beside those of the other.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('personalization.rankings'))")
        RankedList.objects.all().delete()
        RankedList.objects.bulk_create(rows, batch_size=500)
    return {"lists": len(rows)}


def trend_scores(now: datetime) -> dict[int, float]:
    """How far last week's sales of a product stand above its own four weeks before, in standard deviations.

    The standardised residual of a Poisson count, (sold - expected) / sqrt(expected + 1); the 1 keeps one sale of a
    product that never sold from being a trend, as does the minimum volume. Only growth is listed.
    """
    start = now - TREND_LENGTH
    before = totals.sold(since=start - BASELINE_LENGTH, until=start)
    share = TREND_LENGTH / BASELINE_LENGTH
    scores: dict[int, float] = {}
    for product_id, sold in totals.sold(since=start, until=now).items():
        expected = before[product_id].units * share if product_id in before else 0.0
        if sold.units >= TREND_MINIMUM_UNITS and sold.units > expected:
            scores[product_id] = (sold.units - expected) / sqrt(expected + 1)
    return scores


def _period_rows(
    period: str, since: datetime, now: datetime, branches: Mapping[int, tuple[int, ...]]
) -> list[RankedList]:
    sold = totals.sold(since=since, until=now)
    return [
        row
        for measure in MEASURES.values
        for row in _rows(measure, period, {one: float(_count(sold[one], measure)) for one in sold}, branches, now)
    ]


def _count(sold: Sold, measure: str) -> float:
    counted = {"units": float(sold.units), "revenue": float(sold.revenue), "orders": float(sold.orders)}
    return counted[measure]


def _rows(
    measure: str, period: str, scores: Scores, branches: Mapping[int, tuple[int, ...]], now: datetime
) -> list[RankedList]:
    members: dict[int, list[int]] = defaultdict(list)
    for product_id in sorted(scores, key=lambda one: (-scores[one], one)):
        for category_id in (WHOLE_SHOP, *branches.get(product_id, ())):
            if len(members[category_id]) < conf.LIST_LENGTH:
                members[category_id].append(product_id)
    return [
        RankedList(
            measure=measure,
            period=period,
            category_id=category_id,
            product_ids=ids,
            scores=[scores[one] for one in ids],
            refreshed_at=now,
        )
        for category_id, ids in members.items()
    ]
