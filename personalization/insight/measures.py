"""How the app is, in numbers alone: for a monitoring that reads them, and for one line in the log."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Max, Sum

from personalization.events.beacon.outcomes import RECEIVED, STORED
from personalization.events.models import Tally
from personalization.insight.examinations.capture import last_events
from personalization.jobs.life import sign_of_life
from personalization.jobs.models import JobRun
from personalization.jobs.schedule import SCHEDULE

logger = logging.getLogger("personalization.health")
NAME = "personalization"


@dataclass(frozen=True)
class Measure:
    """One number: `label` and `of` say of what, if there are several of its name."""

    name: str
    value: float
    label: str = ""
    of: str = ""
    # What only grows, until old days are forgotten; anything else goes up and down.
    is_counter: bool = False


MEANINGS = {
    "worker_silent_seconds": "Seconds since the worker last gave a sign.",
    "job_lag_seconds": "Seconds since the job was last done.",
    "last_event_age_seconds": "Seconds since the last event of the kind.",
    "events_in_24_hours": "Events of the kind in 24 hours; more than 10000 are not counted on.",
    "received_total": "Events that came.",
    "stored_total": "Events that came and were stored.",
    "refused_total": "Events that came and were refused, by reason.",
}


def measure(*, now: datetime) -> list[Measure]:
    """All of them, in four queries, whatever the size of the log; nobody's name or number is among them."""
    return [*_worker(now), *_jobs(now), *_kinds(now), *_outcomes()]


def tell(*, now: datetime) -> dict[str, float]:
    """Writes them into the log as one line, each number a field of its own; gives them."""
    told = {_field(one): one.value for one in measure(now=now)}
    logger.info("personalization health", extra=told)
    return told


def as_text(measures: Iterable[Measure]) -> str:
    """In the text format of Prometheus, version 0.0.4."""
    return "".join(f"{line}\n" for line in _lines(measures))


def _worker(now: datetime) -> Iterator[Measure]:
    last = sign_of_life(now=now).last_sign
    if last is not None:
        yield Measure("worker_silent_seconds", _seconds(last, now))


def _jobs(now: datetime) -> Iterator[Measure]:
    done = dict(JobRun.objects.filter(status="done").values_list("job").annotate(last=Max("finished_at")))
    for job in SCHEDULE:
        if job.run in done:
            yield Measure("job_lag_seconds", _seconds(done[job.run], now), "job", job.name)


def _kinds(now: datetime) -> Iterator[Measure]:
    for kind, last, lately in last_events(now):
        if last is not None:
            yield Measure("last_event_age_seconds", _seconds(last, now), "kind", kind)
            yield Measure("events_in_24_hours", lately, "kind", kind)


def _outcomes() -> Iterator[Measure]:
    sums = dict(Tally.objects.order_by().values_list("outcome").annotate(sum=Sum("count")))
    for name in (RECEIVED, STORED):
        yield Measure(f"{name}_total", sums.pop(name, 0), is_counter=True)
    for outcome, count in sorted(sums.items()):
        yield Measure("refused_total", count, "reason", outcome, is_counter=True)


def _seconds(last: datetime, now: datetime) -> float:
    return round((now - last).total_seconds(), 3)


def _field(one: Measure) -> str:
    return f"{one.name}_{one.of}" if one.of else one.name


def _lines(measures: Iterable[Measure]) -> Iterator[str]:
    for name, some in groupby(sorted(measures, key=lambda one: one.name), key=lambda one: one.name):
        group = list(some)
        yield f"# HELP {NAME}_{name} {MEANINGS[name]}"
        yield f"# TYPE {NAME}_{name} {'counter' if group[0].is_counter else 'gauge'}"
        for one in group:
            about = f'{{{one.label}="{_escaped(one.of)}"}}' if one.label else ""
            yield f"{NAME}_{name}{about} {one.value:.15g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
