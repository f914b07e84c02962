"""The same best sellers in a person's own order: the top stays, and what they like moves up behind it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.events.history import Happening, History
from personalization.recommend.facts.models import ProductFact
from personalization.recommend.models import RankedList
from personalization.recommend.strategies.strategy import strategies
from tests.people import NOW

LIST = ("sponge", "coffee", "dish soap", "candles", "apron", "honey", "muesli", "green tea")


@pytest.fixture
def ranked(known_shop, context):
    RankedList.objects.create(
        measure="units", period="month", product_ids=known_shop.ids(*LIST), scores=[1.0] * len(LIST), refreshed_at=NOW
    )
    return context


def who(context, shop, **deeds: str):
    happened = [
        Happening(kind, shop[title.replace("_", " ")].pk, NOW - timedelta(hours=hour), 1)
        for hour, (title, kind) in enumerate(deeds.items())
    ]
    return replace(context, history=History(tuple(happened)))


def titles(shop, context, **parameters) -> list[str]:
    found = strategies.get("bestsellers").candidates(context, {"order": "personal", **parameters})
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    return shop.titles(one.product_id for one in found)


def test_the_first_three_stay_and_the_liked_department_moves_up_behind_them(known_shop, ranked):
    somebody = who(ranked, known_shop, oat_milk="purchased")
    assert titles(known_shop, somebody) == [
        "sponge", "coffee", "dish soap", "honey", "muesli", "green tea", "candles", "apron",
    ]  # fmt: skip


@pytest.mark.parametrize("kept", [0, 1, 5, 8, 48])
def test_as_many_stay_as_the_owner_says_and_none_is_added_or_lost(known_shop, ranked, kept):
    found = titles(known_shop, who(ranked, known_shop, oat_milk="purchased"), keep_first=kept)
    assert found[:kept] == list(LIST[:kept])
    assert sorted(found) == sorted(LIST)
    assert (found == list(LIST)) == (kept >= 5)


def test_off_it_is_the_same_for_everybody(known_shop, ranked):
    assert titles(known_shop, who(ranked, known_shop, oat_milk="purchased"), order="counted") == list(LIST)


def test_for_somebody_who_did_nothing_it_is_the_list_and_costs_nothing_more(known_shop, ranked):
    with CaptureQueriesContext(connection) as sent:
        assert titles(known_shop, ranked) == list(LIST)
    assert len(sent) == 1


def test_it_costs_one_query(known_shop, ranked):
    with CaptureQueriesContext(connection) as sent:
        titles(known_shop, who(ranked, known_shop, oat_milk="purchased"))
    assert len(sent) == 2


def test_a_purchase_outweighs_a_look(known_shop, ranked):
    both = who(ranked, known_shop, oat_milk="product_viewed", rye_bread="product_viewed", sponge="purchased")
    assert titles(known_shop, both)[3:5] == ["candles", "apron"]


def test_a_brand_is_liked_across_departments(known_shop, ranked):
    ProductFact.objects.filter(product_id__in=known_shop.ids("oat milk", "apron")).update(brand="Meadow")
    assert titles(known_shop, who(ranked, known_shop, oat_milk="purchased"))[3] == "apron"
