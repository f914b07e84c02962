"""The chance that a visit ends with an order: plain addition on a request, learned elsewhere."""

import math
import subprocess
import sys

import numpy as np
import pytest

from personalization.people.predict.models import PredictionRun
from personalization.people.predict.practice import NAMES, learn, practise
from personalization.people.predict.session import VisitSoFar, chance, chance_by, terms
from personalization.people.predict.visits import PastVisit
from tests.people import NOW
from tests.people.predict.rows import done

WEIGHTS = {"base": -2.0, "has_added": 1.5, "pages": 0.5}


def _past(number: int, *, seed: int) -> list[PastVisit]:
    dice, found = np.random.default_rng(seed), []
    for place in range(number):
        visit = VisitSoFar(pages=int(dice.integers(1, 9)), basket_adds=int(dice.random() < 0.3),
                           device=str(dice.choice(["phone", "desktop"])))  # fmt: skip
        found.append(PastVisit(visit, float(place), bool(dice.random() < chance_by(WEIGHTS, visit))))
    return found


def test_the_weights_are_added_up() -> None:
    # -2 + 1.5 + 0.5 ln 4 = 0.1931
    visit = VisitSoFar(pages=3, basket_adds=1)
    assert chance_by(WEIGHTS, visit) == pytest.approx(1 / (1 + math.exp(-0.1931)), abs=1e-4)


def test_nothing_makes_it_leave_its_bounds() -> None:
    endless = VisitSoFar(pages=10**9, basket_adds=10**9, seconds=1e12)
    assert 0 < chance_by({"base": 900.0}, endless) <= 1
    assert 0 <= chance_by({"base": -900.0}, endless) < 1
    assert all(math.isfinite(value) for value in terms(VisitSoFar(seconds=-5, number=0, days_since_order=-1)).values())


def test_without_a_learning_or_a_good_one_nothing_is_told(db: None, django_assert_num_queries: object) -> None:
    assert chance(VisitSoFar()) is None
    done()  # which lacks visits
    assert chance(VisitSoFar()) is None


def test_the_newest_good_learning_is_asked_once_in_five_minutes(db: None, django_assert_num_queries: object) -> None:
    run = done(session={"is_shown": True, "why": "", "figures": {}, "points": []})
    PredictionRun.objects.filter(pk=run.pk).update(parameters={"session": WEIGHTS})
    PredictionRun.objects.create(asked_by="olga", asked_at=NOW)  # one that waits says nothing yet
    with django_assert_num_queries(1):  # type: ignore[operator]
        first = chance(VisitSoFar(pages=3))
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert chance(VisitSoFar(pages=3)) == first
    assert first == pytest.approx(chance_by(WEIGHTS, VisitSoFar(pages=3)))


def test_the_weights_of_simulated_visits_are_found_again() -> None:
    weights, verdict = practise(_past(20_000, seed=4))
    assert weights["has_added"] + weights["basket_adds"] * math.log(2) == pytest.approx(1.5, abs=0.15)
    assert weights["pages"] == pytest.approx(0.5, abs=0.1)
    assert weights["phone"] == pytest.approx(0, abs=0.15)
    assert verdict.is_shown
    for point in verdict.points:
        assert point["low"] - 0.03 < point["predicted"] < point["high"] + 0.03


def test_what_is_learned_at_one_size_is_told_for_terms_as_they_are() -> None:
    known = np.zeros((400, len(NAMES)))
    known[:, 1] = np.tile([1000.0, 1002.0], 200)
    bought = np.tile([False, True, False, True, True, False, False, True], 50)
    weights = learn(known, bought)
    # Of those with 1,000 a quarter bought, of those with 1,002 three quarters.
    low, high = (1 / (1 + math.exp(-(weights["base"] + weights[NAMES[1]] * value))) for value in (1000.0, 1002.0))
    assert (low, high) == (pytest.approx(0.25, abs=0.01), pytest.approx(0.75, abs=0.01))


def test_too_few_visits_or_orders_are_told_as_such() -> None:
    weights, verdict = practise(_past(999, seed=1))
    assert (weights, verdict.why) == ({}, "few_visits")
    assert verdict.figures["people"] == 999
    assert practise([])[1].figures == {"people": 0, "bought": 0}
    never = [PastVisit(one.so_far, one.began, False) for one in _past(3000, seed=1)]
    assert practise(never)[1].why == "few_visits"


def test_a_web_process_needs_no_numbers_for_it() -> None:
    asked = "import django, sys; django.setup(); import personalization.people.predict.session, personalization.admin; "
    asked += "print(sorted({'numpy', 'scipy', 'sklearn'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True,
                           env={**__import__("os").environ, "DJANGO_SETTINGS_MODULE": "tests.settings"})  # fmt: skip
    assert found.stdout.strip().splitlines()[-1] == "[]"
