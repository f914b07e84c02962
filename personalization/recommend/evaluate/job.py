"""The worker's part: takes up a scorecard that was asked for, and writes what came of it."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone

from personalization.conf import conf
from personalization.guard.failure import kind_and_message_of
from personalization.jobs.claim import Claim, once
from personalization.jobs.models import JobRun
from personalization.recommend.evaluate.judged import JudgedBlock
from personalization.recommend.evaluate.reading import own_history
from personalization.recommend.evaluate.scorecard import scorecard
from personalization.recommend.scorecards.models import Scorecard
from personalization.recommend.strategies.strategy import strategies
from personalization.recommend.train.model import LearnSettings, Progress

JOB = "scorecard"
KEPT = 60  # of those done: more than a year of weeks
STAGES = ("read", "practice", "item2vec", "experts", "judging")
Status = Scorecard.Status
Blocks = Callable[[], Sequence[JudgedBlock]]
logger = logging.getLogger("personalization")


def work_off_scorecards(*, blocks: Blocks, now: datetime | None = None) -> dict[str, Any] | None:
    """Does the oldest scorecard that waits, or that a dead worker left; None when there is none to do."""
    moment = now or timezone.now()
    for card in Scorecard.objects.filter(status__in=[Status.WAITING, Status.RUNNING]).order_by("pk"):
        if _given_up(card, now=moment):
            continue
        try:
            summary = once(JOB, period=str(card.pk), action=partial(_measure, card, blocks), now=moment)
        except Exception as error:
            logger.exception("scorecard %s failed", card.pk)
            told = kind_and_message_of(error)[:500]
            _note(card, status=Status.FAILED, error=told, finished_at=timezone.now())
            return {"scorecard": card.pk, "status": Status.FAILED.value}
        if summary is not None:
            return summary
    return None


def _measure(card: Scorecard, blocks: Blocks, claim: Claim) -> dict[str, Any]:
    """One scorecard from the start to its end; done again after a crash, it comes to the same."""
    _note(card, status=Status.RUNNING, started_at=timezone.now(), progress=0.0, stage="read")
    log = own_history(now=card.asked_at)
    result = scorecard(
        log,
        days=conf.TRAIN_HOLDOUT_DAYS,
        blocks=blocks(),
        strategies=[one.name for one in strategies],
        settings=LearnSettings(seed=conf.TRAIN_SEED),
        progress=_reporter(card),
    )
    _note(card, status=Status.DONE, result=result, finished_at=timezone.now(), progress=1.0, stage="")
    _clear()
    return {"scorecard": card.pk, "status": Status.DONE.value}


def _given_up(card: Scorecard, *, now: datetime) -> bool:
    """Its worker died as often as it may: nobody takes it up again, and the page says so instead of "running"."""
    last = JobRun.objects.filter(job=JOB, period=str(card.pk), attempts__gte=conf.JOB_ATTEMPTS).first()
    if last is None or (last.status == JobRun.Status.RUNNING and last.lease_until >= now):
        return False
    _note(card, status=Status.FAILED, error=last.error or "The worker died.", finished_at=now)
    return True


def _reporter(card: Scorecard) -> Progress:
    def report(stage: str, fraction: float) -> None:
        place = STAGES.index(stage) if stage in STAGES else 0
        _note(card, stage=stage[:64], progress=min((place + fraction) / len(STAGES), 1.0))

    return report


def _note(card: Scorecard, **values: Any) -> None:
    Scorecard.objects.filter(pk=card.pk).update(**values)


def _clear() -> None:
    old = Scorecard.objects.filter(status__in=[Status.DONE, Status.FAILED]).order_by("-pk")
    Scorecard.objects.filter(pk__in=list(old.values_list("pk", flat=True)[KEPT:])).delete()
