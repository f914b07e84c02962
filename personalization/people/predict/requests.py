"""Asking for the predictions to be learned: a row that waits. Light enough for a page; the worker does the learning."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from personalization.people.predict.models import PredictionRun


def request_predictions(*, asked_by: str, now: datetime | None = None) -> PredictionRun:
    """Asks for a learning; one that already waits is given back."""
    waiting = PredictionRun.objects.filter(status=PredictionRun.Status.WAITING)
    if found := waiting.first():
        return found
    try:
        with transaction.atomic():
            return PredictionRun.objects.create(asked_by=asked_by, asked_at=now or timezone.now())
    except IntegrityError:  # somebody else asked in the same moment
        return waiting.get()
