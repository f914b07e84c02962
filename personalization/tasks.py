"""Celery's face: each task calls one function and returns its small summary. A message only says "look again"."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from personalization.events.partitions import ensure_partitions
from personalization.events.sweep import sweep
from personalization.jobs.claim import clear_old_runs, once, period_of
from personalization.recommend.rank import refresh_rankings
from personalization.recommend.requests import request_training
from personalization.recommend.train import job

Summary = dict[str, Any] | None


@shared_task(name="personalization.train")
def train() -> Summary:
    """Asks for the nightly training, once a day."""
    now = timezone.now()
    period = period_of(now, every=timedelta(days=1))
    return once(
        "ask for training",
        period=period,
        action=lambda _: {"run": request_training(asked_by="schedule", now=now).pk},
        now=now,
    )


@shared_task(name="personalization.work_off_training")
def work_off_training() -> Summary:
    """Does a training that waits."""
    return job.work_off_training()


@shared_task(name="personalization.refresh_rankings")
def refresh_rankings_task() -> Summary:
    """Works out best sellers and trends again, once in ten minutes."""
    now = timezone.now()
    return once(
        "refresh rankings",
        period=period_of(now, every=timedelta(minutes=10)),
        action=lambda _: refresh_rankings(now=now),
        now=now,
    )


@shared_task(name="personalization.sweep_orders")
def sweep_orders() -> Summary:
    """Compares orders and log, once in ten minutes."""
    now = timezone.now()
    return once(
        "sweep orders",
        period=period_of(now, every=timedelta(minutes=10)),
        action=lambda _: asdict(sweep(now=now)),
        now=now,
    )


@shared_task(name="personalization.make_partitions")
def make_partitions() -> Summary:
    """Keeps the log's next months ready and forgets old job runs, once a day."""
    now = timezone.now()
    period = period_of(now, every=timedelta(days=1))
    return once(
        "make partitions",
        period=period,
        action=lambda _: {"made": ensure_partitions(now), "forgotten": clear_old_runs(now)},
    )
