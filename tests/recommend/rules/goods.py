"""Goods as the rules see them, without a database, and rows of the same for tests with one."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from personalization.recommend.context import Context
from personalization.recommend.facts.fact import Fact
from personalization.recommend.facts.models import ProductFact
from personalization.recommend.rules.condition import Surroundings
from personalization.recommend.rules.rule import Action, Rule
from personalization.recommend.strategies.strategy import Candidate
from personalization.shop import Buying
from tests.people import NOW, Shop

# Categories of a small tree: all goods hang on ROOT.
ROOT, FOOD, DAIRY, BABY, HOME = 1, 2, 3, 4, 5
MILK, BUTTER, PUREE, SOAP, CANDLE = 11, 12, 13, 14, 15


def fact(product_id: int, *categories: int, price: str | None = "2.00", **more: Any) -> Fact:
    """A product that has been in the shop for a hundred days."""
    known: dict[str, Any] = {"listed_at": NOW - timedelta(days=100), "currency": "USD"} | more
    return Fact(product_id, categories, price=Decimal(price) if price else None, **known)


GOODS = {
    one.product_id: one
    for one in (
        fact(MILK, DAIRY, FOOD, ROOT, brand="Oatly", price="2.00", left=3, attributes={"diet": "vegan"}),
        fact(BUTTER, DAIRY, FOOD, ROOT, brand="Alma", price="2.50", left=40),
        fact(PUREE, BABY, FOOD, ROOT, brand="Alma", price="1.00"),
        fact(SOAP, HOME, ROOT, price="4.00", listed_at=NOW - timedelta(days=5)),
        fact(CANDLE, HOME, ROOT, price="6.00", usual_price=Decimal("8.00"), margin=0.4),
    )
}
NAMES = {MILK: "milk", BUTTER: "butter", PUREE: "puree", SOAP: "soap", CANDLE: "candle"}


def around(**more: Any) -> Surroundings:
    """A stranger on a page about nothing; `region` goes to the context, as do the `segments` that hold them."""
    segments = more.pop("segments", ())
    context = Context(
        buying=Buying(None), now=NOW, region=more.pop("region", ""), is_in=lambda ids: not set(ids).isdisjoint(segments)
    )
    return replace(Surroundings(context), **more)


def candidates(*product_ids: int) -> list[Candidate]:
    """As a best-seller list names them: 1, a half, a third …"""
    return [Candidate(one, 1 / place) for place, one in enumerate(product_ids, 1)]


def rule(action: str, condition: str = "product", **values: Any) -> Rule:
    """A rule; what is no setting of its condition goes to the rule itself."""
    own = {name: values.pop(name) for name in ("strength", "place", "where", "regions", "name") if name in values}
    return Rule(Action(action), condition, values, **own)


def write_facts(shop: Shop, **more: dict[str, Any]) -> None:
    """A row for each listed product of the tiny shop: its category, price and stock; `more` says more of some."""
    categories = {one: (shop.categories[one].pk, shop.categories["Everything"].pk) for one in shop.categories}
    for title, product in shop.products.items():
        if product.parent_id:
            continue
        record = product.stockrecords.first()
        known = {
            "category_ids": list(categories[product.categories.get().name]), "currency": "USD", "is_buyable": True,
            "price": record.price if record else None, "left": record.num_in_stock if record else None,
            "listed_at": NOW - timedelta(days=100), "looked_at": NOW,
        }  # fmt: skip
        ProductFact.objects.create(product_id=product.pk, **known | more.get(title.replace(" ", "_"), {}))
