"""Visits to the shop's pages, made up around the households' real orders: the data set knows nothing but the till.

Before an order somebody looks things up, and may begin a basket; some orders are made there and picked up; strangers
look around. All of it is written as another system's export, and read by the app's own import.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from django.db.models import Count
from oscar.core.loading import get_model

from shop_demo.data.walk import DEVICES, SOURCES, Good, Walk, walk
from shop_demo.personas import PERSONAS, email_of

DAYS: Final = 90
A_DAY: Final = 70
# Of all visits: those that end with one of the orders, and those of people without an account.
ORDERED, STRANGERS = 0.09, 0.18
GUESTS: Final = 700
SEED: Final = 2017
COLUMNS = (
    "at", "kind", "user", "visitor", "visit", "product", "query", "category", "name", "step", "landing", "source",
    "medium", "campaign", "device", "language",
)  # fmt: skip
Order = get_model("order", "Order")
Line = get_model("order", "Line")


@dataclass(frozen=True)
class Bought:
    """A real order: whose, when, and what."""

    user_id: int
    placed_at: datetime
    goods: list[Good]


def write_visits(path: Path, *, now: datetime) -> int:
    """Writes the file; gives how many visits it tells of. The same shop and day give the same ones."""
    dice = np.random.default_rng(SEED)
    goods, since = _goods(), now - timedelta(days=DAYS)
    orders = _orders(dice, goods, since=since, until=now, most=DAYS * A_DAY)
    popular = [goods[code] for code in _popular(since) if code in goods]
    walks = sorted(_walks(dice, orders, popular, since=since, until=now), key=lambda one: one.began_at)
    with path.open("w", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS, restval="")
        rows.writeheader()
        for number, one in enumerate(walks):
            rows.writerows({"visit": number, **row} for row in one.rows)
    return len(walks)


def _walks(
    dice: np.random.Generator, orders: list[Bought], popular: list[Good], *, since: datetime, until: datetime
) -> Iterator[Walk]:
    guests = dice.zipf(1.7, DAYS * A_DAY) % GUESTS
    sources = dice.choice(len(SOURCES), size=len(orders), p=[one.share for one in SOURCES])
    devices = dice.choice(len(DEVICES), size=len(orders), p=[one.share for one in DEVICES])
    for number, order in enumerate(orders):
        source, device = SOURCES[sources[number]], DEVICES[devices[number]]
        draw, ease = dice.random(), source.ease * device.ease
        who = {"user": str(order.user_id), "visitor": f"household {order.user_id} {device.name}"}
        seen = [*_some(dice, order.goods, 3), *_some(dice, popular, 1)]
        if draw < ORDERED * ease:
            began = order.placed_at - timedelta(minutes=float(dice.uniform(6, 25)))
            yield walk(dice, who, order.goods[:8], source, device, began=began, ordered_at=order.placed_at)
            continue
        if draw > 1 - STRANGERS:
            guest = int(guests[number])
            # Whoever comes again comes with the same device.
            device = DEVICES[guest % len(DEVICES)]
            who, seen, ease = {"visitor": f"guest {guest}"}, _some(dice, popular, 5), ease * 0.6
        began = order.placed_at - timedelta(hours=float(dice.exponential(20)) + 1)
        if since < began < until:
            yield walk(dice, who, seen, source, device, began=began, ease=ease)


def _orders(
    dice: np.random.Generator, goods: dict[str, Good], *, since: datetime, until: datetime, most: int
) -> list[Bought]:
    """So many of the orders, drawn by chance; the personas' are left out: their visits are the looker's own."""
    placed = Order.objects.filter(date_placed__gt=since, date_placed__lt=until, user__isnull=False).order_by("pk")
    known = placed.exclude(user__email__in=[email_of(one.household_id) for one in PERSONAS if one.household_id])
    rows = list(known.values_list("pk", "user_id", "date_placed"))
    drawn = [rows[place] for place in sorted(dice.permutation(len(rows))[:most])]
    bought: dict[int, list[Good]] = {}
    lines = Line.objects.filter(order__in=[pk for pk, *_ in drawn]).order_by("pk").values_list("order_id", "upc")
    for order, code in lines:
        if code in goods:
            bought.setdefault(order, []).append(goods[code])
    return [Bought(user, at, bought[pk]) for pk, user, at in drawn if pk in bought]


def _goods() -> dict[str, Good]:
    """Every product that can be bought, with the aisle in which it stands."""
    links = get_model("catalogue", "ProductCategory").objects.values_list("product", "category", "category__name")
    aisles = {product: (category, name) for product, category, name in links}
    rows = get_model("catalogue", "Product").objects.exclude(structure="parent").values_list("upc", "pk", "parent")
    return {code: Good(code, *aisles[parent or pk]) for code, pk, parent in rows if (parent or pk) in aisles}


def _popular(since: datetime, most: int = 400) -> list[str]:
    counted = Line.objects.filter(order__date_placed__gt=since).values("upc").annotate(times=Count("pk"))
    return list(counted.order_by("-times", "upc").values_list("upc", flat=True)[:most])


def _some(dice: np.random.Generator, goods: list[Good], most: int) -> list[Good]:
    places = dice.integers(len(goods), size=1 + int(dice.integers(most)))
    return [goods[place] for place in dict.fromkeys(places.tolist())]
