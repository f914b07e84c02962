"""The strategies that watch the shop for somebody: prices that fall, goods that come back, run out or are new."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.template import engines

from personalization.events.history import Happening, History, recent
from personalization.events.person import Person
from personalization.recommend.choose import choose
from personalization.recommend.facts.models import ProductFact
from personalization.recommend.facts.refresh import refresh_all
from personalization.recommend.reasons import sentence
from personalization.recommend.replenishment import expected_gap
from personalization.recommend.strategies.strategy import strategies
from tests import people
from tests.people import NOW, did
from tests.recommend.facts.conftest import costs, holds, says

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def found(context, name, **parameters):
    return list(strategies.get(name).candidates(context, parameters))


def offered(shop, context, name, **parameters) -> list[str]:
    return shop.titles(one.product_id for one in found(context, name, **parameters))


def deed(product, ago: timedelta, kind: str = "product_viewed") -> Happening:
    return Happening(kind, product.pk, NOW - ago, 1)


def history(*deeds: Happening) -> History:
    return History(tuple(sorted(deeds, key=lambda one: one.happened_at, reverse=True)))


@pytest.fixture
def somebody(shop, context, now_with):
    """The context of somebody who did these things, on a page about nothing."""
    return lambda *deeds: now_with(context, history=history(*deeds))


class TestPriceDrop:
    @pytest.fixture
    def sale(self, shop):
        """Looked at for the first time ten days ago; two days ago honey fell to 3.99, coffee to 3.24."""
        refresh_all(now=NOW - 10 * DAY)
        refresh_all(now=NOW - 3 * DAY)
        costs(shop["honey"], "3.99")
        costs(shop["coffee"], "3.24")
        costs(shop["butter"], "2.99")
        refresh_all(now=NOW - 2 * DAY)
        return shop

    def test_offers_what_fell_since_the_look_the_largest_share_first(self, sale, somebody):
        here = somebody(*(deed(sale[title], 5 * DAY) for title in ("honey", "coffee", "butter", "sponge")))
        assert offered(sale, here, "price_drop") == ["coffee", "honey"]
        coffee, honey = found(here, "price_drop")
        assert (coffee.reduced.was, coffee.reduced.now) == (Decimal("6.49"), Decimal("3.24"))
        assert honey.score == pytest.approx(1 / 4.99)

    @pytest.mark.parametrize("kind", ["product_viewed", "basket_added", "wishlist_added", "stock_alert_asked"])
    def test_a_wish_and_a_basket_are_looks_too(self, sale, somebody, kind):
        assert offered(sale, somebody(deed(sale["honey"], 5 * DAY, kind)), "price_drop") == ["honey"]

    def test_the_last_look_counts(self, sale, somebody):
        assert offered(sale, somebody(deed(sale["honey"], 5 * DAY), deed(sale["honey"], DAY)), "price_drop") == []

    def test_who_may_have_seen_the_new_price_is_told_nothing(self, sale, somebody):
        # Between the last look that saw 4.99 and the first that saw 3.99.
        assert offered(sale, somebody(deed(sale["honey"], 60 * HOUR)), "price_drop") == []

    def test_a_price_that_rose_again_is_no_news(self, sale, somebody):
        costs(sale["honey"], "4.99")
        costs(sale["coffee"], "5.49")
        refresh_all(now=NOW - DAY)
        here = somebody(deed(sale["honey"], 5 * DAY), deed(sale["coffee"], 5 * DAY))
        assert offered(sale, here, "price_drop") == ["coffee"]
        assert found(here, "price_drop")[0].reduced.now == Decimal("5.49")

    def test_what_was_bought_since_is_left_in_peace(self, sale, somebody):
        here = somebody(deed(sale["honey"], 5 * DAY), deed(sale["honey"], 4 * DAY, "purchased"))
        assert offered(sale, here, "price_drop") == []

    def test_what_was_looked_at_after_it_was_bought_counts(self, sale, somebody):
        here = somebody(deed(sale["honey"], 5 * DAY), deed(sale["honey"], 6 * DAY, "purchased"))
        assert offered(sale, here, "price_drop") == ["honey"]

    def test_the_owner_says_what_is_worth_telling(self, sale, somebody):
        here = somebody(deed(sale["honey"], 5 * DAY), deed(sale["coffee"], 5 * DAY))
        assert offered(sale, here, "price_drop", least=30) == ["coffee"]
        assert "30 %" in strategies.get("price_drop").describe({"least": 30})

    def test_the_card_shows_both_prices_and_the_reason(self, sale, somebody):
        (card,) = choose(somebody(deed(sale["honey"], 5 * DAY)), "price_drop").cards
        assert (card.was_price, card.price) == (Decimal("4.99"), Decimal("3.99"))
        assert card.reason == "Cheaper since you looked at it"
        html = engines["django"].get_template("personalization/card.html").render({"card": card, "row": {}})
        was, now = html.index("4.99"), html.index("3.99")
        assert html.rindex("<s ", 0, was) > html.rindex("<strong", 0, now)

    def test_who_pays_prices_of_their_own_is_shown_nothing(self, sale, somebody):
        # A price that the job has not met yet, or that only this shopper pays: what it was for them nobody knows.
        sale["honey"].stockrecords.update(price="3.49")
        assert choose(somebody(deed(sale["honey"], 5 * DAY)), "price_drop").cards == []

    def test_another_currency_is_another_price(self, sale, somebody):
        sale["honey"].stockrecords.update(price_currency="EUR")
        assert choose(somebody(deed(sale["honey"], 5 * DAY)), "price_drop").cards == []

    def test_costs_two_queries_whatever_the_history(self, sale, somebody, django_assert_num_queries):
        here = somebody(*(deed(one, 5 * DAY) for one in sale.products.values() if one.parent_id is None))
        with django_assert_num_queries(2):
            assert found(here, "price_drop")
        with django_assert_num_queries(0):
            assert found(somebody(), "price_drop") == []


class TestBackInStock:
    @pytest.fixture
    def back(self, shop):
        """Sold out ten days ago; the calendar came back five days ago, candles two days ago."""
        holds(shop["candles"], 0)
        refresh_all(now=NOW - 10 * DAY)
        holds(shop["advent calendar"], 9)
        refresh_all(now=NOW - 5 * DAY)
        holds(shop["candles"], 9)
        refresh_all(now=NOW - 2 * DAY)
        return shop

    def test_offers_what_was_looked_at_before_it_came_back_the_latest_first(self, back, somebody):
        here = somebody(*(deed(back[title], 7 * DAY) for title in ("advent calendar", "candles", "honey")))
        assert offered(back, here, "back_in_stock") == ["candles", "advent calendar"]
        assert sentence(found(here, "back_in_stock")[0].reason) == "Back in stock"

    def test_what_was_asked_for_comes_first_and_says_so(self, back, somebody):
        here = somebody(deed(back["advent calendar"], 7 * DAY, "stock_alert_asked"), deed(back["candles"], 7 * DAY))
        assert offered(back, here, "back_in_stock") == ["advent calendar", "candles"]
        assert sentence(found(here, "back_in_stock")[0].reason) == "Back in stock, as you wished"

    def test_who_has_seen_that_it_is_back_is_not_told(self, back, somebody):
        assert offered(back, somebody(deed(back["candles"], DAY)), "back_in_stock") == []

    def test_after_thirty_days_it_is_no_news(self, back, somebody, now_with):
        here = somebody(deed(back["candles"], 7 * DAY))
        assert offered(back, now_with(here, now=NOW + 28 * DAY), "back_in_stock") == ["candles"]
        assert offered(back, now_with(here, now=NOW + 28 * DAY + HOUR), "back_in_stock") == []
        assert offered(back, here, "back_in_stock", days=1) == []

    def test_what_sold_out_again_is_not_offered(self, back, somebody):
        holds(back["candles"], 0)
        refresh_all(now=NOW - DAY)
        assert offered(back, somebody(deed(back["candles"], 7 * DAY)), "back_in_stock") == []

    def test_costs_one_query(self, back, somebody, django_assert_num_queries):
        here = somebody(*(deed(one, 7 * DAY) for one in back.products.values() if one.parent_id is None))
        with django_assert_num_queries(1):
            assert found(here, "back_in_stock")
        with django_assert_num_queries(0):
            assert found(somebody(), "back_in_stock") == []


class TestExpectedGap:
    DAYS = tuple((NOW - ago * DAY).date() for ago in (50, 40, 20))

    def test_is_the_shopper_s_own_mean_where_the_shop_knows_none(self):
        # Gaps of 10 and 20 days.
        assert expected_gap(self.DAYS, None) == 15

    def test_is_drawn_towards_the_shop_s_the_more_the_fewer_gaps_there_are(self):
        # (2 * 30 + 30) / (2 + 2), and for the first gap alone (2 * 30 + 10) / (2 + 1).
        assert expected_gap(self.DAYS, 30) == 22.5
        assert expected_gap(self.DAYS[:2], 30) == pytest.approx(70 / 3)


class TestBuyAgain:
    @pytest.fixture
    def habits(self, shop, somebody):
        """Bought so many days ago."""
        refresh_all(now=NOW)

        def bought(**days: tuple[int, ...]):
            return somebody(
                *(deed(shop[one.replace("_", " ")], day * DAY, "purchased") for one in days for day in days[one])
            )

        return bought

    def test_offers_what_is_due_the_nearest_to_its_day_first(self, shop, habits):
        # Due in 2 days of 14; due today; due in 10 days of 20; a week of 10 days overdue.
        here = habits(coffee=(40, 26, 12), butter=(21, 14, 7), honey=(50, 30, 10), muesli=(37, 27, 17))
        assert offered(shop, here, "buy_again") == ["butter", "coffee", "muesli"]

    def test_says_how_often_from_the_second_gap_on(self, shop, habits):
        honey, coffee = found(habits(coffee=(41, 27, 14), honey=(40, 20)), "buy_again")
        assert sentence(honey.reason, times=honey.times) == "You may be running out of it"
        assert sentence(coffee.reason, times=coffee.times) == "You usually buy it every 14 days"
        assert sentence("due", times=1) == "You usually buy it about now"

    def test_one_purchase_or_two_on_one_day_are_no_habit(self, shop, habits):
        assert offered(shop, habits(coffee=(14,), honey=(14, 14)), "buy_again") == []

    def test_who_missed_three_turns_has_stopped(self, shop, habits):
        assert offered(shop, habits(coffee=(40, 30)), "buy_again") == ["coffee"]
        assert offered(shop, habits(coffee=(41, 31)), "buy_again") == []

    def test_the_shop_s_own_rhythm_moves_the_day(self, shop, habits):
        here = habits(coffee=(22, 12))
        assert offered(shop, here, "buy_again") == ["coffee"]
        # (2 * 30 + 10) / 3 = 23 days: due in eleven.
        ProductFact.objects.filter(product_id=shop["coffee"].pk).update(usual_gap_days=30)
        assert offered(shop, habits(coffee=(22, 12)), "buy_again") == []
        assert offered(shop, habits(coffee=(22, 12)), "buy_again", ahead=12) == ["coffee"]
        assert "12 days" in strategies.get("buy_again").describe({"ahead": 12})

    def test_looks_and_baskets_are_no_purchases(self, shop, somebody):
        assert found(somebody(deed(shop["honey"], 20 * DAY), deed(shop["honey"], 10 * DAY)), "buy_again") == []

    def test_costs_one_query_and_the_first_in_five_minutes_another(self, habits, somebody, django_assert_num_queries):
        here = habits(coffee=(40, 26, 12), butter=(21, 14, 7))
        with django_assert_num_queries(2):
            assert found(here, "buy_again")
        here = habits(coffee=(40, 26, 12), butter=(21, 14, 7))
        with django_assert_num_queries(1):
            assert found(here, "buy_again")
        with django_assert_num_queries(0):
            assert found(somebody(), "buy_again") == []


class TestNewArrivals:
    @pytest.fixture
    def news(self, shop):
        """The newest last: a jam and a mop of no brand, a cloth of a brand that is known."""
        for title, category in [
            ("jam", "Breakfast"),
            ("mop", "Household"),
            ("cloth", "Household"),
            ("lamp", "Household"),
        ]:
            shop.products[title] = people.product(title, category=shop.categories[category])
        says(shop["cloth"], "brand", "Linen & Sons")
        says(shop["apron"], "brand", "Linen & Sons")
        refresh_all(now=NOW)
        return shop

    def test_for_a_stranger_come_newest_first(self, news, somebody):
        assert offered(news, somebody(), "new_arrivals")[:4] == ["lamp", "cloth", "mop", "jam"]

    def test_begin_with_what_suits_the_categories_of_the_history(self, news, somebody):
        here = somebody(deed(news["butter"], DAY), deed(news["honey"], DAY))
        assert offered(news, here, "new_arrivals")[:2] == ["jam", "green tea"]

    def test_begin_with_the_brand_of_the_history(self, news, somebody):
        here = somebody(deed(news["apron"], DAY))
        assert offered(news, here, "new_arrivals")[:3] == ["cloth", "apron", "lamp"]

    def test_a_purchase_outweighs_a_later_look(self, news, somebody):
        here = somebody(deed(news["butter"], DAY), deed(news["sponge"], 2 * DAY, "purchased"))
        assert offered(news, here, "new_arrivals")[0] == "lamp"

    def test_say_that_they_are_of_a_kind_that_is_liked_only_where_they_are(self, news, somebody):
        reasons = {
            one.product_id: sentence(one.reason) for one in found(somebody(deed(news["butter"], DAY)), "new_arrivals")
        }
        assert reasons[news["jam"].pk] == "New, and of a kind that you like"
        assert reasons[news["lamp"].pk] == "New in the shop"

    def test_cost_a_stranger_one_query_and_others_two(self, news, somebody, django_assert_num_queries):
        with django_assert_num_queries(1):
            found(somebody(), "new_arrivals")
        with django_assert_num_queries(2):
            found(somebody(deed(news["butter"], DAY)), "new_arrivals")


def test_wishes_and_alerts_are_part_of_the_history(shop, anna):
    for hour, kind in enumerate(("wishlist_added", "stock_alert_asked", "wishlist_removed"), 1):
        did(kind, shop["honey"], user=anna, at=NOW - hour * HOUR)
    kinds = [one.kind for one in recent(Person(user_id=anna.pk), now=NOW).happenings]
    assert kinds == ["wishlist_added", "stock_alert_asked"]
