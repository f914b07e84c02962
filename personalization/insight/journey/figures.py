"""Reads the figures of the journey: a few statements over the visits in question, and none of anybody's name."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from personalization.charts.flows import Flow
from personalization.insight.journey.asked import MEDIUM, SOURCE, Asked
from personalization.people.journeys.steps import DIRECT, LONGEST_PATH, Step
from personalization.people.journeys.which import JOURNEYS, PERSON, Visits

# Until the visits are followed further, the figures are the same.
KEEP_SECONDS = 600
# Of so few, how long it took would be somebody's own time.
LEAST_PAUSES = 5
ROWS, CHOICES = 12, 40
LEFT = "left"

_REACHED = ", ".join(f"count(*) FILTER (WHERE one.deepest >= {step})" for step in Step if step)
# Telling people apart takes longer than all the rest, so it is done where they are told.
_COUNTS_BEFORE = f"SELECT count(*), {_REACHED} FROM {JOURNEYS} WHERE {{where}}"  # noqa: S608 - words of our own
_COUNTS = f"""
SELECT one.deepest, count(*), count(DISTINCT {PERSON}) FROM {JOURNEYS} WHERE {{where}}
GROUP BY GROUPING SETS ((one.deepest), ())
"""  # noqa: S608 - words of our own

# A visit whose first page is a product's saw it before it had an id: that took no time.
_TIMES = ("least(one.started_at, one.viewed_at)", "one.viewed_at", "one.added_at", "one.checkout_at", "one.ordered_at")
_GAPS = [f"extract(epoch FROM {after} - {before})" for before, after in pairwise(_TIMES)]
_PAUSES = f"""
SELECT {
    ", ".join(
        f"CASE WHEN count(*) FILTER (WHERE {gap} >= 0) >= {LEAST_PAUSES} THEN "
        f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {gap}) FILTER (WHERE {gap} >= 0) END"
        for gap in _GAPS
    )
}
FROM {JOURNEYS} WHERE {{where}}
"""  # noqa: S608

_KEYS = {
    "source": f"lower(coalesce(nullif(one.source, ''), '{DIRECT}'))",
    "device": "one.device",
    "segment": "member.segment_id",
}
_MEMBERS = f"""
JOIN personalization_membership AS member ON member.person = {PERSON} AND member.part = 0
JOIN personalization_segment AS segment ON segment.id = member.segment_id AND segment.is_active AND NOT segment.is_live
"""
_BY = f"""
SELECT {{key}}, count(*), {_REACHED} FROM {JOURNEYS} {{members}} WHERE {{where}}
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {ROWS}
"""  # noqa: S608
_DAYS = f"""
SELECT date_trunc(%s, one.started_at AT TIME ZONE %s)::date, count(*), {_REACHED}
FROM {JOURNEYS} WHERE {{where}} GROUP BY 1 ORDER BY 1
"""  # noqa: S608

# A visit of which no touchpoint is kept began and ended somewhere else, at a page of the account, say.
_WAYS = f"""
SELECT step - 1, path[step], CASE WHEN step < cardinality(path) THEN path[step + 1] ELSE '{LEFT}' END, sum(visits)::int
FROM (
    SELECT CASE WHEN one.path = '{{{{}}}}' THEN '{{{{other}}}}' ELSE one.path END AS path, count(*) AS visits
    FROM {JOURNEYS} WHERE {{where}} GROUP BY 1
) AS way, generate_series(1, {LONGEST_PATH - 1}) AS step
WHERE step <= cardinality(path) GROUP BY 1, 2, 3
"""  # noqa: S608
_WHENCE = f"""
SELECT {_KEYS["source"]}, lower(one.medium), count(*) FROM {JOURNEYS} WHERE {{where}}
GROUP BY GROUPING SETS ((1), (2)) ORDER BY 3 DESC, 1, 2
"""  # noqa: S608


@dataclass(frozen=True)
class Reached:
    """How many visits came to each step; `key` says of what, if not of all."""

    counts: tuple[int, ...]
    key: Any = None

    @property
    def visits(self) -> int:
        """All of them."""
        return self.counts[0]

    def share(self, step: Step) -> float:
        """The part of them that came so far."""
        return self.counts[step] / self.visits if self.visits else 0.0


@dataclass(frozen=True)
class Figures:
    """All that the page tells. `leavers`: how many people left at each step on some visit."""

    now: Reached
    before: Reached
    people: int = 0
    leavers: Mapping[int, int] = field(default_factory=dict)
    pauses: Sequence[float | None] = ()
    by: Sequence[Reached] = ()
    days: Sequence[Reached] = ()
    flows: Sequence[Flow] = ()
    whences: Mapping[str, list[str]] = field(default_factory=dict)


def figures(asked: Asked) -> Figures:
    """Of these visits; read once for as long as nothing new was followed."""
    told = repr((asked.now, asked.by, asked.values, asked.segment and asked.segment.pk))
    key = f"personalization-journey-{hashlib.sha256(told.encode()).hexdigest()}"
    found: Figures | None = cache.get(key)
    if found is None:
        found = _read(asked)
        cache.set(key, found, KEEP_SECONDS)
    return found


def _read(asked: Asked) -> Figures:
    visits = asked.visits()
    reached, people, leavers = _counts(visits)
    return Figures(
        now=reached, before=_before(asked), people=people, leavers=leavers,
        pauses=_rows(_PAUSES, visits)[0], by=_by(asked.by, visits), days=_days(asked, visits),
        flows=[Flow(*row) for row in _rows(_WAYS, visits)], whences=_whences(asked.visits_from_anywhere()),
    )  # fmt: skip


def _counts(visits: Visits) -> tuple[Reached, int, dict[int, int]]:
    rows = {deepest: (count, people) for deepest, count, people in _rows(_COUNTS, visits)}
    counts = [sum(rows.get(deeper, (0, 0))[0] for deeper in Step if deeper >= step) for step in Step]
    leavers = {deepest: people for deepest, (_count, people) in rows.items() if deepest is not None}
    return Reached(tuple(counts)), rows.get(None, (0, 0))[1], leavers


def _before(asked: Asked) -> Reached:
    return Reached(tuple(_rows(_COUNTS_BEFORE, asked.visits_before())[0]))


def _by(by: str, visits: Visits) -> list[Reached]:
    members = _MEMBERS if by == "segment" else ""
    return [Reached(tuple(counts), key) for key, *counts in _rows(_BY, visits, key=_KEYS[by], members=members)]


def _days(asked: Asked, visits: Visits) -> list[Reached]:
    unit = "week" if asked.is_long else "day"
    rows = _rows(_DAYS, visits, before=[unit, timezone.get_default_timezone_name()])
    found: list[tuple[date, tuple[int, ...]]] = [(day, tuple(counts)) for day, *counts in rows]
    return [Reached(counts, day) for day, counts in found]


def _whences(visits: Visits) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {SOURCE: [], MEDIUM: []}
    for source, medium, _count in _rows(_WHENCE, visits):
        prefix, name = (SOURCE, source) if source is not None else (MEDIUM, medium)
        if name and len(found[prefix]) < CHOICES:
            found[prefix].append(name)
    return found


def _rows(statement: str, visits: Visits, *, before: Sequence[Any] = (), **words: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(where=visits.sql, **words), [*before, *visits.params])
        return list(cursor.fetchall())
