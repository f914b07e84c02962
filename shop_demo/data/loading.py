"""Loads the shop, step by step, in one transaction: a load that is broken off leaves nothing behind."""

from collections.abc import Callable
from datetime import datetime

import pandas as pd
from django.contrib.sites.models import Site
from django.db import connection, transaction
from django.utils import timezone
from oscar.core.loading import get_model

from shop_demo.data.catalogue import load_catalogue
from shop_demo.data.copying import unchecked_references
from shop_demo.data.customers import load_customers
from shop_demo.data.journey import Journey, read
from shop_demo.data.orders import load_orders
from shop_demo.data.stores import busiest, stock_others
from shop_demo.data.titles import name_products
from shop_demo.models import LoadedShop
from shop_demo.personas import PERSONAS

Country = get_model("address", "Country")

STEPS = ("Reading the households' baskets", "Naming the products", "Filling the shelves", "Greeting the customers",
         "Writing the orders", "Tidying up")  # fmt: skip


def load_shop(
    *, sample: bool = False, report: Callable[[str], None] = lambda step: None, now: datetime | None = None
) -> LoadedShop:
    """The whole shop, or a sample of it, in an empty migrated database; `report` hears of each step as it starts."""
    steps = iter(STEPS)
    report(next(steps))
    today = timezone.localdate(now)
    journey = read(today=today, sample=sample, always=tuple(persona.household_id for persona in PERSONAS))
    report(next(steps))
    named = name_products(journey.products)
    with transaction.atomic(), unchecked_references():
        report(next(steps))
        main, *others = busiest(journey.lines)
        shelf = load_catalogue(named, _figures(journey), store=main)
        stock_others(journey.lines, stores=others, main=shelf.partner_id)
        report(next(steps))
        users = load_customers(journey)
        report(next(steps))
        counted = load_orders(journey.lines, shelf=shelf, users=users)
        report(next(steps))
        _load_surroundings()
        loaded = LoadedShop.objects.create(
            products=len(named), households=len(users), orders=counted.orders, lines=counted.lines
        )
    if not connection.in_atomic_block:
        _gather_statistics()
    return loaded


def _figures(journey: Journey) -> pd.DataFrame:
    """Price, times bought and the first sale of each product."""
    first = journey.lines.groupby("product_id")["moment"].min()
    figures = journey.products.set_index("product_id")
    return figures.assign(since=first.reindex(figures.index).fillna(first.min()))


def _load_surroundings() -> None:
    """A site of the shop's name and a country to ship to: Oscar's checkout asks for both."""
    Site.objects.filter(pk=1).update(name="Journey Market", domain="localhost:8000")
    Country.objects.get_or_create(
        iso_3166_1_a2="US",
        defaults={
            "iso_3166_1_a3": "USA",
            "iso_3166_1_numeric": "840",
            "printable_name": "United States",
            "name": "United States of America",
            "is_shipping_country": True,
        },
    )


def _gather_statistics() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
