"""What somebody likes, worked out by hand: weights of deeds, halved every ninety days."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from personalization.people.profiles.models import Profile
from personalization.people.profiles.refresh import rebuild
from personalization.recommend.facts.models import ProductFact
from tests import people
from tests.people import NOW

DAY = timedelta(days=1)
STRANGER = UUID("018f0000-0000-7000-8000-000000000001")


@pytest.fixture
def branded(log):
    """Coffee and honey have brands."""
    for title, brand in (("coffee", "Bean"), ("honey", "Bee"), ("candles", "Bee")):
        ProductFact.objects.filter(product_id=log.shop[title].pk).update(brand=brand)
    return log


def test_categories_by_what_was_done_there(log, anna, profile_of):
    # A view weighs 1, an addition to the basket 3, a purchase 5.
    log.did("product_viewed", "honey", user=anna, at=NOW)
    log.did("basket_added", "honey", user=anna, at=NOW)
    people.bought(anna, {log.shop["candles"]: 7}, at=NOW)
    breakfast, household = (log.shop.categories[name].pk for name in ("Breakfast", "Household"))
    # 4 of 9, and 5 of 9; what all goods hang on says nothing.
    assert profile_of(anna).categories == {str(breakfast): 0.4444, str(household): 0.5556}


def test_an_old_deed_counts_half_as_much_after_ninety_days(log, anna, profile_of):
    log.did("product_viewed", "honey", user=anna, at=NOW - 90 * DAY)
    log.did("product_viewed", "candles", user=anna, at=NOW)
    breakfast, household = (str(log.shop.categories[name].pk) for name in ("Breakfast", "Household"))
    assert profile_of(anna).categories == {breakfast: 0.3333, household: 0.6667}


def test_the_half_life_is_a_setting(log, anna, profile_of, settings):
    settings.PERSONALIZATION_TASTE_HALF_LIFE_DAYS = 30
    log.did("product_viewed", "honey", user=anna, at=NOW - 90 * DAY)
    log.did("product_viewed", "candles", user=anna, at=NOW)
    # An eighth and one.
    assert profile_of(anna).categories[str(log.shop.categories["Breakfast"].pk)] == 0.1111


def test_brands_of_those_goods_that_have_one(branded, anna, profile_of):
    for title in ("coffee", "honey", "candles", "honey", "butter"):
        branded.did("product_viewed", title, user=anna, at=NOW)
    assert profile_of(anna).brands == {"Bean": 0.25, "Bee": 0.75}


def test_what_teaches_nothing_is_no_taste(log, anna, profile_of):
    log.did("basket_removed", "honey", user=anna, at=NOW)
    assert profile_of(anna).categories == {}


def test_no_more_than_twenty_brands(log, anna, profile_of):
    for number in range(25):
        product = people.product(f"thing {number:02}")
        ProductFact.objects.create(product_id=product.pk, brand=f"brand {number:02}", listed_at=NOW, looked_at=NOW)
        log.shop.products[product.title] = product
        log.did("basket_added" if number == 24 else "product_viewed", product.title, user=anna, at=NOW)
    found = profile_of(anna).brands
    # 3 of 27, then 1 of 27 each, the first by name.
    assert len(found) == 20
    assert found["brand 24"] == 0.1111
    assert found["brand 18"] == 0.037
    assert "brand 19" not in found


def test_what_fades_for_all_alike_changes_nothing(log, anna):
    for number, title in enumerate(("honey", "candles", "coffee", "sponge", "butter", "green tea")):
        log.did("product_viewed", title, user=anna, at=NOW - number * 13 * DAY)
        log.did("product_viewed", title, visitor=STRANGER, at=NOW - number * 7 * DAY)
    rebuild(now=NOW)
    before = list(Profile.objects.values("person", "categories", "brands"))
    rebuild(now=NOW + 50 * DAY)
    assert list(Profile.objects.values("person", "categories", "brands")) == before


def test_what_was_paid_in_each_department(log, anna, profile_of):
    people.bought(anna, {log.shop["honey"]: 2, log.shop["candles"]: 1}, at=NOW - DAY)
    people.bought(anna, {log.shop["coffee"]: 1}, at=NOW - 2 * DAY)
    found = profile_of(anna)
    told = zip(found.departments, found.department_units, found.department_paid, strict=True)
    breakfast, household = (log.shop.categories[name].pk for name in ("Breakfast", "Household"))
    # 2 x 4.99 + 6.49
    assert sorted(told) == [(breakfast, 3, Decimal("16.47")), (household, 1, Decimal("5.99"))]
