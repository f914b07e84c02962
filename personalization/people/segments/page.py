"""What the list and the pages of segments say: figures for many at once, one in full, its members, its past."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from personalization.chosen.choosable import Names
from personalization.jobs.back_office import NOTHING, ago, chip, number_told
from personalization.jobs.versions import Change, Past, Version, past
from personalization.people.segments.days import Bar, bars, days, week
from personalization.people.segments.models import Segment
from personalization.people.segments.origins import Origin, origin_of
from personalization.people.segments.sentence import names_in, sentence
from personalization.people.segments.tree import read
from personalization.people.segments.uses import Use, used_by
from personalization.people.segments.worth import Whole, revenues, whole


@dataclass(frozen=True)
class Figures:
    """A row of the list."""

    sentence: str
    state: tuple[str, str]
    problems: tuple[str, ...] = ()
    people_share: str = ""
    revenue_share: float | None = None
    week: tuple[int, int] = (0, 0)


def figures(segments: Sequence[Segment], *, now: datetime) -> dict[int, Figures]:
    """Of all of these at once: as many queries for fifty as for one."""
    trees = {one.pk: read(one.tree) for one in segments}
    names, everybody = names_in(*trees.values()), whole()
    paid, changed = revenues(segments), week([one.pk for one in segments], now=now)
    return {
        one.pk: Figures(
            sentence(trees[one.pk], names),
            state_of(one),
            problems_of(one),
            share_told(everybody.share_of_people(one.size)),
            everybody.share_of_revenue(paid.get(one.pk)),
            changed.get(one.pk, (0, 0)),
        )
        for one in segments
    }


def state_of(segment: Segment) -> tuple[str, str]:
    """As a chip: its tone and its word."""
    if not segment.is_active:
        return "off", _("put away")
    if segment.error:
        return "bad", _("problem")
    if segment.is_live:
        return "good", _("at each visit")
    if segment.counted_at is None or _is_changed(segment):
        return "wait", _("to be counted")
    return ("good", _("in use")) if segment.size else ("wait", _("nobody"))


def _is_changed(segment: Segment) -> bool:
    is_newer = segment.counted_at is not None and segment.changed_at > segment.counted_at
    return is_newer and segment.counted_tree != read(segment.tree).json()


def problems_of(segment: Segment) -> tuple[str, ...]:
    """What is wrong, each with what to do."""
    if not segment.error:
        return ()
    return (_("It could not be counted, its people are those of before: %(why)s") % {"why": segment.error},)


def share_told(share: float | None) -> str:
    """Of the shop's people."""
    return _("%(share)s %% of all") % {"share": number_format(round(share, 1), 1)} if share is not None else ""


@dataclass(frozen=True)
class Tile:
    """A figure of the page, or a word."""

    name: str
    number: str
    more: str
    is_words: bool = False


@dataclass(frozen=True)
class Told:
    """A segment in full."""

    sentence: str
    chip: SafeString
    problems: tuple[str, ...]
    tiles: list[Tile]
    bars: list[Bar]
    users: list[Use]
    empty: str
    origin: Origin | None = None

    @property
    def has_changes(self) -> bool:
        """Somebody came or left in the days shown."""
        return any(one.day.entered or one.day.left for one in self.bars)

    @property
    def days_told(self) -> str:
        """The picture in words."""
        entered, left = sum(one.day.entered for one in self.bars), sum(one.day.left for one in self.bars)
        told = _("In the last four weeks %(entered)s entered and %(left)s left.")
        return told % {"entered": number_told(entered), "left": number_told(left)}


def told(segment: Segment, *, now: datetime) -> Told:
    """Everything that its page says, but its members."""
    row = figures([segment], now=now)[segment.pk]
    tone, word = row.state
    return Told(
        sentence=row.sentence, chip=chip(tone, word), problems=row.problems,
        tiles=_tiles(segment, row, everybody=whole(), now=now), bars=list(bars(days(segment, now=now))),
        users=used_by([segment])[segment.pk], empty=_why_empty(segment),
        origin=origin_of(segment),
    )  # fmt: skip


def _tiles(segment: Segment, row: Figures, *, everybody: Whole, now: datetime) -> list[Tile]:
    size = number_told(segment.size) if segment.size is not None else NOTHING
    paid = f"{number_format(round(row.revenue_share, 1), 1)} %" if row.revenue_share is not None else NOTHING
    counted = ago(segment.counted_at, now=now)
    took = _("in %(seconds)s s") % {"seconds": number_format(round((segment.took_ms or 0) / 1000, 1), 1)}
    return [
        Tile(_("People"), size, row.people_share or (_("decided on each visit") if segment.is_live else "")),
        Tile(_("Of the shop's revenue"), paid, _("what these people have paid so far")),
        Tile(
            _("In the last 7 days"), f"+{number_told(row.week[0])} −{number_told(row.week[1])}", _("entered and left")
        ),
        Tile(_("Counted"), counted, took if segment.took_ms is not None else "", is_words=True),
    ]


def _why_empty(segment: Segment) -> str:
    if segment.is_live:
        return _("Who belongs to it is decided on each visit, so there is no list of them.")
    if segment.counted_at is None:
        return _("It has not been counted yet: the worker does so within ten minutes.")
    return _("Nobody is in it at present.")


# --- what it was before ---


def changes_told(changes: Sequence[Change], *, present: Version | None) -> list[Past]:
    """Newest first; what is the case anyway is not offered again."""
    kept = [one for change in changes for one in (change.before, change.after) if one]
    names = names_in(*(read(one["tree"]) for one in kept))
    return [_past(one, names, present, is_first=one is changes[-1]) for one in changes]


def _past(change: Change, names: Names, present: Version | None, *, is_first: bool) -> Past:
    told, before, after = past(change, present=present, is_first=is_first), change.before, change.after
    if after is None:
        return told
    differs = before is None or before["tree"] != after["tree"]
    return replace(
        told, before=sentence(read(before["tree"]), names) if before and differs else "",
        after=sentence(read(after["tree"]), names), others=tuple(_others(before, after)),
    )  # fmt: skip


def _others(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Iterator[str]:
    if before and before["name"] != after["name"]:
        yield _("Renamed: %(before)s → %(after)s") % {"before": before["name"], "after": after["name"]}
    if before and before["note"] != after["note"]:
        yield _("The note was changed.")
