"""Keeps who is in a segment: one statement takes out who left, puts in who came, and notes both."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from django.db import connection

from personalization.guard.failure import kind_and_message_of
from personalization.people.rules.rule import rules
from personalization.people.segments.compile import meant
from personalization.people.segments.faults import Unfinished, fault_told
from personalization.people.segments.known import all_known
from personalization.people.segments.limited import limited
from personalization.people.segments.models import Segment
from personalization.people.segments.parts import WHOLE, Split, split
from personalization.people.segments.settled import Settled, settled
from personalization.people.segments.tree import Node, leaves, read
from personalization.people.segments.unfold import InACircle, Known, TooLarge, in_order, unfolded

logger = logging.getLogger("personalization")
# A segment that asks for more is a mistake of its owner, and the others wait behind it.
TIME_LIMIT = timedelta(minutes=10)
# Of the server: a worker counts one segment after the other.
MEMORY = "128MB"
# "segment": the lock of one segment's recount. It holds no row, so that the owner's form never waits for it.
LOCK = 0x7365676D

# Who came and who left. By itself, for a statement that also writes is worked out by one process alone.
_COMPARE = """
CREATE TEMPORARY TABLE pz_change ON COMMIT DROP AS
SELECT part, person, member.person IS NULL AS is_entry
FROM ({meant}) AS meant FULL JOIN (
    SELECT part, person FROM personalization_membership WHERE segment_id = %(segment)s
) AS member USING (part, person)
WHERE meant.person IS NULL OR member.person IS NULL
"""

# Rows that stay are not touched. A campaign must not start on all people at once, so what is not the people's own doing
# is not noted: the first filling of a segment, and a change of its tree.
_KEEP = """
WITH gone AS (
    DELETE FROM personalization_membership AS member USING pz_change AS change
    WHERE NOT is_entry AND segment_id = %(segment)s AND member.part = change.part AND member.person = change.person
    RETURNING member.part, member.person
), come AS (
    INSERT INTO personalization_membership (segment_id, part, person, since)
    SELECT %(segment)s, part, person, %(now)s FROM pz_change WHERE is_entry ORDER BY part, person
    RETURNING part, person
), noted AS (
    INSERT INTO personalization_membershipchange (segment_id, person, is_entry, happened_at)
    SELECT %(segment)s, person, is_entry, %(now)s FROM (
        SELECT part, person, FALSE AS is_entry FROM gone
        WHERE EXISTS (SELECT FROM personalization_profile AS one WHERE one.person = gone.person)
        UNION ALL SELECT part, person, TRUE FROM come
    ) AS change WHERE part = 0 AND %(is_noted)s
)
SELECT (SELECT count(*) FROM come), (SELECT count(*) FROM gone)
"""
_SIZE = "SELECT count(*) FROM personalization_membership WHERE segment_id = %(segment)s AND part = 0"

# Whose profile went while the statement was on its way was erased, or said no: no row of theirs may come back.
_LEAVE = """
WITH gone AS (
    DELETE FROM personalization_membership AS member WHERE segment_id = %(segment)s AND since = %(now)s
        AND NOT EXISTS (SELECT FROM personalization_profile AS one WHERE one.person = member.person)
    RETURNING person
), changes AS (
    DELETE FROM personalization_membershipchange AS change WHERE segment_id = %(segment)s AND happened_at = %(now)s
        AND NOT EXISTS (SELECT FROM personalization_profile AS one WHERE one.person = change.person)
)
SELECT count(*) FROM gone
"""


@dataclass(frozen=True)
class Recounted:
    """What came of it."""

    entered: int = 0
    left: int = 0
    error: str = ""


def recount(segment: Segment, *, now: datetime, known: Mapping[int, Known] | None = None) -> Recounted:
    """Works out who is in it. One that fails keeps its members, and says in `error` why. Harmless when repeated."""
    began = perf_counter()
    try:
        with limited(TIME_LIMIT, memory=MEMORY):
            found = _recount(segment.pk, now=now, known=known or all_known(), began=began)
    except Exception as error:
        if not isinstance(error, InACircle | Unfinished):
            # Without the row that the database quotes: it names a person.
            logger.error("Segment %s could not be counted: %s", segment.pk, kind_and_message_of(error))
        Segment.objects.filter(pk=segment.pk).update(error=fault_told(error), counted_at=now)
        return Recounted(error=fault_told(error))
    if found.entered or found.left:
        _executed(_LEAVE, {"segment": segment.pk, "now": now})
    return found


def trees_of(segment: Segment, known: Mapping[int, Known]) -> list[Settled]:
    """What the database is asked when it is counted; nothing of one that cannot be."""
    try:
        return list(split(settled(_whole_tree(segment, known))).parts.values())
    except (InACircle, TooLarge, Unfinished):
        return []


def _recount(pk: int, *, now: datetime, known: Mapping[int, Known], began: float) -> Recounted:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, pk % 2**31])
    # Read under the lock: whoever waited for another recount goes on from what that left.
    segment = Segment.objects.filter(pk=pk).first()
    if segment is None:
        return Recounted()
    tree = _whole_tree(segment, known)
    is_new_tree = segment.counted_tree != tree.json()
    parted = split(settled(tree))
    is_live = WHOLE not in parted.parts and parted.root is not None
    size, entered, left = _kept(pk, parted, now=now, is_noted=not is_new_tree)
    changed: dict[str, Any] = {"counted_tree": tree.json(), "settled_at": now} if is_new_tree else {}
    Segment.objects.filter(pk=pk).update(
        size=None if is_live else size, is_live=is_live, counted_at=now, error="",
        took_ms=int((perf_counter() - began) * 1000), **changed,
    )  # fmt: skip
    return Recounted(entered, left)


def _whole_tree(segment: Segment, known: Mapping[int, Known]) -> Node:
    tree = read(segment.tree)
    if gone := [leaf.rule for leaf in leaves(tree) if leaf.rule not in rules]:
        raise Unfinished(gone[0])
    mine = {**known, segment.pk: Known(segment.pk, segment.name, tree, is_live=False)}
    if segment.pk in in_order(mine)[1]:
        raise InACircle(segment.name)
    return unfolded(tree, known)


def _kept(pk: int, parted: Split, *, now: datetime, is_noted: bool) -> tuple[int, int, int]:
    asked, bound = [], dict[str, Any]()
    for number, part in parted.parts.items():
        sql, params = meant(part, now=now).values("person").query.sql_with_params()
        names = [f"p{number}_{turn}" for turn in range(len(params))]
        bound |= dict(zip(names, params, strict=True))
        asked.append(f"SELECT {number}::smallint AS part, person FROM ({_named(sql, names)}) AS part_{number}")  # noqa: S608
    nobody = "SELECT 0::smallint AS part, NULL::uuid AS person WHERE FALSE"
    values = {"segment": pk, "now": now, "is_noted": is_noted, **bound}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pz_change")
        cursor.execute(_COMPARE.format(meant=" UNION ALL ".join(asked) or nobody), values)
        cursor.execute("ANALYZE pz_change")
    entered, left = _executed(_KEEP, values)
    (size,) = _executed(_SIZE, values)
    return size, entered, left


def _named(sql: str, names: list[str]) -> str:
    """Numbered placeholders get names, because the statement round them has named ones."""
    ahead = iter(names)
    return re.sub("%%|%s", lambda found: found[0] if found[0] == "%%" else f"%({next(ahead)})s", sql)


def _executed(sql: str, values: Mapping[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()
