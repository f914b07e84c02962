"""Whose list is shown, what happens when it is too thin, and that nobody is told a story about it."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.events.person import Person
from personalization.recommend.choose import choose
from personalization.recommend.level import level_told
from personalization.recommend.lists.models import ShopperGroup
from personalization.recommend.models import RankedList
from personalization.recommend.strategies.strategy import strategies
from personalization.recommend.tables import Tables
from personalization.storefront.blocks import Wish, shown
from personalization.storefront.request import page_of
from tests.people import NOW

GROUP = "group:price_and_department:high-1"


@pytest.fixture
def a_list(known_shop):
    """Writes a list of the shop, of a category, a region or a group."""

    def write(*titles: str, scope: str = "", category: str = "", measure: str = "units", period: str = "month") -> None:
        RankedList.objects.create(
            measure=measure, period=period, scope=scope, product_ids=known_shop.ids(*titles), refreshed_at=NOW,
            category_id=known_shop.categories[category].pk if category else 0, scores=[1.0] * len(titles),
        )  # fmt: skip

    return write


@pytest.fixture
def anna_s(context, anna):
    """Anna, who lives in Kyiv and is in a group."""
    ShopperGroup.objects.create(
        user_id=anna.pk, grouping="price_and_department", key="high-1", grouped_at=NOW,
        parts={"tier": "high", "department": 1},
    )  # fmt: skip
    return replace(context, person=Person(user_id=anna.pk), region="Kyiv ")


def asked(shop, context, name="bestsellers", **parameters) -> tuple[list[str], str, str]:
    """The goods, whose list they come from, and what is said beside the heading."""
    selection = choose(replace(context, tables=Tables()), name, parameters=parameters, stand_ins=())
    level = selection.level
    return [card.title for card in selection.cards], level.name if level else "", level.told if level else ""


class TestHere:
    def test_of_the_category_being_viewed(self, known_shop, context, a_list):
        a_list("sponge", category="Household")
        a_list("coffee")
        household = known_shop.categories["Household"].pk
        there = replace(context, category_id=household)
        assert asked(known_shop, there) == (["sponge"], f"category:{household}", "")

    def test_a_thin_category_shows_that_above_and_says_so(self, known_shop, context, a_list):
        a_list("honey", category="Everything")
        a_list("coffee")
        there = replace(context, category_id=known_shop.categories["Household"].pk)
        everything = known_shop.categories["Everything"].pk
        assert asked(known_shop, there) == (["honey"], f"category:{everything}", "Everything")

    def test_and_where_none_above_has_a_list_the_shop(self, known_shop, context, a_list):
        a_list("coffee")
        there = replace(context, category_id=known_shop.categories["Household"].pk)
        assert asked(known_shop, there) == (["coffee"], "shop", "in the whole shop")

    def test_on_a_page_about_no_category_the_shop_s_without_a_word(self, known_shop, context, a_list):
        a_list("coffee")
        assert asked(known_shop, context) == (["coffee"], "shop", "")

    def test_trends_are_of_the_category_too(self, known_shop, context, a_list):
        a_list("sponge", category="Household", measure="trend", period="week")
        a_list("coffee", measure="trend", period="week")
        there = replace(context, category_id=known_shop.categories["Household"].pk)
        assert asked(known_shop, there, "trending")[0] == ["sponge"]
        assert asked(known_shop, context, "trending")[0] == ["coffee"]

    def test_trends_of_the_day_are_a_list_of_their_own(self, known_shop, context, a_list):
        a_list("honey", measure="trend", period="day")
        a_list("coffee", measure="trend", period="week")
        assert asked(known_shop, context, "trending", period="day")[0] == ["honey"]


class TestRegion:
    def test_of_the_region_named_as_the_shopper_names_it(self, known_shop, anna_s, a_list):
        a_list("honey", scope="region:kyiv")
        a_list("coffee")
        assert asked(known_shop, anna_s, where="region") == (["honey"], "region:kyiv", "Kyiv")

    def test_too_thin_it_is_the_shop_s_and_says_so(self, known_shop, anna_s, a_list):
        a_list("honey", scope="region:odesa")
        a_list("coffee")
        assert asked(known_shop, anna_s, where="region") == (["coffee"], "shop", "in the whole shop")

    def test_nearby_is_never_said_of_the_whole_shop(self, known_shop, context, anna_s, a_list):
        a_list("coffee", "honey", "butter")
        assert asked(known_shop, anna_s, "popular_nearby")[0] == []
        selection = choose(anna_s, "popular_nearby")
        assert selection.served_by == "bestsellers"
        assert shown(Wish("popular_nearby", title="Round the corner"), selection, page_of(None)).title == "Best sellers"
        a_list("sponge", scope="region:kyiv")
        assert asked(known_shop, anna_s, "popular_nearby") == (["sponge"], "region:kyiv", "Kyiv")
        assert asked(known_shop, context, "popular_nearby")[0] == []


class TestPeopleAlike:
    def test_of_the_group(self, known_shop, anna_s, a_list):
        a_list("candles", scope=GROUP)
        a_list("coffee")
        assert asked(known_shop, anna_s, where="people") == (["candles"], GROUP, "")
        assert asked(known_shop, anna_s, "popular_with_people_like_you") == (["candles"], GROUP, "")

    def test_for_a_stranger_there_are_no_people_like_them(self, known_shop, context, a_list):
        a_list("candles", scope=GROUP)
        a_list("coffee")
        assert asked(known_shop, context, where="people") == (["coffee"], "shop", "in the whole shop")
        assert asked(known_shop, context, "popular_with_people_like_you")[0] == []

    def test_of_the_owner_s_segment(self, known_shop, context, anna_s, anna, a_list):
        ShopperGroup.objects.create(
            user_id=anna.pk, grouping="segment", key="7", grouped_at=NOW, parts={"segment": 7, "name": "VIP"}
        )
        a_list("candles", scope=GROUP)
        a_list("honey", scope="group:segment:7")
        a_list("coffee")
        assert asked(known_shop, anna_s, where="segment") == (["honey"], "group:segment:7", "")
        assert asked(known_shop, context, where="segment") == (["coffee"], "shop", "in the whole shop")

    def test_the_owner_reads_what_the_group_is(self, known_shop, anna_s, a_list):
        department = known_shop.categories["Household"].pk
        ShopperGroup.objects.update(parts={"tier": "high", "department": department})
        a_list("candles", scope=GROUP)
        level = choose(anna_s, "popular_with_people_like_you").level
        assert level_told(level) == "Household, at high prices"


class TestToldAndLogged:
    def test_the_level_stands_beside_the_heading_with_the_period(self, known_shop, anna_s, a_list):
        a_list("honey", scope="region:kyiv", period="week")
        wish = Wish("bestsellers", parameters={"where": "region", "period": "week"})
        selection = choose(anna_s, wish.strategy, parameters=wish.parameters)
        assert shown(wish, selection, page_of(None)).period_label == "Kyiv, last 7 days"

    def test_and_in_the_log_of_what_was_shown(self, known_shop, anna_s, a_list):
        a_list("honey", scope="region:kyiv")
        told = choose(anna_s, "bestsellers", parameters={"where": "region"}).told()
        assert [one["level"] for one in told["products"]] == ["region:kyiv"]

    def test_what_has_no_levels_logs_none(self, known_shop, context):
        assert all("level" not in one for one in choose(context, "new_arrivals").told()["products"])


@pytest.mark.parametrize(
    ("name", "parameters", "queries"),
    [
        ("bestsellers", {}, 1),
        ("bestsellers", {"where": "shop"}, 1),
        ("bestsellers", {"where": "region"}, 1),
        ("bestsellers", {"where": "people"}, 2),
        ("trending", {}, 1),
        ("popular_nearby", {}, 1),
        ("popular_with_people_like_you", {}, 2),
    ],
)
def test_what_a_list_costs(known_shop, anna_s, a_list, name, parameters, queries):
    for measure, period in (("units", "month"), ("trend", "week")):
        a_list("coffee", measure=measure, period=period)
        a_list("coffee", measure=measure, period=period, category="Household")
    there = replace(anna_s, category_id=known_shop.categories["Household"].pk)
    with CaptureQueriesContext(connection) as sent:
        strategies.get(name).candidates(there, parameters)
        strategies.get(name).candidates(there, parameters)
    assert len(sent) == queries


def test_going_up_costs_two_queries_more(known_shop, anna_s, a_list):
    a_list("coffee", category="Everything")
    a_list("coffee")
    there = replace(anna_s, category_id=known_shop.categories["Household"].pk)
    with CaptureQueriesContext(connection) as sent:
        strategies.get("bestsellers").candidates(there, {})
    assert len(sent) == 3
