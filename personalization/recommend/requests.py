"""Asking for a training: a row that waits. Light enough for a page of the admin; the worker does the learning."""

from datetime import datetime

from django.utils import timezone

from personalization.conf import conf
from personalization.recommend.models import TrainingRun


def request_training(*, asked_by: str, now: datetime | None = None) -> TrainingRun:
    """Asks for a training; the worker takes it up at its next look. One that already waits is given back."""
    waiting = TrainingRun.objects.filter(status=TrainingRun.Status.WAITING).first()
    return waiting or TrainingRun.objects.create(
        asked_by=asked_by, asked_at=now or timezone.now(), seed=conf.TRAIN_SEED
    )
