"""The job on a small shop: it learns, judges, writes what is good, and says why the rest is not told."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import TestCase

from personalization.events.models import Event
from personalization.events.write import write
from personalization.jobs.models import JobRun
from personalization.people.predict import customers, job
from personalization.people.predict.models import PredictionRun
from personalization.people.predict.requests import request_predictions
from personalization.people.predict.session import VisitSoFar, chance
from personalization.people.predict.visits import past_visits
from personalization.people.profiles.models import Profile
from tests.people import NOW
from tests.people.predict.shops import fill, profile, purchase, visits
from tests.people.predict.simulated import LOYAL

Status = PredictionRun.Status


def _predict(*, now: Any = NOW) -> PredictionRun:
    run = request_predictions(asked_by="olga", now=now)
    summary = job.work_off_predictions(now=now)
    assert summary is not None
    run.refresh_from_db()
    assert run.status == Status.DONE, run.error
    return run


def _strangers() -> int:
    return Event.objects.filter(kind="purchased", user_id=None).values("visitor_id").distinct().count()


class ASmallShopTest(TestCase):
    """1,000 customers and 1,500 visits."""

    @classmethod
    def setUpTestData(cls) -> None:
        fill(LOYAL, customers=1000, seed=5)
        visits(number=1500, seed=6)

    def setUp(self) -> None:
        cache.clear()

    def test_everything_is_learned_judged_and_written(self) -> None:
        run = _predict()
        assert run.customers == 1000 + _strangers()
        assert {name: told["why"] for name, told in run.verdicts.items()} == dict.fromkeys(run.verdicts, "")
        assert set(run.verdicts) == {"orders", "spend", "leaving", "next_order", "goods", "session"}
        learned = run.parameters["orders"]
        assert learned["r"] == pytest.approx(LOYAL.r, rel=0.4)
        told = Profile.objects.filter(user_id__lte=1000)
        assert told.filter(expected_orders__gte=0, churn_risk__range=(0, 1), predicted_at=NOW).count() == 1000
        assert told.filter(next_order_at__gte=NOW - timedelta(days=1)).count() > 200
        assert run.verdicts["orders"]["figures"]["predicted"] == pytest.approx(
            run.verdicts["orders"]["figures"]["actual"], rel=0.2
        )

    def test_who_ordered_lately_and_often_is_expected_and_who_is_long_silent_is_not(self) -> None:
        regular, lost = 9001, 9002
        Profile.objects.bulk_create([profile(regular), profile(lost)])
        write(
            [
                purchase(regular, at=NOW - timedelta(days=7 * week + 1), value=40, order=90_000 + week)
                for week in range(30)
            ]
        )
        write(
            [
                purchase(lost, at=NOW - timedelta(days=330 + 7 * week), value=40, order=95_000 + week)
                for week in range(10)
            ]
        )
        _predict()
        often, gone = Profile.objects.get(user_id=regular), Profile.objects.get(user_id=lost)
        assert often.expected_orders > 8
        assert often.expected_revenue == pytest.approx(often.expected_orders * 40, rel=0.1)
        assert often.churn_risk < 0.1 < 0.9 < gone.churn_risk
        assert NOW < often.next_order_at < NOW + timedelta(days=10)
        assert gone.next_order_at is None

    def test_a_second_night_writes_few_profiles_and_the_same_night_none(self) -> None:
        _predict()
        people = Profile.objects.exclude(predicted_at=None).count()
        _predict()
        assert job.work_off_predictions(now=NOW) is None
        assert JobRun.objects.filter(job="predict").latest("pk").summary["foretold"] == 0
        _predict(now=NOW + timedelta(days=1))
        assert JobRun.objects.filter(job="predict").latest("pk").summary["foretold"] < people / 4

    def test_who_has_no_profile_is_not_learned_from(self) -> None:
        Profile.objects.filter(user_id__gt=700).delete()
        assert _predict().customers == 700 + _strangers()

    def test_a_short_history_is_told_as_such(self) -> None:
        with self.settings(PERSONALIZATION_HORIZON=300):
            run = _predict()
        assert run.horizon_days == 300
        assert run.verdicts["leaving"]["why"] == "short_history"
        assert not Profile.objects.exclude(churn_risk=None).exists()

    def test_a_visit_with_a_full_basket_is_likelier_to_end_with_an_order(self) -> None:
        assert chance(VisitSoFar()) is None
        run = _predict()
        looking = chance(VisitSoFar(pages=2, views=2, seconds=120))
        decided = chance(VisitSoFar(pages=2, views=2, seconds=120, basket_adds=1))
        assert looking < 0.15 < 0.3 < decided < 0.85
        assert run.verdicts["session"]["figures"]["auc"] > 0.7

    def test_what_came_after_the_moment_is_not_known_at_it(self) -> None:
        with transaction.atomic():
            customers.gather(now=NOW)
            found = list(past_visits(now=NOW))
            again = list(past_visits(now=NOW))
        assert len(found) == len(again) == 1500
        assert sorted(map(repr, found)) == sorted(map(repr, again))
        bought = sum(one.has_bought for one in found)
        assert bought == Event.objects.filter(kind="purchased", visit_id__isnull=False).count()
        assert all(one.so_far.pages >= one.so_far.views >= 0 for one in found)
        assert any(one.has_bought and not one.so_far.basket_adds for one in found)


def test_too_few_customers_are_told_as_such_and_old_predictions_go(db: None) -> None:
    fill(LOYAL, customers=120, seed=5)
    Profile.objects.filter(user_id=1).update(expected_orders=3, churn_risk=0.2, predicted_at=NOW)
    run = _predict()
    assert {told["why"] for name, told in run.verdicts.items() if name not in ("session", "goods")} == {"few_customers"}
    assert run.verdicts["session"]["why"] == "few_visits"
    first = Profile.objects.get(user_id=1)
    assert (first.expected_orders, first.churn_risk, first.predicted_at) == (None, None, None)


def test_what_is_no_better_than_a_plain_guess_is_not_told(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # Everybody ordered once a week, and then all of them stopped on the same day, which nobody could have foreseen.
    for person in range(1, 301):
        write([purchase(person, at=NOW - timedelta(days=100 + 7 * week), value=20, order=person * 100 + week)
               for week in range(20)])  # fmt: skip
    Profile.objects.bulk_create(profile(person) for person in range(1, 301))
    run = _predict()
    assert run.verdicts["orders"]["why"] == "no_better"
    assert not Profile.objects.exclude(expected_orders=None).exists()


def test_an_empty_shop_is_no_failure(db: None) -> None:
    assert _predict().customers == 0


def test_ten_learnings_are_kept(db: None) -> None:
    for night in range(12):
        _predict(now=NOW + timedelta(days=night))
    assert PredictionRun.objects.count() == 10


def test_a_failure_is_told_and_the_next_one_may_begin(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    run = request_predictions(asked_by="olga", now=NOW)
    monkeypatch.setattr(job, "practise", lambda visits: 1 / 0)
    assert job.work_off_predictions(now=NOW) == {"prediction": run.pk, "status": "failed"}
    run.refresh_from_db()
    assert "ZeroDivisionError" in run.error
    monkeypatch.undo()
    assert _predict().pk > run.pk


def test_one_waits_however_often_it_is_asked_for(db: None) -> None:
    assert request_predictions(asked_by="olga").pk == request_predictions(asked_by="schedule").pk


def test_a_learning_whose_worker_died_too_often_is_given_up(db: None) -> None:
    run = request_predictions(asked_by="olga", now=NOW)
    past = NOW - timedelta(hours=1)
    JobRun.objects.create(job="predict", period=str(run.pk), status="running", token=uuid.uuid4(), attempts=3,
                          started_at=past, lease_until=past)  # fmt: skip
    assert job.work_off_predictions(now=NOW) is None
    run.refresh_from_db()
    assert run.status == Status.FAILED
