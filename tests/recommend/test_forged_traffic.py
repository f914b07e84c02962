"""Whoever sends a hundredth of all sessions steers nothing; a twentieth, next to nothing."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from personalization.events import totals
from personalization.events.beacon.pace import pace
from personalization.events.models import Event
from personalization.recommend.facts.refresh import refresh_all
from personalization.recommend.lists import sums
from personalization.recommend.models import NeighbourList, RankedList
from personalization.recommend.rank import refresh_rankings
from personalization.recommend.requests import request_training
from personalization.recommend.train import item2vec, neighbourhood, read
from personalization.recommend.train.job import work_off_training
from personalization.recommend.train.model import LearnSettings, learn
from personalization.recommend.train.read import read_log
from personalization.recommend.versions import served
from tests.recommend.traffic import Traffic

pytestmark = pytest.mark.django_db
RELATIONS = ("similar", "also", "together")
TEN = 10
# Lists of what was sold: by pieces, money and orders, and what sells better than usual.
SOLD = ("units", "revenue", "orders", "trend")


@pytest.fixture(autouse=True)
def _at_any_pace() -> None:
    pace.forget()


@pytest.fixture
def traffic() -> Traffic:
    opened = Traffic(sessions=1500, now=timezone.now())
    opened.opens()
    return opened


def entered(traffic: Traffic, *, first: int = TEN) -> tuple[int, int]:
    """Into how many of the lists of popular goods the target has come among the first, and how many there are."""
    log = read_log(since=traffic.now - timedelta(days=365), until=traffic.now + timedelta(days=1))
    model = learn(log, settings=LearnSettings(vector_size=32, tune=False))
    asked = np.array(traffic.popular)
    rows = [row for name in RELATIONS for row in getattr(model, name)(asked, first).neighbour]
    return sum(traffic.target in row for row in rows), len(rows)


def best_sellers_with(traffic: Traffic) -> list[tuple[str, str, int]]:
    rows = RankedList.objects.filter(measure__in=SOLD)
    return [(one.measure, one.period, one.category_id) for one in rows if traffic.target in one.product_ids[:TEN]]


def test_nobody_pushes_it_and_it_stands_nowhere(traffic: Traffic) -> None:
    assert traffic.target not in traffic.popular
    assert entered(traffic)[0] == 0


def test_one_session_in_a_hundred_steers_no_list(traffic: Traffic) -> None:
    refresh_all(now=traffic.now)
    refresh_rankings(now=traffic.now)
    before = best_sellers_with(traffic)
    assert traffic.is_pushed(0.01) == 15
    assert entered(traffic)[0] == 0
    refresh_rankings(now=traffic.now + timedelta(minutes=1))
    assert best_sellers_with(traffic) == before


def test_all_of_them_on_a_single_list_do_not_come_into_it(traffic: Traffic) -> None:
    traffic.is_pushed(0.01, most_popular=1)
    assert entered(traffic)[0] == 0


def test_one_in_twenty_steers_one_list_in_fifty_at_most(traffic: Traffic) -> None:
    assert traffic.is_pushed(0.05) == 79
    came, of = entered(traffic)
    assert came <= 0.02 * of


def test_without_the_guards_it_would_stand_much_nearer(traffic: Traffic, monkeypatch: pytest.MonkeyPatch) -> None:
    # The first ten it would hardly reach: what one source alone brings has no place with the others.
    traffic.is_pushed(0.05)
    guarded, of = entered(traffic, first=40)
    monkeypatch.setattr(totals, "LOOKS_A_DAY", 10**6)
    monkeypatch.setattr(read, "believed", lambda log: log)
    monkeypatch.setattr(neighbourhood, "_strengthened", lambda sold, looked_at: sold + looked_at)
    monkeypatch.setattr(item2vec, "_first_looks", lambda visitor, product: np.arange(len(visitor)))
    assert entered(traffic, first=40) > (3 * guarded, of)


def test_what_was_sold_only_the_shop_says(traffic: Traffic) -> None:
    sold = Event.objects.filter(kind="purchased")
    before = sold.count()
    traffic.is_pushed(0.01)
    assert sold.count() == before


def test_three_times_a_day_is_all_that_one_visitor_counts(traffic: Traffic, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh_all(now=traffic.now)
    traffic.is_pushed(0.01)

    def adds() -> float:
        RankedList.objects.all().delete()
        sums.total_all({})
        refresh_rankings(now=traffic.now + timedelta(minutes=1))
        row = RankedList.objects.get(measure="adds", period="week", category_id=0, scope="")
        return dict(zip(row.product_ids, row.scores, strict=True)).get(traffic.target, 0.0)

    assert adds() <= 15 * 3 + 20, "fifteen browsers, three times each, and the honest few"


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("share", "most"), [(0.01, 0.0), (0.05, 0.02)])
def test_the_night_after_the_attack_serves_what_it_would_have(share: float, most: float) -> None:
    traffic = Traffic(sessions=12_000, now=timezone.now())
    traffic.opens()
    traffic.is_pushed(share)
    run: Any = request_training(asked_by="test", now=traffic.now + timedelta(minutes=1))
    work_off_training()
    assert served() == run
    rows = NeighbourList.objects.filter(run=run, product_id__in=traffic.popular)
    came = sum(traffic.target in one.neighbour_ids[:TEN] for one in rows)
    assert came <= most * rows.count()
    refresh_all(now=traffic.now)
    refresh_rankings(now=traffic.now)
    assert [one for one in best_sellers_with(traffic) if one[2] == 0] == []
