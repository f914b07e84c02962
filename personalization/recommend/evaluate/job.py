"""The worker's part: takes up a scorecard that was asked for, and writes what came of it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone

from personalization.conf import conf
from personalization.jobs.asked_for import keep_newest, note, work_off
from personalization.jobs.claim import Claim
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


def work_off_scorecards(*, blocks: Blocks, now: datetime | None = None) -> dict[str, Any] | None:
    """Does the oldest scorecard that waits, or that a dead worker left; None when there is none to do."""
    return work_off(Scorecard, job=JOB, name="scorecard", do=partial(_measure, blocks=blocks), now=now)


def _measure(card: Scorecard, claim: Claim, *, blocks: Blocks) -> dict[str, Any]:
    """One scorecard from the start to its end; done again after a crash, it comes to the same."""
    note(card, status=Status.RUNNING, started_at=timezone.now(), progress=0.0, stage="read")
    log = own_history(now=card.asked_at)
    result = scorecard(
        log,
        days=conf.TRAIN_HOLDOUT_DAYS,
        blocks=blocks(),
        strategies=[one.name for one in strategies],
        settings=LearnSettings(seed=conf.TRAIN_SEED),
        progress=_reporter(card),
    )
    note(card, status=Status.DONE, result=result, finished_at=timezone.now(), progress=1.0, stage="")
    keep_newest(Scorecard.objects.all(), KEPT)
    return {"scorecard": card.pk, "status": Status.DONE.value}


def _reporter(card: Scorecard) -> Progress:
    def report(stage: str, fraction: float) -> None:
        place = STAGES.index(stage) if stage in STAGES else 0
        note(card, stage=stage[:64], progress=min((place + fraction) / len(STAGES), 1.0))

    return report
