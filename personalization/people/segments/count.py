"""How many people a tree means while it is being built: quickly, or not at all."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from math import sqrt
from time import perf_counter
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection

from personalization.events.identifiers import moment_of
from personalization.people.profiles.models import Profile
from personalization.people.rules.deeds import Deeds, looked_up_in
from personalization.people.segments.compile import meant
from personalization.people.segments.gathered import EVER, asked_for, of_part
from personalization.people.segments.limited import limited
from personalization.people.segments.settled import Settled, is_live, settled
from personalization.people.segments.tree import Node

TIME_LIMIT = timedelta(seconds=3)
# Of the server, for one count: the people of a shop are put together in memory, not on the disk.
MEMORY = "64MB"
# The server takes those of a window for few, and would look each of them up.
SLOW = "nestloop"
# Above so many people a part of them is counted: those whose draw, one of ten thousand, is low.
ALL_UP_TO, SAMPLED, DRAWS = 200_000, 100_000, 10_000
# What people did is looked up of each by itself and month by month: of so many people a month back, and so of fewer.
MONTH, MONTHS_KEPT = timedelta(days=30), 12
LOOKS, LEAST_SAMPLED, MOST_SAMPLED = 25_000, 4_000, 25_000
# Of so many it is told in which other segments they are.
OVERLAPPED = 5_000
# Nineteen times of twenty the true number lies within the error.
CERTAIN = 1.96

_COUNT = """
WITH {gathered} meant AS MATERIALIZED ({meant}), overlap AS (
    -- Each looked up: all memberships are many times the people looked at.
    SELECT member.segment_id, count(*) AS people FROM meant CROSS JOIN LATERAL (
        SELECT segment_id FROM personalization_membership AS one
        WHERE one.person = meant.person AND one.part = 0 AND one.segment_id <> %s OFFSET 0
    ) AS member WHERE meant.draw < %s GROUP BY member.segment_id ORDER BY 2 DESC, 1 LIMIT 5
)
SELECT found.people, found.revenue, everybody.people, everybody.revenue,
       ARRAY(SELECT person FROM meant ORDER BY draw, person LIMIT 5),
       ARRAY(SELECT segment_id FROM overlap ORDER BY people DESC, segment_id),
       ARRAY(SELECT people FROM overlap ORDER BY people DESC, segment_id)
FROM (SELECT count(*) AS people, coalesce(sum(revenue), 0) AS revenue FROM meant) AS found,
     (SELECT count(*) AS people, coalesce(sum(revenue), 0) AS revenue
      FROM personalization_profile WHERE draw < %s) AS everybody
"""


@dataclass(frozen=True)
class Overlap:
    """Another segment, and how many of these people are in it; in a large shop by a part of all."""

    segment_id: int
    people: int
    is_exact: bool = True


@dataclass(frozen=True)
class Counted:
    """What was counted. With `error`, people and revenue are worked out from a part of all, give or take so many."""

    people: int = 0
    of_people: int = 0
    revenue: Decimal = Decimal(0)
    of_revenue: Decimal = Decimal(0)
    overlaps: tuple[Overlap, ...] = ()
    sample: tuple[UUID, ...] = ()
    error: int | None = None
    # Some of it is decided on each visit: so many people can be meant at the most.
    is_live: bool = False
    is_too_long: bool = False
    took_ms: int = 0

    @property
    def share(self) -> float:
        """Of all people."""
        return self.people / self.of_people if self.of_people else 0.0

    @property
    def share_of_revenue(self) -> float:
        """Of all revenue."""
        return float(self.revenue / self.of_revenue) if self.of_revenue else 0.0


@dataclass(frozen=True)
class Share:
    """How much of everybody is looked at."""

    draws: int = DRAWS
    scale: float = field(default=1.0)


def count(tree: Node, *, now: datetime, besides: int | None = None, limit: timedelta = TIME_LIMIT) -> Counted:
    """Counts whom the tree means; `besides` is the segment itself. What takes too long is given up calmly."""
    began = perf_counter()
    found = settled(tree)
    deeds = asked_for([found] if found else [], now=now)
    rows = _people_guessed()
    part = share_of(rows, sampled=_sampled(deeds, now=now) if deeds else SAMPLED)
    overlapped = _share(rows, OVERLAPPED) if rows > OVERLAPPED else part
    overlapped = min(part, overlapped, key=lambda one: one.draws)
    sql, params = _statement(found, deeds, part, now=now)
    try:
        with limited(limit, memory=MEMORY, without=SLOW), connection.cursor() as cursor:
            cursor.execute(sql, [*params, besides or 0, overlapped.draws, part.draws])
            people, revenue, of_people, of_revenue, sample, segments, shared = cursor.fetchone()
    except OperationalError:
        return Counted(is_too_long=True, took_ms=_ms(began))
    return Counted(
        people=round(people * part.scale),
        of_people=round(of_people * part.scale),
        revenue=Decimal(revenue) * Decimal(part.scale),
        of_revenue=Decimal(of_revenue) * Decimal(part.scale),
        overlaps=tuple(
            Overlap(pk, round(n * overlapped.scale), is_exact=overlapped.draws == DRAWS)
            for pk, n in zip(segments, shared, strict=True)
        ),
        sample=tuple(sample),
        error=_error(people, of_people, part),
        is_live=found is not None and is_live(found),
        took_ms=_ms(began),
    )


def _sampled(deeds: list[Deeds], *, now: datetime) -> int:
    """Of how many people it is looked up what they did so far back."""
    first = min(one.first or EVER for one in deeds)
    months = max(1, min((now - moment_of(first)) / MONTH, MONTHS_KEPT))
    return max(LEAST_SAMPLED, min(MOST_SAMPLED, round(LOOKS / months)))


def _statement(found: Settled | None, deeds: list[Deeds], part: Share, *, now: datetime) -> tuple[str, list[Any]]:
    if not deeds or part.draws == DRAWS:
        sql, params = _meant(found, part, now=now)
        return _COUNT.format(gathered="", meant=sql), params
    log, gathered, bound = of_part(deeds, draws=part.draws)
    with looked_up_in(log):
        sql, params = _meant(found, part, now=now)
    return _COUNT.format(gathered=f"{gathered},", meant=sql), [*bound, *params]


def _meant(found: Settled | None, part: Share, *, now: datetime) -> tuple[str, list[Any]]:
    few = meant(found, now=now).filter(draw__lt=part.draws)
    sql, params = few.values("person", "revenue", "draw").query.sql_with_params()
    return sql, list(params)


def share_to_count() -> Share:
    """Of a shop with very many people a part: to count everybody would take longer than the answer."""
    return share_of(_people_guessed(), sampled=SAMPLED)


def share_of(rows: float, *, sampled: int) -> Share:
    """So many of these, or all of them where there are not that many."""
    return Share() if rows <= ALL_UP_TO else _share(rows, sampled)


def _share(rows: float, sampled: int) -> Share:
    draws = min(DRAWS, max(1, round(DRAWS * sampled / rows)))
    return Share(draws, DRAWS / draws)


def _people_guessed() -> float:
    """What the database guesses of the table's size."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [Profile._meta.db_table])
        return float(cursor.fetchone()[0])


def _error(people: int, of_people: int, part: Share) -> int | None:
    if part.draws == DRAWS or not of_people:
        return None
    share = people / of_people
    # Of none or all in the part looked at, it is not certain that it is none or all of everybody: three at most hide.
    spread = max(CERTAIN * sqrt(share * (1 - share) * of_people), 3.0)
    return round(spread * sqrt(1 - part.draws / DRAWS) * part.scale)


def _ms(began: float) -> int:
    return int((perf_counter() - began) * 1000)
