"""The worker's part: takes up a learning that was asked for, judges it, and puts what is good into the profiles."""

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from personalization.conf import conf
from personalization.jobs.asked_for import keep_newest, note, work_off
from personalization.jobs.claim import Claim
from personalization.people.predict import customers, due, session, write
from personalization.people.predict.due_trial import try_goods
from personalization.people.predict.learn import (
    LEAVING,
    NEXT,
    ORDERS,
    SPEND,
    Learned,
    Moments,
    foresee,
    learn,
    too_little,
)
from personalization.people.predict.models import PredictionRun
from personalization.people.predict.practice import practise
from personalization.people.predict.visits import past_visits

JOB = "predict"
KEPT = 10
Status = PredictionRun.Status


def work_off_predictions(*, now: datetime | None = None) -> dict[str, Any] | None:
    """Does the oldest learning that waits, or that a dead worker left; None when there is none to do."""
    return work_off(PredictionRun, job=JOB, name="prediction", do=_predict, now=now)


def _predict(run: PredictionRun, claim: Claim) -> dict[str, Any]:
    """One learning from the start to its end; done again after a crash, it comes to the same."""
    note(run, status=Status.RUNNING, started_at=timezone.now(), error="")
    # One transaction: its tables are gone with it, and nobody sees half of the profiles foretold.
    with transaction.atomic():
        found, summary = _worked_out(now=run.asked_at)
        claim.hold()
        note(run, status=Status.DONE, finished_at=timezone.now(), **found)
    cache.delete_many([session.KEY, due.KEY])
    keep_newest(PredictionRun.objects.all(), KEPT)
    return {"prediction": run.pk, "status": Status.DONE.value} | summary


def _worked_out(*, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    horizon, today = conf.HORIZON, customers.day_of(now)
    people, first = customers.gather(now=now)
    learned = _learned(people, history_days=today - first if first is not None else 0, today=today, horizon=horizon)
    weights, verdict = practise(past_visits(now=now))
    changed = _write(learned, today=today, horizon=horizon, now=now)
    verdicts = learned.verdicts | {session.VISIT: verdict, due.GOODS: try_goods(customers=people, now=now)}
    parameters = learned.parameters() | ({session.VISIT: weights} if weights else {})
    found = {
        "customers": people, "horizon_days": horizon, "parameters": parameters,
        "verdicts": {name: one.stored() for name, one in verdicts.items()},
    }  # fmt: skip
    return found, {"customers": people, "foretold": changed}


def _learned(people: int, *, history_days: int, today: int, horizon: int) -> Learned:
    draws, start = customers.draws_of(people), today - horizon
    now = customers.at(today, until=today, draws=draws)
    if lacking := too_little(now, history_days=history_days, horizon_days=horizon):
        return Learned(verdicts=dict.fromkeys((ORDERS, SPEND, LEAVING, NEXT), lacking))
    earlier_days = min(horizon, (history_days - horizon) // 2)
    before = customers.at(start, until=today, draws=draws)
    if lacking := too_little(before, history_days=history_days, horizon_days=horizon):
        return Learned(verdicts=dict.fromkeys((ORDERS, SPEND, LEAVING, NEXT), lacking))
    earlier = customers.at(start - earlier_days, until=start, draws=draws)
    return learn(Moments(earlier, before, now, earlier_days, horizon))


def _write(learned: Learned, *, today: int, horizon: int, now: datetime) -> int:
    write.start()
    if any(one.is_shown for one in learned.verdicts.values()):
        for people, table in customers.each_batch(today, until=today):
            write.add(people, foresee(learned, table, days=horizon), learned, now=now)
    return write.finish(now=now)
