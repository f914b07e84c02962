"""Keeps the facts true: every night a pass over all goods, every few minutes one over those that changed.

Each chunk of goods is one transaction behind a lock. Two passes at once take turns, and one that is killed leaves whole
chunks: the next pass finds the rest changed and nothing twice.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet

from personalization import shop
from personalization.jobs.models import JobRun
from personalization.recommend.facts.compared import gaps_of_the_log, keep_gaps, place_prices
from personalization.recommend.facts.look import Found, look, write
from personalization.recommend.facts.models import PriceChange, ProductFact
from personalization.recommend.facts.prices import forget_old

CHUNK = 1000
# The names of the two jobs, whose runs say when everything was last seen.
CHANGED, ALL = "refresh facts", "refresh all facts"
# The shop dates a change before it commits it; what a slower transaction than this holds back waits for the night.
OVERLAP = timedelta(minutes=10)


@dataclass(frozen=True)
class Refreshed:
    """What a pass did."""

    looked: int = 0
    written: int = 0
    prices: int = 0
    gone: int = 0

    def __add__(self, other: "Refreshed") -> "Refreshed":
        return Refreshed(
            self.looked + other.looked, self.written + other.written, self.prices + other.prices, self.gone + other.gone
        )


def refresh_all(*, now: datetime) -> Refreshed:
    """Looks at every listed product, forgets those that are gone, and compares goods with each other."""
    done, last = Refreshed(), 0
    look_at = partial(look, buying=shop.buying(), branches=shop.branches(), now=now)
    is_more = True
    while is_more:
        with _alone():
            ids = shop.listed_after(last, limit=CHUNK)
            is_more = len(ids) == CHUNK
            between = Q(product_id__gt=last, product_id__lte=ids[-1]) if is_more else Q(product_id__gt=last)
            gone = _forget(ProductFact.objects.filter(between).exclude(product_id__in=ids))
            done += _keep(ids, look_at(ids), now=now) + Refreshed(gone=gone)
        last = ids[-1] if ids else last
    gaps = gaps_of_the_log(now)
    with _alone():
        place_prices()
        keep_gaps(gaps)
        forget_old(now)
    return done


def refresh_changed(*, now: datetime) -> Refreshed:
    """Looks at what has changed since the last look, or at everything if there was none."""
    since = _last_look()
    if since is None:
        return refresh_all(now=now)
    done, all_changed = Refreshed(), sorted(shop.changed_since(since))
    if not all_changed:
        return done
    look_at = partial(look, buying=shop.buying(), branches=shop.branches(), now=now, since=since)
    for changed in _chunks(all_changed):
        with _alone():
            ids = shop.listed_among(changed)
            gone = _forget(ProductFact.objects.filter(product_id__in=set(changed) - set(ids)))
            found = look_at(ids)
            done += _keep(ids, found, now=now) + Refreshed(gone=gone)
            place_prices({row.category_ids[0] if row.category_ids else 0 for row in found.rows})
    return done


def _last_look() -> datetime | None:
    """Up to when everything was seen that the shop has dated."""
    runs = JobRun.objects.filter(job__in=(CHANGED, ALL), status=JobRun.Status.DONE)
    last: datetime | None = runs.aggregate(last=Max("started_at"))["last"]
    return last - OVERLAP if last else None


@contextmanager
def _alone() -> Iterator[None]:
    """One transaction, for which every other look waits."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('personalization.facts'))")
        yield


def _keep(ids: Sequence[int], found: Found, *, now: datetime) -> Refreshed:
    write(found, now=now)
    return Refreshed(looked=len(ids), written=len(found.rows), prices=len(found.changes))


def _forget(rows: QuerySet[ProductFact]) -> int:
    gone = list(rows.values_list("product_id", flat=True))
    if gone:
        PriceChange.objects.filter(product_id__in=gone).delete()
        ProductFact.objects.filter(product_id__in=gone).delete()
    return len(gone)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
