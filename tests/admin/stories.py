"""Rows that the tests of the admin tell their stories with."""

import uuid
from datetime import timedelta
from typing import Any

from django.urls import reverse

from personalization.jobs.models import JobRun
from personalization.recommend.models import TrainingRun
from tests.people import NOW

ANNAS_PHONE = uuid.UUID(int=0xA11A)
LISTS = (
    "block", "health", "trainingrun", "event", "visitor", "jobrun", "dailyfigure", "tally", "quarantinedpayload",
    "consentrecord", "accountconsent", "erasure", "importedfile", "shoprule", "scorecard", "predictionrun", "customer",
    "customerlook", "segment",
)  # fmt: skip


def address(model: str, page: str = "changelist", *arguments: Any) -> str:
    """The address of one of our pages in the admin."""
    return reverse(f"admin:personalization_{model}_{page}", args=arguments)


def run_of(status: str, *, lead: float | None = None, **more: Any) -> TrainingRun:
    """A training run that ended, or not."""
    figures = {"lead": lead, "cases": 50} if lead is not None else {}
    facts = {"lines": 1234, "baskets": 321, "shoppers": 45, "products": 67, "days": 89.2}
    values = {"asked_by": "olga", "asked_at": NOW - timedelta(hours=3), "started_at": NOW - timedelta(hours=3)}
    values |= {"finished_at": NOW - timedelta(hours=3) + timedelta(seconds=125), "data_until": NOW - timedelta(hours=3)}
    return TrainingRun.objects.create(status=status, **({"figures": figures, "facts": facts} | values | more))


def job(name: str, *, status: str = JobRun.Status.DONE, hours_ago: float = 0.1, **more: Any) -> JobRun:
    """One turn of a job."""
    started = NOW - timedelta(hours=hours_ago)
    return JobRun.objects.create(
        job=name, period=started.isoformat(), status=status, token=uuid.uuid4(), started_at=started,
        lease_until=started + timedelta(minutes=1), finished_at=started + timedelta(seconds=4), **more,
    )  # fmt: skip


def failed_job() -> JobRun:
    """The sweep that could not reach the database."""
    return job("sweep orders", status=JobRun.Status.FAILED, error="OperationalError: server closed the connection")
