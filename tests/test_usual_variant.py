"""A card opens on the variant that this person takes as a rule, as long as it can be bought."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oscar.core.loading import get_model

from personalization import shop as door
from personalization.events import history
from personalization.events.person import Person
from personalization.shop import ProductCard, Usual
from tests import people
from tests.people import Shop

ATTRIBUTE = "size"


@pytest.fixture
def shirts(shop: Shop) -> Shop:
    """Beside the apron, a shirt that comes in the same sizes."""
    shop.products |= people.family(
        "shirt", {"shirt small": ("20.00", 5), "shirt large": ("22.00", 5)}, category=shop.categories["Household"]
    )
    attribute = get_model("catalogue", "ProductAttribute").objects.create(
        product_class=shop["apron"].product_class, code=ATTRIBUTE, name="Size", type="text"
    )
    for kind in ("apron", "shirt"):
        for size in ("small", "large"):
            get_model("catalogue", "ProductAttributeValue").objects.create(
                product=shop[f"{kind} {size}"], attribute=attribute, value_text=size
            )
    return shop


def card(shop: Shop, title: str, usual: Usual) -> ProductCard:
    found, _ = door.cards([shop[title].pk], buying=door.buying(), usual=usual)
    return found[0]


def habit(shop: Shop, *titles: str, sizes: Any = ()) -> Usual:
    return Usual(tuple(shop.ids(*titles)), frozenset(sizes))


def test_nobody_s_habit_leaves_the_choice_open(shirts):
    apron = card(shirts, "apron", Usual())
    assert (apron.variant_id, apron.has_variants, str(apron.price)) == (None, True, "12.00")


def test_the_variant_they_had_before_is_named_priced_and_put_into_the_basket(shirts):
    apron, large = card(shirts, "apron", habit(shirts, "apron large")), shirts["apron large"].pk
    assert (apron.id, apron.variant_id, apron.title, str(apron.price)) == (
        shirts["apron"].pk, large, "apron large", "14.00",
    )  # fmt: skip
    assert not apron.is_from_price
    assert apron.add_url == f"/basket/add/{large}/"
    assert apron.url == f"{shirts['apron'].get_absolute_url()}?variant={large}"


def test_of_several_the_most_frequent(shirts):
    assert card(shirts, "apron", habit(shirts, "apron large", "apron small")).title == "apron large"


def test_sold_out_it_gives_way_to_the_next_and_then_to_the_choice(shirts):
    get_model("partner", "StockRecord").objects.filter(product=shirts["apron large"]).update(num_in_stock=0)
    assert card(shirts, "apron", habit(shirts, "apron large", "apron small")).title == "apron small"
    assert card(shirts, "apron", habit(shirts, "apron large")).variant_id is None


def test_a_hidden_variant_is_not_opened_on(shirts):
    get_model("catalogue", "Product").objects.filter(pk=shirts["apron large"].pk).update(is_public=False)
    assert card(shirts, "apron", habit(shirts, "apron large")).variant_id is None


def test_a_product_they_never_had_comes_in_the_size_of_another_one(shirts, settings):
    settings.PERSONALIZATION_SIZE_ATTRIBUTE = ATTRIBUTE
    assert card(shirts, "shirt", habit(shirts, "apron large")).title == "shirt large"
    assert card(shirts, "shirt", habit(shirts, "apron small")).title == "shirt small"


def test_the_size_they_told_comes_before_the_one_they_bought(shirts, settings):
    settings.PERSONALIZATION_SIZE_ATTRIBUTE = ATTRIBUTE
    assert card(shirts, "shirt", habit(shirts, "apron small", sizes=["large"])).title == "shirt large"
    assert card(shirts, "shirt", habit(shirts, sizes=["enormous"])).variant_id is None


def test_sizes_cost_one_query_and_only_somebody_of_whom_something_is_known(shirts, settings):
    settings.PERSONALIZATION_SIZE_ATTRIBUTE = ATTRIBUTE

    def queries(usual: Usual) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            card(shirts, "shirt", usual)
        return len(asked)

    assert queries(Usual()) == queries(habit(shirts, "shirt large")) == 1
    assert queries(habit(shirts, "apron large")) == 2


def test_what_was_bought_is_read_from_the_log_the_most_frequent_first(shirts, anna):
    for title in ("apron small", "apron large", "apron large"):
        people.bought(anna, {shirts[title]: 1}, at=timezone.now())
    read = history.recent(Person(user_id=anna.pk), now=timezone.now())
    assert list(read.variants()) == shirts.ids("apron large", "apron small")
    assert read.products("purchased") == (shirts["apron"].pk,)
