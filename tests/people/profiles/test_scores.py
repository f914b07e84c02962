"""Where somebody stands among the others: fifths by recency, frequency and money, thirds by price."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from personalization.people.profiles.models import Profile
from personalization.people.profiles.refresh import rebuild, refresh
from tests import people
from tests.people import NOW

DAY = timedelta(days=1)
NAMES = ("Anna", "Boris", "Clara", "Dmytro", "Emma", "Fedir", "Greta", "Hryhoriy", "Ivan", "Julia")


@pytest.fixture
def customers(db) -> dict[str, Any]:
    """Ten people with accounts."""
    return {name: people.person(name) for name in NAMES}


def scores(column: str) -> list[Any]:
    """Of everybody, by the account's number."""
    return list(Profile.objects.order_by("user_id").values_list(column, flat=True))


def buys(log, user, title="honey", *, pieces=1, each="4.99", order=1, at=NOW):
    log.did("purchased", title, at=at, user=user, quantity=pieces, value=pieces * Decimal(each),
            payload={"order": user.pk * 1000 + order})  # fmt: skip


class TestFifths:
    def test_two_of_ten_in_each(self, log, customers):
        for number, user in enumerate(customers.values()):
            for order in range(number + 1):
                buys(log, user, order=order, at=NOW - number * DAY)
        rebuild(now=NOW)
        # The first came today, has one order and spent least; the last came longest ago and has ten.
        assert scores("recency_score") == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
        assert scores("frequency_score") == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
        assert scores("monetary_score") == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]

    def test_who_is_alike_scores_alike(self, log, customers):
        # Six with one order, four with two: of the others, none and six in nine are below.
        for number, user in enumerate(customers.values()):
            for order in range(1 if number < 6 else 2):
                buys(log, user, order=order)
        rebuild(now=NOW)
        assert scores("frequency_score") == [1] * 6 + [4] * 4
        assert scores("recency_score") == [1] * 10

    def test_are_those_that_percent_rank_gives(self, log, customers):
        amounts = ["3", "9", "9", "1", "4", "4", "4", "7", "2", "30"]
        for user, amount in zip(customers.values(), amounts, strict=True):
            buys(log, user, each=amount)
        rebuild(now=NOW)
        below = [sum(Decimal(other) < Decimal(one) for other in amounts) for one in amounts]
        assert scores("monetary_score") == [min(5, 1 + 5 * count // 9) for count in below]

    def test_who_never_bought_has_none(self, log, customers):
        *buyers, julia = customers.values()
        for user in buyers:
            buys(log, user)
        log.did("product_viewed", "honey", user=julia, at=NOW)
        rebuild(now=NOW)
        found = Profile.objects.get(user_id=julia.pk)
        assert (found.recency_score, found.frequency_score, found.monetary_score) == (None, None, None)

    def test_among_four_customers_there_are_none(self, log, customers):
        for user in list(customers.values())[:4]:
            buys(log, user)
        rebuild(now=NOW)
        assert set(scores("monetary_score")) == {None}

    def test_by_day_people_cross_the_borders_and_by_night_these_are_drawn_anew(self, log, customers):
        *buyers, julia = customers.values()
        for number, user in enumerate(buyers):
            buys(log, user, each=str(number + 1))
        rebuild(now=NOW)
        assert scores("monetary_score") == [1, 1, 2, 2, 3, 4, 4, 5, 5]
        buys(log, julia, each="1000", at=NOW + DAY)
        refresh(now=NOW + DAY)
        assert scores("monetary_score") == [1, 1, 2, 2, 3, 4, 4, 5, 5, 5]
        # She came last of all, and nobody else was written.
        assert scores("recency_score") == [1] * 9 + [5]
        assert Profile.objects.get(changed_at=NOW + DAY).user_id == julia.pk
        rebuild(now=NOW + 2 * DAY)
        assert scores("monetary_score") == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
        # The sixth and the eighth; in recency and frequency nobody has moved.
        assert Profile.objects.filter(changed_at=NOW + 2 * DAY).count() == 2


class TestPriceTiers:
    def test_by_what_is_paid_in_each_department(self, log, customers):
        anna, boris, clara, *_ = customers.values()
        # Three pieces each for breakfast, at 1, 2 and 6.
        for user, each in ((anna, "1"), (boris, "2"), (clara, "6")):
            buys(log, user, pieces=3, each=each)
        rebuild(now=NOW)
        breakfast = str(log.shop.categories["Breakfast"].pk)
        assert scores("price_tiers") == [{breakfast: 1}, {breakfast: 2}, {breakfast: 3}]
        assert scores("price_tier") == [1, 2, 3]

    def test_overall_against_what_is_usual_in_each(self, log, customers):
        anna, boris, clara, *_ = customers.values()
        # Usual is 3 for breakfast and 30 in the household; Anna pays a third of both, Clara more than both.
        for user, low, high in ((anna, "1", "10"), (boris, "3", "30"), (clara, "5", "50")):
            buys(log, user, pieces=3, each=low)
            buys(log, user, "candles", pieces=3, each=high, order=2)
        rebuild(now=NOW)
        assert scores("price_tier") == [1, 2, 3]

    def test_who_buys_only_cheap_things_does_not_buy_cheap(self, log, customers):
        anna, boris, clara, dmytro, *_ = customers.values()
        # Sponges cost 1 everywhere, and Anna buys them at 1.20; candles cost about 40.
        buys(log, anna, "sponge", pieces=5, each="1.20")
        for user in (boris, clara, dmytro):
            buys(log, user, "honey", pieces=5, each="40")
        buys(log, boris, "sponge", pieces=3, each="0.90", order=2)
        rebuild(now=NOW)
        found = dict(zip(("anna", "boris", "clara", "dmytro"), scores("price_tier"), strict=True))
        assert found["anna"] == 3
        assert found["boris"] == 1

    def test_where_all_pay_the_same_all_pay_the_middle(self, log, customers):
        for user in list(customers.values())[:5]:
            buys(log, user, pieces=3)
        rebuild(now=NOW)
        assert scores("price_tier") == [2] * 5

    def test_of_two_pieces_nobody_knows(self, log, customers):
        for user in customers.values():
            buys(log, user, pieces=2)
        rebuild(now=NOW)
        assert set(scores("price_tier")) == {None}
        assert all(tiers == {} for tiers in scores("price_tiers"))

    def test_wholesale_is_another_price(self, log, customers, settings):
        settings.PERSONALIZATION_BULK_QUANTITY = 10
        anna, *others = customers.values()
        buys(log, anna, pieces=11, each="0.10")
        for user in others:
            buys(log, user, pieces=3)
        rebuild(now=NOW)
        assert scores("price_tier")[0] is None
