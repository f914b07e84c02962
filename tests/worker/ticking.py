"""A job of one second's period, for workers that are watched."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from personalization.events.identifiers import event_id
from personalization.events.write import NewEvent, write
from personalization.jobs.claim import once, period_of

EVERY = timedelta(seconds=1)
MESSAGE, DONE = "searched", "custom"


@shared_task(name="tests.tick")
def tick() -> None:
    """Notes each message that arrives, and does the job of the period once."""
    now = timezone.now()
    period = period_of(now, every=EVERY)
    note(MESSAGE, period)
    once("tick", period=period, action=lambda claim: note(DONE, period), now=now)


def note(kind: str, period: str) -> dict[str, str]:
    """One row in the log for one deed."""
    now = timezone.now()
    write([NewEvent(event_id(now), kind, now, payload={"period": period})])
    return {}
