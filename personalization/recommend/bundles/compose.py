"""Composes bundles from the served model: what is bought with a product, and serves another need than it does.

A companion was bought together with it by several people, and more often than with other goods: what goes into every
basket makes no set with anything. It can be bought alone and now, costs no more than a few times as much, stands in
another category, and is not one of the nearest alternatives of anything else in the set.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from personalization import shop
from personalization.recommend.bundles.models import Bundle
from personalization.recommend.facts import fact
from personalization.recommend.facts.fact import Fact
from personalization.recommend.models import NeighbourList

# Bought together less often, it was an accident.
LEAST_SUPPORT = 3
# So many times as often as beside the others: the lift of association rules (Brin et al. 1997), over the goods' lists.
LEAST_LIFT = 1.5
# Where fewer baskets than these tell what is usual, hardly anything is.
STEADY = 100
# More than one is shown; the others are spare, for when one is sold out or muted.
KEPT, LOOKED_AT = 6, 24
# The page of an accessory does not sell the machine.
DEAREST = 3
# So many of the nearest alternatives count as such; in a small shop everything is among the nearest of everything.
SUBSTITUTES, SMALL_SHARE = 10, 10
CHUNK = 500
_COMPANIONS = """
SELECT one.id, sum(one.support)::bigint FROM personalization_neighbourlist,
    unnest(neighbour_ids[:%(looked_at)s], supports[:%(looked_at)s]) AS one(id, support)
WHERE run_id = %(run)s AND relation = 'together' GROUP BY one.id
"""
COMPOSED = ("run_id", "composed_at", "companion_ids", "scores")


@dataclass(frozen=True)
class Known:
    """What is known of the goods of one chunk."""

    facts: Mapping[int, Fact]
    substitutes: Mapping[int, frozenset[int]]
    sold_alone: frozenset[int]

    def fits(self, one: int, *, anchor: int, others: Sequence[int]) -> bool:
        """It may stand in a set with these."""
        if one not in self.sold_alone or not self.facts[one].is_buyable or not self._is_sane_price(one, anchor):
            return False
        return all(self._are_apart(one, other) for other in (anchor, *others))

    def _is_sane_price(self, one: int, anchor: int) -> bool:
        own, beside = self.facts[one], self.facts[anchor]
        if not own.price or not beside.price or own.currency != beside.currency:
            return False
        return own.price <= DEAREST * beside.price

    def _are_apart(self, one: int, other: int) -> bool:
        near = other in self.substitutes.get(one, ()) or one in self.substitutes.get(other, ())
        return not near and self.facts[one].category_id != self.facts[other].category_id


@dataclass(frozen=True)
class Usual:
    """How often each product is a companion, over the lists of all goods."""

    of: Mapping[int, int]
    total: int

    @classmethod
    def read(cls, run_id: int) -> "Usual":
        """One query."""
        with connection.cursor() as cursor:
            cursor.execute(_COMPANIONS, {"run": run_id, "looked_at": LOOKED_AT})
            found = dict(cursor.fetchall())
        return cls(found, sum(found.values()))

    def expected(self, one: int, support: int, together: int) -> float:
        """Of so many baskets, in how many it would be if it stood beside this product as beside the others."""
        others = self.total - together + STEADY
        return together * (self.of.get(one, support) - support) / others


def compose(run_id: int, *, now: datetime) -> int:
    """Replaces all bundles by those of this version, some at a time; gives how many there are."""
    near = NeighbourList.objects.filter(run_id=run_id, relation=NeighbourList.Relation.TOGETHER)
    goods = near.count()
    usual = Usual.read(run_id)
    last = 0
    while rows := _ordered(near, after=last):
        last = rows[-1][0]
        known = _known(run_id, rows, usual, goods=goods)
        _replace([Bundle(run_id=run_id, composed_at=now, **found) for found in _composed(rows, known, usual)])
    Bundle.objects.exclude(run_id=run_id, composed_at=now).delete()
    return Bundle.objects.count()


Row = tuple[int, list[int], list[float], list[int]]


def _ordered(near: QuerySet[NeighbourList], *, after: int) -> Sequence[Row]:
    rows = near.filter(product_id__gt=after).order_by("product_id")
    return list(rows.values_list("product_id", "neighbour_ids", "scores", "supports")[:CHUNK])


def _composed(rows: Sequence[Row], known: Known, usual: Usual) -> Iterator[dict[str, Any]]:
    """Product, companions and scores of each bundle of these rows."""
    for row in rows:
        anchor, scores = row[0], _likely(row, usual) if row[0] in known.sold_alone else {}
        chosen: list[int] = []
        for one in scores:
            if len(chosen) < KEPT and known.fits(one, anchor=anchor, others=chosen):
                chosen.append(one)
        if chosen:
            yield {"product_id": anchor, "companion_ids": chosen, "scores": [scores[one] for one in chosen]}


def _likely(row: Row, usual: Usual) -> dict[int, float]:
    """The first of the companions that enough people bought together with it and not with anything, best first."""
    companions = list(zip(*(column[:LOOKED_AT] for column in row[1:]), strict=True))
    together = sum(support for _, _, support in companions)
    return {
        one: score for one, score, support in companions
        if support >= LEAST_SUPPORT and support >= LEAST_LIFT * usual.expected(one, support, together)
    }  # fmt: skip


def _known(run_id: int, rows: Sequence[Row], usual: Usual, *, goods: int) -> Known:
    ids = {product for product, *_ in rows} | {one for row in rows for one in _likely(row, usual)}
    nearest = min(SUBSTITUTES, goods // SMALL_SHARE)
    similar = NeighbourList.objects.filter(
        run_id=run_id, relation=NeighbourList.Relation.SIMILAR, product_id__in=ids
    ).values_list("product_id", "neighbour_ids")
    return Known(
        facts={one: Fact(one, is_buyable=False) for one in ids} | fact.read(ids),
        substitutes={product: frozenset(near[:nearest]) for product, near in similar},
        sold_alone=frozenset(shop.sold_alone(ids)),
    )


@transaction.atomic
def _replace(bundles: Sequence[Bundle]) -> None:
    # What was found out about the price of the same set stays true.
    Bundle.objects.bulk_create(
        bundles, update_conflicts=True, unique_fields=["product_id"], update_fields=COMPOSED, batch_size=CHUNK
    )
