"""The nightly job: read, try on held-out days, learn from everything, pass the gate, publish in one flip."""

import logging
import time
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from personalization.conf import conf
from personalization.guard.failure import kind_and_message_of
from personalization.jobs.asked_for import worn_out
from personalization.jobs.claim import Claim, once
from personalization.recommend.models import NeighbourList, ShopperList, TrainingRun
from personalization.recommend.requests import request_training
from personalization.recommend.train import gate
from personalization.recommend.train.answers import Lists, Neighbours, Vectors
from personalization.recommend.train.log import ShopLog
from personalization.recommend.train.read import as_day, read_log, read_vectors
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.store import as_chances, store
from personalization.recommend.train.trainer import Progress, Trained, learn
from personalization.recommend.train.trial import Figures, hold_out, recall, trial
from personalization.recommend.versions import clear_old_versions, publish, served

__all__ = ["request_training", "train", "work_off_training"]

JOB = "train"
LEARNING_STAGES = 4
SLACK = 4
Status = TrainingRun.Status
Answer = TypeVar("Answer", Neighbours, Lists)
logger = logging.getLogger("personalization")


def work_off_training(*, now: datetime | None = None, engine: str = "") -> dict[str, Any] | None:
    """Does the oldest training that waits, or that a dead worker left; None when there is none to do.

    `engine`: another trainer than the shop's, for this time.
    """
    moment = now or timezone.now()
    for run in TrainingRun.objects.under_way().order_by("pk"):
        if _given_up(run):
            continue
        try:
            summary = once(JOB, period=str(run.pk), action=partial(train, run, engine=engine), now=moment)
        except Exception as error:
            logger.exception("training %s failed", run)
            _end(run, Status.FAILED, _("It broke off: %(error)s"), error=kind_and_message_of(error)[:500])
            return {"run": run.pk, "status": Status.FAILED.value}
        if summary is not None:
            return summary
    return None


def train(run: TrainingRun, claim: Claim, *, engine: str = "") -> dict[str, Any]:
    """One training from the start to its verdict. Run again after a crash, it does the same once more."""
    started = timezone.now()
    TrainingRun.objects.filter(pk=run.pk).update(
        status=Status.RUNNING, started_at=started, progress=0.0, stage="read", verdict=""
    )
    try:
        _train(run, claim=claim, engine=engine)
    except gate.Refused as refusal:
        _end(run, Status.REFUSED, refusal.text, **refusal.words)
    run.refresh_from_db()
    return {"run": run.pk, "status": run.status}


def _train(run: TrainingRun, *, claim: Claim, engine: str) -> None:
    clock, report = time.monotonic(), _reporter(run)
    until = run.asked_at
    log = read_log(since=until - timedelta(days=conf.TRAIN_DAYS), until=until)
    facts = _facts(log)
    _note(run, data_until=until, facts=facts)
    gate.check_data(log)
    before, after = hold_out(log, days=conf.TRAIN_HOLDOUT_DAYS)
    settings, current = _settings(run), _served()
    tried = learn(before, engine=engine, settings=settings, progress=_part(report, "trial", 0.02, 0.6))
    figures = trial(tried, before=before, after=after, seen=log.visits)
    _note(run, figures=figures.stored())
    gate.check_figures(figures, served=current)
    model = learn(
        log,
        engine=engine,
        settings=settings,
        # The trial has weighed the learners on this very shop: what it found is used again, and saves most of the time.
        blends=tried.blends,
        previous=_last_night() or tried.vectors,
        progress=_part(report, "learning", 0.6, 0.9),
    )
    _check_final(model, figures, before=before, after=after, settings=settings)
    _publish(run, model, log, claim=claim, current=current, report=report)
    facts |= dict(model.facts) | {"seconds": round(time.monotonic() - clock, 1)}
    _note(run, facts=facts, finished_at=timezone.now(), progress=1.0, stage="")


def _settings(run: TrainingRun) -> LearnSettings:
    # A limit is for machines that are slow or busy: what a quiet one may take is planned well below it.
    seconds = min(LearnSettings.seconds, conf.TRAIN_TIME_LIMIT.total_seconds() / SLACK)
    return LearnSettings(seed=run.seed, seconds=seconds)


def _check_final(model: Trained, figures: Figures, *, before: ShopLog, after: Any, settings: LearnSettings) -> None:
    gate.check_vectors(model.vectors, size=settings.vector_size)
    gate.check_memory(figures, recalled=recall(model, before=before, after=after))


def _publish(
    run: TrainingRun, model: Trained, log: ShopLog, *, claim: Claim, current: gate.Served | None, report: Progress
) -> None:
    products, shoppers = log.catalogue.product, np.unique(log.purchases.shopper[log.purchases.shopper >= 0])
    report("neighbours", 0.9)
    neighbours = {
        NeighbourList.Relation.SIMILAR.value: model.similar(products, conf.NEIGHBOURS),
        NeighbourList.Relation.TOGETHER.value: _told_as_chances(model.together(products, conf.NEIGHBOURS)),
        NeighbourList.Relation.ALSO.value: model.also(products, conf.NEIGHBOURS),
        NeighbourList.Relation.VIEWED.value: model.viewed(),
    }
    gate.check_coverage(neighbours["together"], served=current)
    today = as_day(run.asked_at)
    lists = {
        ShopperList.Task.NEXT.value: _told_as_chances(model.next(shoppers, conf.CANDIDATES, now_day=today)),
        ShopperList.Task.NOVEL.value: _told_as_chances(model.novel(shoppers, conf.CANDIDATES, now_day=today)),
    }
    report("storing", 0.95)
    with transaction.atomic():
        claim.hold()
        store(run.pk, neighbours=neighbours, lists=lists, vectors=model.vectors)
        TrainingRun.objects.filter(pk=run.pk).update(verdict=_("It passed every check and is served."))
        publish(run, now=timezone.now())
    clear_old_versions()


def _told_as_chances(answer: Answer) -> Answer:
    return replace(answer, score=as_chances(answer.score))


def _last_night() -> Vectors | None:
    run = served()
    return read_vectors(run.pk) if run else None


def _served() -> gate.Served | None:
    run = served()
    if run is None:
        return None
    known = NeighbourList.objects.filter(run=run, relation=NeighbourList.Relation.TOGETHER).count()
    return gate.Served(figures=run.figures, products=known)


def _facts(log: ShopLog) -> dict[str, Any]:
    bought, seen = log.purchases, log.visits
    return {
        "lines": len(bought.product),
        "baskets": len(np.unique(bought.basket)),
        "shoppers": len(np.unique(bought.shopper[bought.shopper >= 0])),
        "products": len(np.unique(bought.product)),
        "views": len(seen.product),
        "days": round(float(np.ptp(bought.day)), 1) if len(bought.day) else 0,
    }


def _given_up(run: TrainingRun) -> bool:
    """A run that killed its worker every time is ended, not tried for ever."""
    last = worn_out(JOB, run, now=timezone.now())
    if last is None:
        return False
    text = _("Its worker died %(attempts)s times: it may need more memory than there is.")
    _end(run, Status.FAILED, text, attempts=last.attempts)
    return True


def _end(run: TrainingRun, status: TrainingRun.Status, verdict: str, **words: object) -> None:
    _note(run, status=status, verdict=verdict, verdict_words=words, finished_at=timezone.now(), stage="")


def _note(run: TrainingRun, **values: Any) -> None:
    TrainingRun.objects.filter(pk=run.pk).update(**values)


def _reporter(run: TrainingRun) -> Progress:
    deadline = time.monotonic() + conf.TRAIN_TIME_LIMIT.total_seconds()

    def report(stage: str, fraction: float) -> None:
        if time.monotonic() > deadline:
            raise gate.Refused(_("It took longer than the time limit of training."))
        _note(run, stage=stage[:64], progress=min(max(fraction, 0.0), 1.0))

    return report


def _part(report: Progress, name: str, start: float, end: float) -> Progress:
    """Spreads the stages of one learning over its part of the bar; a bar that never runs backwards."""
    met: list[str] = []

    def inner(stage: str, fraction: float) -> None:
        if stage not in met:
            met.append(stage)
        share = min((len(met) - 1 + fraction) / LEARNING_STAGES, 1.0)
        report(f"{name}: {stage}", start + (end - start) * share)

    return inner
