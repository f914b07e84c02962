"""Asking for a scorecard: a row that waits. Light enough for a page; the worker does the measuring."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from personalization.recommend.scorecards.models import Scorecard


def request_scorecard(*, asked_by: str, now: datetime | None = None) -> Scorecard:
    """Asks for a scorecard; one that already waits is given back."""
    waiting = Scorecard.objects.filter(status=Scorecard.Status.WAITING)
    if found := waiting.first():
        return found
    try:
        with transaction.atomic():
            return Scorecard.objects.create(asked_by=asked_by, asked_at=now or timezone.now())
    except IntegrityError:  # somebody else asked in the same moment
        return waiting.get()
