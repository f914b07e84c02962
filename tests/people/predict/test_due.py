"""When a product is needed again: tried each night on weeks that it had not seen, and told by whichever came nearer."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.core.cache import cache

from personalization.events.write import write
from personalization.people.predict import due, job
from personalization.people.predict.due_trial import try_goods
from personalization.people.predict.models import PredictionRun
from personalization.people.predict.page import chart_of, page_of
from personalization.people.predict.requests import request_predictions
from personalization.people.profiles.models import Profile
from personalization.recommend.replenishment import expected_gap
from tests.people import NOW
from tests.people.predict.shops import profile, purchase

CUSTOMERS = 260
DAY = timedelta(days=1)


def shop_of(gaps: Any, *, customers: int = CUSTOMERS, stopped: Any = lambda customer: False) -> None:
    """Each buys product 1 after so many days, time and again, and last within the weeks of the trial, or before it."""
    bought = []
    for customer in range(1, customers + 1):
        ago = float(customer % 9) + 29 * stopped(customer)
        for turn, gap in enumerate(gaps(customer)):
            bought.append(purchase(customer, at=NOW - ago * DAY, value=9, order=customer * 100 + turn))
            ago += gap
    for place in range(0, len(bought), 1000):
        write(bought[place : place + 1000])
    Profile.objects.bulk_create(profile(number) for number in range(1, customers + 1))


def rhythms(customer: int) -> list[float]:
    """Half of them every five days, half every fourteen."""
    return [5.0] * 20 if customer % 2 else [14.0] * 9


def chances(customer: int) -> list[float]:
    """Nobody has a rhythm: two gaps of anything between a day and a month, and one across the cut."""
    return list(np.random.default_rng(customer).uniform(1, 30, size=4).round())


def learned() -> PredictionRun:
    run = request_predictions(asked_by="olga", now=NOW)
    job.work_off_predictions(now=NOW)
    run.refresh_from_db()
    return run


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    cache.clear()


def test_who_has_a_rhythm_is_told_by_it(db: None) -> None:
    shop_of(rhythms)
    run = learned()
    told = run.verdicts["goods"]
    assert told["why"] == ""
    assert told["figures"]["people"] == CUSTOMERS
    # A day is whole, and their own gaps outweigh the shop's, which is somewhere between the two.
    assert told["figures"]["error"] < 2 < 4 < told["figures"]["plain"]
    assert len(told["points"]) == 10
    assert due.own_gaps_tell()
    # All of them go on buying, and the exponential law is less sure of it than they are.
    assert told["figures"]["came"] == 1 > told["figures"]["expected"] > 0.7
    page = page_of(run)
    (goods,) = [one for one in page.entries if one.name == "goods"]
    assert "were. The others come later or never" in goods.how_good
    assert goods.chart is not None
    assert goods.chart.predicted == "chance within 28 days, by the rhythm"


def test_who_never_buys_it_again_stands_in_the_picture(db: None) -> None:
    shop_of(lambda customer: [10.0] * 9, stopped=lambda customer: bool(customer % 4))
    told = try_goods(customers=CUSTOMERS, now=NOW)
    assert told.figures["came"] == 0.25, "of four customers one goes on"
    assert told.figures["expected"] > 0.8
    assert all(0 <= one["low"] <= one["actual"] <= one["high"] <= 1 for one in told.points)
    assert all(0 < one["predicted"] < 1 for one in told.points)


def test_the_chance_is_worked_out_by_hand() -> None:
    # Two gaps of the shop's ten days and two own ones of ten, and ten days of silence: 50 days, to the power of four.
    found = due.chance_within(50, own=20, gaps=2, usual=10, silent=10)
    assert found == pytest.approx(1 - (50 / 100) ** 4)
    assert due.chance_within(0, own=20, gaps=2, usual=10, silent=10) == 0
    # Silence makes it less likely, and many own gaps tell against the shop's.
    assert due.chance_within(50, own=20, gaps=2, usual=10, silent=60) < found
    assert due.chance_within(50, own=900, gaps=9, usual=10, silent=10) < found


def test_a_learning_of_before_that_kept_days_has_no_picture(db: None) -> None:
    shop_of(rhythms)
    run = learned()
    del run.verdicts["goods"]["figures"]["came"]
    assert chart_of(run, "goods") is None


def test_where_nobody_has_one_the_product_s_gap_is_told_to_everybody(db: None) -> None:
    shop_of(chances, customers=700)
    assert due.own_gaps_tell()
    run = learned()
    told = run.verdicts["goods"]
    assert told["why"] == "no_better"
    assert told["figures"]["error"] >= told["figures"]["plain"]
    assert not due.own_gaps_tell(), "a learning is heard of at once"


def test_the_gap_is_the_product_s_where_that_came_nearer() -> None:
    days = [(NOW - ago * DAY).date() for ago in (20, 10)]
    assert expected_gap(days, 40.0) == (2 * 40 + 10) / 3
    assert expected_gap(days, 40.0, own_tell=False) == 40
    assert expected_gap(days, None, own_tell=False) == 10, "of what the shop knows nothing, there is but their own"


def test_a_few_habits_are_no_trial(db: None) -> None:
    shop_of(rhythms, customers=40)
    verdict = try_goods(customers=40, now=NOW)
    assert (verdict.why, verdict.figures["people"], verdict.points) == ("few_goods", 40, [])


def test_nothing_of_the_held_out_weeks_is_known(db: None) -> None:
    shop_of(rhythms)
    before = try_goods(customers=CUSTOMERS, now=NOW)
    # All of them buy it again, within the weeks held out and many times: the guess stays, the truth moves.
    write([purchase(one, at=NOW - 27 * DAY, value=9, order=90_000 + one) for one in range(1, CUSTOMERS + 1)])
    after = try_goods(customers=CUSTOMERS, now=NOW)
    assert after.figures["predicted"] == before.figures["predicted"]
    assert after.figures["actual"] < before.figures["actual"]


def test_a_customer_of_a_page_asks_once_in_five_minutes(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert due.own_gaps_tell()
        assert due.own_gaps_tell()
