"""The worker's part: takes up a learning that was asked for, judges it, and puts what is good into the profiles."""

import logging
from datetime import datetime
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from personalization.conf import conf
from personalization.guard.failure import kind_and_message_of
from personalization.jobs.claim import Claim, once
from personalization.jobs.models import JobRun
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
logger = logging.getLogger("personalization")


def work_off_predictions(*, now: datetime | None = None) -> dict[str, Any] | None:
    """Does the oldest learning that waits, or that a dead worker left; None when there is none to do."""
    moment = now or timezone.now()
    for run in PredictionRun.objects.filter(status__in=[Status.WAITING, Status.RUNNING]).order_by("pk"):
        if _given_up(run, now=moment):
            continue
        try:
            summary = once(JOB, period=str(run.pk), action=partial(_predict, run), now=moment)
        except Exception as error:
            logger.exception("predictions %s failed", run)
            told = kind_and_message_of(error)[:500]
            _note(run, status=Status.FAILED, error=told, finished_at=timezone.now())
            return {"prediction": run.pk, "status": Status.FAILED.value}
        if summary is not None:
            return summary
    return None


def _predict(run: PredictionRun, claim: Claim) -> dict[str, Any]:
    """One learning from the start to its end; done again after a crash, it comes to the same."""
    _note(run, status=Status.RUNNING, started_at=timezone.now(), error="")
    # One transaction: its tables are gone with it, and nobody sees half of the profiles foretold.
    with transaction.atomic():
        found, summary = _worked_out(now=run.asked_at)
        claim.hold()
        _note(run, status=Status.DONE, finished_at=timezone.now(), **found)
    cache.delete_many([session.KEY, due.KEY])
    _clear()
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


def _given_up(run: PredictionRun, *, now: datetime) -> bool:
    """Its worker died as often as it may: nobody takes it up again, and the page says so instead of "running"."""
    last = JobRun.objects.filter(job=JOB, period=str(run.pk), attempts__gte=conf.JOB_ATTEMPTS).first()
    if last is None or (last.status == JobRun.Status.RUNNING and last.lease_until >= now):
        return False
    _note(run, status=Status.FAILED, error=last.error or "The worker died.", finished_at=now)
    return True


def _note(run: PredictionRun, **values: Any) -> None:
    PredictionRun.objects.filter(pk=run.pk).update(**values)


def _clear() -> None:
    old = PredictionRun.objects.filter(status__in=[Status.DONE, Status.FAILED]).order_by("-pk")
    PredictionRun.objects.filter(pk__in=list(old.values_list("pk", flat=True)[KEPT:])).delete()
