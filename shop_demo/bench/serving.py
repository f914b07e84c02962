"""How long a page waits for us in a large shop, by parts; warm, in one thread, through the code that pages run.

What `choose()` holds: finding candidates in the tables of the served version, the facts of goods where rules ask for
them, hygiene and rules, and the cards: products, stock and prices as they are at this moment. What a page reads once
for all of its blocks (history, answers, basket, the owner's rules) has a line of its own; a whole block holds both, and
the HTML and the note of what was shown.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from oscar.core.loading import get_class, get_model

from personalization.events import record
from personalization.events.consent import STORING, Consent
from personalization.events.models import Visitor
from personalization.events.person import Person
from personalization.recommend.choose import choose
from personalization.recommend.models import ShopperList
from personalization.recommend.tables import Tables
from personalization.storefront.request import Page, page_of
from shop_demo.bench.serving_cards import card_lines
from shop_demo.bench.serving_line import Line, Work
from shop_demo.bench.shoppers import BROWSER, agreed

STRATEGIES = ("similar", "bought_together", "goes_with_basket", "for_you", "bestsellers", "trending", "recently_viewed",
              "new_arrivals")  # fmt: skip
TAGS = {
    "recommended_for": "{% recommended_for user %}",
    "similar_to": "{% similar_to product %}",
    "bought_together": "{% bought_together product %}",
    "bestsellers": "{% bestsellers %}",
}
BASKET, CARDS = 3, 12
SEED = 20


@dataclass(frozen=True)
class Sample:
    """Shoppers and products drawn by lot, the same in each run."""

    users: Sequence[Any]
    visitors: Sequence[Any]
    products: Sequence[Any]
    chance: random.Random

    @classmethod
    def drawn(cls, count: int) -> "Sample":
        """So many of each."""
        chance = random.Random(SEED)
        users = get_user_model().objects.in_bulk(_some(chance, ShopperList.objects.values_list, "user_id", count))
        visitors = dict(Visitor.objects.filter(user_id__in=users).values_list("user_id", "pk"))
        products = get_model("catalogue", "Product").objects
        ids = _some(chance, products.browsable().values_list, "pk", count)
        return cls(list(users.values()), [visitors[one] for one in users], list(products.in_bulk(ids).values()), chance)

    def page(self) -> tuple[Page, Any]:
        """The page of one shopper with a basket on one product, as its first block finds it."""
        place = self.chance.randrange(len(self.users))
        record.gathering(_gathered(Person(visitor_id=self.visitors[place], user_id=self.users[place].pk)))
        page = page_of(request_of(self.users[place]))
        # As read from Oscar's tables, by one query, which the line of the page's own reads has.
        page.__dict__["basket_ids"] = tuple(one.pk for one in self.chance.sample(self.products, BASKET))
        return page, self.chance.choice(self.products)


def _some(chance: random.Random, values_list: Callable[..., Any], column: str, count: int) -> list[int]:
    known = list(values_list(column, flat=True).order_by(column)[: 50 * count])
    return sorted(chance.sample(known, min(count, len(known))))


def request_of(user: Any) -> HttpRequest:
    """A request as views get it from the shop's middleware."""
    request = RequestFactory(headers={"User-Agent": BROWSER}).get("/")
    request.user = user or AnonymousUser()
    vars(request)["strategy"] = get_class("partner.strategy", "Selector")().strategy(request=request, user=user)
    return request


def _gathered(person: Person) -> record.Gathered:
    return record.Gathered(person, Consent(STORING, is_asked=True))


def measure(*, rounds: int) -> list[Line]:
    """Every line so many times, all of them in turn, so that a busy minute of the machine falls on each alike."""
    sample = Sample.drawn(min(max(rounds, 50) * 2, 2000))
    lines: dict[str, Line] = {}
    with agreed(), _requests_end():
        # The first two rounds warm what a worker process keeps: compiled templates, prepared forms, PostgreSQL's pages.
        for number in range(-2, rounds):
            for name, work in _works(sample):
                line = lines.setdefault(name, Line(name))
                if number < 0:
                    line.count(work)
                else:
                    line.time(work)
    return list(lines.values())


@contextmanager
def _requests_end() -> Iterator[None]:
    """However many requests were in hand inside, none is afterwards."""
    token = record.gathering(None)
    try:
        yield
    finally:
        record.stop_gathering(token)


def _works(sample: Sample) -> Iterator[tuple[str, Work]]:
    """What is measured once more; what stands before a `yield` is not."""
    yield "select 1", _select_one
    for relation in ("similar", "together"):
        product = sample.chance.choice(sample.products)
        yield f"{relation} by table", lambda: Tables().neighbours(relation, [product.pk])  # noqa: B023 - done at once
    page, product = sample.page()
    yield "the page's own reads", lambda: (page.context(product=product), page.shop_rules)
    for strategy in STRATEGIES:
        page, product = sample.page()
        context = page.context(product=product)
        yield f"choose: {strategy}", lambda: choose(context, strategy)  # noqa: B023
    for name, tag in TAGS.items():
        template = engines["django"].from_string("{% load personalization %}" + tag)
        page, product = sample.page()
        yield f"first block of a page: {name}", partial(_render, template, page, product)
        yield f"further block: {name}", partial(_render, template, page, sample.chance.choice(sample.products))
    yield from card_lines(sample.chance.sample(sample.products, CARDS), request_of(None))


def _render(template: Any, page: Page, product: Any) -> None:
    request: Any = page.request
    html = template.render({"product": product, "user": request.user}, request)
    if "pz-card" not in html:
        raise RuntimeError("the block is empty: the shop is too small, or has changed since it was filled")


def _select_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
