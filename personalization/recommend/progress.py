"""How far a training is: for the page, and for the script that keeps it fresh."""

from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from personalization.jobs.back_office import lasted
from personalization.recommend.models import TrainingRun
from personalization.recommend.wording import stage_told


def in_work() -> list[TrainingRun]:
    """The runs that wait or run, oldest first."""
    return list(TrainingRun.objects.under_way().order_by("pk"))


def told(run: TrainingRun, *, now: datetime) -> dict[str, Any]:
    """One run in work, as the page shows it."""
    return row_of(run, name=str(run), stage=stage_told(run), now=now)


def row_of(run: Any, *, name: str, stage: str, now: datetime) -> dict[str, Any]:
    """Work that was asked for and goes on: what the page draws, and its script keeps fresh."""
    return {
        "id": run.pk,
        "version": name,
        "status": run.status,
        "percent": percent(run),
        "stage": stage,
        "since": lasted(run.started_at or run.asked_at, now),
    }


def percent(run: Any) -> int:
    """Of a hundred."""
    return round(100 * float(run.progress))


def bar(run: TrainingRun) -> SafeString:
    """The bar in a list; without a script it is fresh with each look."""
    return format_html(
        ' <progress class="pz-progress" data-pz-run="{}" max="100" value="{}">{} %</progress>',
        run.pk,
        percent(run),
        percent(run),
    )
