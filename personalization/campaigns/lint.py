"""What is wrong with a campaign, whatever kind it is of: its time, its audience, its words, and who stands before it.

Each is a sentence that says what to do. Nothing of it hinders: the owner is told, and decides.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from personalization.campaigns.audience import Audience
from personalization.campaigns.audience_words import Known, audience_problems, segments_in
from personalization.campaigns.state import State, Status
from personalization.guard import guarded
from personalization.people.segments.limited import limited

# Every hour of the week comes round in so many days.
ROUND, STEP = timedelta(days=8), timedelta(minutes=10)
LIMIT, MEMORY = timedelta(seconds=1), "16MB"
# Of each audience with two sides: whether anybody is on the one and not on the other.
_ANYBODY = """
SELECT wanted.turn, EXISTS (
    SELECT FROM personalization_membership AS one
    WHERE one.segment_id = ANY(wanted.among) AND one.part = 0 AND NOT EXISTS (
        SELECT FROM personalization_membership AS other
        WHERE other.person = one.person AND other.part = 0 AND other.segment_id = ANY(wanted.but)))
FROM (VALUES {rows}) AS wanted (turn, among, but)
"""


@dataclass(frozen=True)
class Around:
    """What the lint of many campaigns needs: the segments that they name, and the audiences that hold nobody."""

    known: Known = field(default_factory=dict)
    nobody: frozenset[Audience] = frozenset()


def around(campaigns: Iterable[Any]) -> Around:
    """Two queries at the most, however many campaigns."""
    rows = list(campaigns)
    known = segments_in(rows)
    sided = {one.for_whom for one in rows if one.for_whom.among and one.for_whom.but}
    # Of a live segment nobody is a member before the visit.
    askable = [one for one in sided if not any(known[pk].is_live for pk in one.segment_ids if pk in known)]
    return Around(known, frozenset(_empty_ones(askable)))


def over(campaign: Any, *, now: datetime) -> str:
    """Its owner has it live, and its dates have passed."""
    if campaign.state(now) == State.ENDED and campaign.status == Status.LIVE:
        return _("Its time is over: give it a new end, or archive it.")
    return ""


def problems(campaign: Any, about: Around, *, now: datetime) -> list[str]:
    """What is wrong with its hours and its audience."""
    return [*_of_hours(campaign, now), *_of_audience(campaign.for_whom, about)]


def without_words(texts: Mapping[str, Any], part: str, languages: Mapping[str, str]) -> str:
    """The languages of the shop in which this part is not written, if it is in others."""
    without = [name for code, name in languages.items() if not _written(texts.get(code), part)]
    return ", ".join(without) if len(without) < len(languages) else ""


def leaves_nobody(campaign: Any) -> bool:
    """It is always there and for everybody, so whoever comes after it in the same place has no turn."""
    is_all = campaign.for_whom.is_everybody and campaign.in_arm.is_everybody
    # Of one that ends sooner, the others have their time afterwards.
    return bool(is_all and campaign.at_hours.is_always and campaign.ends_at is None)


def _written(told: Any, part: str) -> bool:
    return bool(told.get(part)) if isinstance(told, Mapping) else bool(told)


def _of_hours(campaign: Any, now: datetime) -> list[str]:
    hours, until = campaign.at_hours, campaign.ends_at
    begins = max(now, campaign.starts_at or now)
    if hours.is_always or until is None or until - begins > ROUND:
        return []
    steps = range(max(1, int((until - begins) / STEP)))
    if any(hours.has(begins + turn * STEP) for turn in steps):
        return []
    return [_("None of its hours comes before it ends: choose other hours, or a later end.")]


def _of_audience(audience: Audience, about: Around) -> list[str]:
    found = audience_problems(audience, about.known)
    if found:
        return found
    if audience.among and set(audience.among) <= set(audience.but):
        return [_("It is for the very people whom it leaves out, so nobody is left: change one of the two sides.")]
    named = [about.known[one] for one in audience.among if one in about.known]
    if named and all(one.size == 0 and not one.is_live for one in named):
        return [_("Nobody is in “%(name)s”.") % {"name": one.name} for one in named]
    if audience in about.nobody:
        return [_("Everybody whom it is for is left out on the other side: change one of the two.")]
    return []


def _empty_ones(audiences: Collection[Audience]) -> list[Audience]:
    asked = list(audiences)
    if not asked:
        return []
    rows = ", ".join(["(%s::int, %s::bigint[], %s::bigint[])"] * len(asked))
    values = [one for turn, of in enumerate(asked) for one in (turn, list(of.among), list(of.but))]

    def ask() -> list[Audience]:
        with limited(LIMIT, memory=MEMORY), connection.cursor() as cursor:
            cursor.execute(_ANYBODY.format(rows=rows), values)
            return [asked[turn] for turn, is_anybody in cursor.fetchall() if not is_anybody]

    return guarded(ask, doing="asking whether an audience holds anybody", fallback=[])
