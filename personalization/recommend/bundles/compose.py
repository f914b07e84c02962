"""Composes bundles from the served model: what is bought with a product, and serves another need than it does.

A companion was bought together with it by several people, can be bought alone and now, costs no more than a few times
as much, stands in another category, and is not one of the nearest alternatives of anything else in the set.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from personalization import shop
from personalization.recommend.bundles.models import Bundle
from personalization.recommend.facts import fact
from personalization.recommend.facts.fact import Fact
from personalization.recommend.models import NeighbourList

# Bought together less often, it was an accident.
LEAST_SUPPORT = 3
# More than one is shown; the others are spare, for when one is sold out or muted.
KEPT, LOOKED_AT = 6, 24
# The page of an accessory does not sell the machine.
DEAREST = 3
# So many of the nearest alternatives count as such; in a small shop everything is among the nearest of everything.
SUBSTITUTES, SMALL_SHARE = 10, 10
CHUNK = 500
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


def compose(run_id: int, *, now: datetime) -> int:
    """Replaces all bundles by those of this version, some at a time; gives how many there are."""
    near = NeighbourList.objects.filter(run_id=run_id, relation=NeighbourList.Relation.TOGETHER)
    goods = near.count()
    last = 0
    while rows := _ordered(near, after=last):
        last = rows[-1][0]
        known = _known(run_id, rows, goods=goods)
        _replace([Bundle(run_id=run_id, composed_at=now, **found) for found in _composed(rows, known)])
    Bundle.objects.exclude(run_id=run_id, composed_at=now).delete()
    return Bundle.objects.count()


Row = tuple[int, list[int], list[float], list[int]]


def _ordered(near: QuerySet[NeighbourList], *, after: int) -> Sequence[Row]:
    rows = near.filter(product_id__gt=after).order_by("product_id")
    return list(rows.values_list("product_id", "neighbour_ids", "scores", "supports")[:CHUNK])


def _composed(rows: Sequence[Row], known: Known) -> Iterator[dict[str, Any]]:
    """Product, companions and scores of each bundle of these rows."""
    for row in rows:
        anchor, scores = row[0], _likely(row) if row[0] in known.sold_alone else {}
        chosen: list[int] = []
        for one in scores:
            if len(chosen) < KEPT and known.fits(one, anchor=anchor, others=chosen):
                chosen.append(one)
        if chosen:
            yield {"product_id": anchor, "companion_ids": chosen, "scores": [scores[one] for one in chosen]}


def _likely(row: Row) -> dict[int, float]:
    """The first of the companions that enough people bought together with it, best first."""
    columns = zip(*row[1:], strict=True)
    return dict([(one, score) for one, score, support in columns if support >= LEAST_SUPPORT][:LOOKED_AT])


def _known(run_id: int, rows: Sequence[Row], *, goods: int) -> Known:
    ids = {product for product, *_ in rows} | {one for row in rows for one in _likely(row)}
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
