"""Asks Oscar what the most wanted bundles cost together, by the offers that everybody gets without doing anything."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice

from personalization import shop
from personalization.recommend.bundles.models import Bundle
from personalization.recommend.facts import fact
from personalization.recommend.models import RankedList
from personalization.recommend.periods import MEASURES, PERIODS

# Asking costs some queries for each: the rest of the shop shows its bundles without a saving.
TOP = 500
# Which goods an offer is about may change without a trace in the offer itself.
ASKED_AGAIN_AFTER = timedelta(hours=1)
SHOWN = 2
PRICED = ("priced_ids", "full_price", "reduced_price", "currency", "offers_key", "priced_at")


def price(*, now: datetime) -> int:
    """Brings the savings of the top bundles up to date; gives for how many Oscar was asked."""
    key = shop.site_offers_key()
    if not key:
        Bundle.objects.exclude(reduced_price=None).update(reduced_price=None, offers_key="")
        return 0
    asked = {bundle.product_id: goods for bundle, goods in _due(_top(), key=key, now=now)}
    told = shop.joint_prices(list(asked.values()))
    bundles = Bundle.objects.in_bulk(asked)
    for product_id, bundle in bundles.items():
        goods = asked[product_id]
        joint = told.get(goods)
        bundle.priced_ids, bundle.offers_key, bundle.priced_at = list(goods), key, now
        bundle.full_price = joint.full if joint else None
        bundle.reduced_price = joint.reduced if joint else None
        bundle.currency = joint.currency if joint else ""
    Bundle.objects.bulk_update(bundles.values(), PRICED, batch_size=200)
    return len(bundles)


def _top() -> list[Bundle]:
    """The bundles of what sells best."""
    best = RankedList.objects.filter(scope="", category_id=0, measure=MEASURES.UNITS, period=PERIODS.MONTH)
    ranked: Sequence[int] = best.values_list("product_ids", flat=True).first() or ()
    found = Bundle.objects.in_bulk(ranked)
    rest = Bundle.objects.exclude(pk__in=found).order_by("pk")[: max(TOP - len(found), 0)]
    return [*islice((found[one] for one in ranked if one in found), TOP), *rest]


def _due(bundles: Sequence[Bundle], *, key: str, now: datetime) -> Iterable[tuple[Bundle, tuple[int, ...]]]:
    """Those of which nothing is known, or nothing that is sure to be true still, each with the goods of its set."""
    facts = fact.read({one for bundle in bundles for one in (bundle.product_id, *bundle.companion_ids)})
    for bundle in bundles:
        for_sale = [one for one in bundle.companion_ids if one in facts and facts[one].is_buyable]
        goods = tuple(sorted({bundle.product_id, *for_sale[:SHOWN]}))
        if len(goods) < SHOWN or bundle.product_id not in facts:
            continue
        costs = sum(price for one in goods if (price := facts[one].price))
        is_sure = bundle.offers_key == key and bundle.priced_ids == list(goods) and bundle.full_price == costs
        if not is_sure or bundle.priced_at is None or now - bundle.priced_at >= ASKED_AGAIN_AFTER:
            yield bundle, goods
