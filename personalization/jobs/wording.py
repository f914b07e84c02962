"""Jobs in the words of a shop owner."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from personalization.jobs.back_office import NOTHING, minute_told
from personalization.jobs.models import JobRun

JOBS = {
    "train": gettext_noop("Train the model"),
    "ask for training": gettext_noop("Ask for the nightly training"),
    "refresh rankings": gettext_noop("Work out best sellers and trends"),
    "sweep orders": gettext_noop("Compare the orders with the log"),
    "make partitions": gettext_noop("Make room in the log for the next months"),
}
ORDER = ("run", "lists", "lines", "added", "removed", "made", "forgotten")


def job_name(run: JobRun) -> str:
    """What the job does; one that a shop added itself keeps its own name."""
    return _(JOBS[run.job]) if run.job in JOBS else run.job


def period_name(run: JobRun) -> str:
    """Which turn of the job it was: a moment, or the version that it trained."""
    try:
        return minute_told(datetime.fromisoformat(run.period))
    except ValueError:
        return f"v{run.period}" if run.period.isdigit() else run.period


def summary_told(summary: dict[str, Any]) -> str:
    """What came of it."""
    # PostgreSQL keeps no order of the names; the status of a training stands in its own list.
    names = sorted(
        summary.keys() - {"status"}, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name)
    )
    return ", ".join(_part(name, summary[name]) for name in names) or NOTHING


def _part(name: str, value: Any) -> str:
    count = len(value) if isinstance(value, list) else value
    if not isinstance(count, int):
        return f"{name}: {value}"
    told = {
        "lists": lambda: ngettext("%(n)s list", "%(n)s lists", count),
        "run": lambda: _("training v%(n)s"),
        "lines": lambda: ngettext("%(n)s order line compared", "%(n)s order lines compared", count),
        "added": lambda: ngettext("%(n)s event added", "%(n)s events added", count),
        "removed": lambda: ngettext("%(n)s event removed", "%(n)s events removed", count),
        "made": lambda: ngettext("%(n)s month made ready", "%(n)s months made ready", count),
        "forgotten": lambda: ngettext("%(n)s old job forgotten", "%(n)s old jobs forgotten", count),
    }
    return told[name]() % {"n": count} if name in told else f"{name}: {count}"
