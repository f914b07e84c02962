"""All that stands on the page of one customer: a fixed number of queries, whatever they did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from personalization.insight.people.story import story
from personalization.insight.people.tiles import Tile, tiles
from personalization.insight.people.timeline import SORTS, Leaf, timeline
from personalization.insight.people.who import Answer, Who, answer_of
from personalization.jobs.back_office import minute_told
from personalization.people.segments.models import Membership
from personalization.people.segments.sentence import names_in, sentence
from personalization.people.segments.tree import read
from personalization.storefront.models import Block


@dataclass(frozen=True)
class Belongs:
    """A segment that they are in: since when, and why."""

    segment_id: int
    name: str
    since: str
    why: str


@dataclass(frozen=True)
class Page:
    """The whole of it."""

    who: Who
    title: str
    story: list[str]
    tiles: list[Tile]
    consent: Answer
    segments: list[Belongs]
    blocks: list[Block]
    leaf: Leaf
    sort: str
    sorts: list[tuple[str, Any]]
    is_first_leaf: bool


def page_of(who: Who, *, sort: str, before: str, now: datetime) -> Page:
    """Of this person; `sort` and `before` say which leaf of the timeline."""
    consent, blocks = answer_of(who), list(Block.objects.order_by("slot", "pk"))
    named = {one.pk: one.heading() for one in blocks}
    return Page(
        who=who,
        title=title_of(who),
        story=story(who, consent, now=now),
        tiles=tiles(who.profile, now=now),
        consent=consent,
        segments=_segments(who),
        blocks=blocks,
        leaf=timeline(who, sort=sort, before=before, blocks=named),
        sort=sort if sort in SORTS else "",
        sorts=[(name, label) for name, (label, _kinds) in SORTS.items()],
        is_first_leaf=not before,
    )


def title_of(who: Who) -> str:
    """As the page is called: by name for those who may see it."""
    if who.is_stranger:
        return _("Visitor %(number)s") % {"number": str(who.number)[:8]}
    return who.name or who.email or _("Customer no. %(number)s") % {"number": who.person.user_id}


def _segments(who: Who) -> list[Belongs]:
    """Those that are kept by the worker; who is in one with live rules is decided on each visit."""
    found = Membership.objects.filter(person=who.number, part=0, segment__is_live=False, segment__is_active=True)
    return list(_told(found.select_related("segment").order_by("segment__name")))


def _told(rows: Iterable[Membership]) -> Iterable[Belongs]:
    members = list(rows)
    trees = [read(one.segment.counted_tree or one.segment.tree) for one in members]
    names = names_in(*trees)
    for one, tree in zip(members, trees, strict=True):
        yield Belongs(one.segment_id, one.segment.name, minute_told(one.since), sentence(tree, names))
