"""All that stands on the page of one customer: a fixed number of queries, whatever they did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from personalization.insight.people.goods import Good, goods_for
from personalization.insight.people.live import OnVisit, on_visit
from personalization.insight.people.needs import Needed, needed
from personalization.insight.people.story import story
from personalization.insight.people.tiles import Tile, tiles
from personalization.insight.people.timeline import SORTS, Leaf, timeline
from personalization.insight.people.who import Answer, Who, answer_of
from personalization.jobs.back_office import minute_told
from personalization.people.profiles.names import known_heading
from personalization.people.segments.models import Membership, Segment
from personalization.people.segments.sentence import names_in, sentence
from personalization.people.segments.tree import read
from personalization.storefront.models import Block


@dataclass(frozen=True)
class Belongs:
    """A segment that they are in: since when, and why. Of one that a visit decides: whether that is so now."""

    segment_id: int
    name: str
    why: str
    since: str = ""
    is_now: bool = False


@dataclass(frozen=True)
class Page:
    """The whole of it."""

    who: Who
    title: str
    story: list[str]
    tiles: list[Tile]
    consent: Answer
    segments: list[Belongs]
    # Those that a visit decides, and when that visit began.
    of_visit: list[Belongs]
    visit_at: str
    # What the shop itself knows of them, by name.
    known: list[tuple[str, Any]]
    needed: list[Needed]
    goods: list[Good]
    blocks: list[Block]
    leaf: Leaf
    sort: str
    sorts: list[tuple[str, Any]]
    is_first_leaf: bool


def page_of(who: Who, *, sort: str, before: str, now: datetime) -> Page:
    """Of this person; `sort` and `before` say which leaf of the timeline."""
    consent, blocks = answer_of(who), list(Block.objects.order_by("slot", "pk"))
    named, visit = {one.pk: one.heading() for one in blocks}, on_visit(who, now=now)
    segments, of_visit = _segments(who, visit)
    return Page(
        who=who,
        title=title_of(who),
        story=story(who, consent, now=now),
        tiles=tiles(who.profile, now=now),
        consent=consent,
        segments=segments,
        of_visit=of_visit,
        visit_at=minute_told(visit.at) if visit.at else "",
        known=_known(who),
        needed=needed(who.person, now=now),
        goods=goods_for(who, now=now),
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


def _known(who: Who) -> list[tuple[str, Any]]:
    told = who.profile.demographics if who.profile else {}
    return [(known_heading(key), value) for key, value in told.items()]


def _segments(who: Who, visit: OnVisit) -> tuple[list[Belongs], list[Belongs]]:
    """Those that are kept by the worker; and those with live rules, which are decided on each visit."""
    kept = Membership.objects.filter(person=who.number, part=0, segment__is_live=False, segment__is_active=True)
    since = {one.segment: minute_told(one.since) for one in kept.select_related("segment").order_by("segment__name")}
    trees = {one: read(one.counted_tree or one.tree) for one in (*since, *visit.segments)}
    names = names_in(*trees.values())

    def belongs(segment: Segment) -> Belongs:
        why = sentence(trees[segment], names)
        return Belongs(segment.pk, segment.name, why, since.get(segment, ""), visit.is_now)

    return [belongs(one) for one in since], [belongs(one) for one in visit.segments]
