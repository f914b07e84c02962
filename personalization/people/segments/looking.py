"""What is said of the people meant while their segment is still being built."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization.chosen.choosable import Names
from personalization.events.accounts import may_see_accounts
from personalization.jobs.back_office import ago, number_told
from personalization.people.profiles.models import Profile
from personalization.people.segments.builder import Builder
from personalization.people.segments.count import Counted, Overlap, count
from personalization.people.segments.known import all_known
from personalization.people.segments.lint import Lint
from personalization.people.segments.models import Segment
from personalization.people.segments.node import Row
from personalization.people.segments.roll import names_told
from personalization.people.segments.sentence import leaf_told, names_in, sentence
from personalization.people.segments.tree import Leaf, Node, read
from personalization.people.segments.uses import Use, used_by

# Of all that another segment is used in, so many are named.
MOST_USES = 3


@dataclass(frozen=True)
class Share:
    """A part of the whole, as a bar."""

    label: str
    width: float


@dataclass(frozen=True)
class Line:
    """Somebody, or another segment, and a word about it."""

    name: str
    told: str
    url: str = ""
    more: str = ""


@dataclass(frozen=True)
class Look:
    """Everything beside the builder."""

    sentence: str
    number: str = ""
    more: str = ""
    shares: Sequence[Share] = ()
    warnings: Sequence[str] = ()
    people: Sequence[Line] = ()
    overlaps: Sequence[Line] = ()
    trouble: str = ""

    @property
    def heard(self) -> str:
        """For those who listen to the page: how many, and what is odd."""
        told = (self.number, self.more, *(one.label for one in self.shares), self.trouble, *self.warnings)
        return ". ".join(one.rstrip(".") for one in told if one)


def look_at(builder: Builder, *, reader: Any, now: datetime, own: int | None = None) -> Look:
    """How many, which share of the shop, who, and what is odd; each line of the builder is told what it says."""
    tree = read(builder.stored())
    names = _tell_lines(builder)
    told = sentence(tree, names)
    if builder.is_empty:
        return Look(told, more=_("As soon as there is a rule, the people are counted here."))
    warnings = _warned(builder, tree, names, own)
    counted = count(tree, now=now, besides=own)
    if counted.is_too_long:
        late = _("Counting them takes too long just now. Go on; once it is saved, they are counted in the background.")
        return Look(told, warnings=warnings, trouble=late)
    return Look(
        told, number=number_told_of(counted), more=_more(counted), shares=_shares(counted), warnings=warnings,
        people=_people(counted, reader=reader, now=now), overlaps=_overlaps(counted),
    )  # fmt: skip


def _tell_lines(builder: Builder) -> Names:
    """The names of all that is chosen in any of them: one query for each kind of thing."""
    rows = [one for one in builder if isinstance(one, Row) and one.name]
    lines = [read(one.stored()) for one in rows]
    names = names_in(*lines)
    for row, line in zip(rows, lines, strict=True):
        row.told = leaf_told(line, names) if isinstance(line, Leaf) else ""
    return names


def _warned(builder: Builder, tree: Node, names: Names, own: int | None) -> list[str]:
    """What is wrong goes to its line; what is wrong with the whole is given back."""
    places, whole = builder.places(), list[str]()
    for one in Lint(tree, names, all_known(), own).warnings():
        node = places.get(one.path, builder.root)
        if node is builder.root:
            whole.append(one.text)
        else:
            node.warnings.append(one.text)
    return whole


def number_told_of(counted: Counted) -> str:
    """How many, as surely as it is known."""
    told = ngettext("%(n)s person", "%(n)s people", counted.people) % {"n": number_told(counted.people)}
    if counted.is_live:
        return _("up to %(people)s") % {"people": told}
    return _("about %(people)s") % {"people": told} if counted.error is not None else told


def _more(counted: Counted) -> str:
    if counted.is_live:
        return _("Who of them is meant is decided on each visit.")
    if counted.error is not None:
        return _("Counted on a part of all people: give or take %(n)s.") % {"n": number_told(counted.error)}
    return ""


def _shares(counted: Counted) -> list[Share]:
    parts = (
        (_("%(share)s %% of all people"), counted.share),
        (_("%(share)s %% of what all people paid"), counted.share_of_revenue),
    )
    told = ((words, round(100 * part, 1)) for words, part in parts)
    return [Share(words % {"share": number_format(percent, 1)}, percent) for words, percent in told]


def _people(counted: Counted, *, reader: Any, now: datetime) -> list[Line]:
    profiles = Profile.objects.in_bulk(counted.sample)
    called = names_told(counted.sample, may_see=may_see_accounts(reader))
    return [Line(called[one], _met(profiles[one], now=now)) for one in counted.sample if one in profiles]


def _met(profile: Profile, *, now: datetime) -> str:
    orders = ngettext("%(n)s order", "%(n)s orders", profile.orders) % {"n": number_told(profile.orders)}
    return _("%(orders)s, seen %(when)s") % {"orders": orders, "when": ago(profile.last_seen_at, now=now)}


def _overlaps(counted: Counted) -> list[Line]:
    others = Segment.objects.in_bulk([one.segment_id for one in counted.overlaps])
    users = used_by(list(others.values()))
    return [
        _shared(one, others[one.segment_id].name, counted, users[one.segment_id])
        for one in counted.overlaps if one.segment_id in others
    ]  # fmt: skip


def _shared(overlap: Overlap, name: str, counted: Counted, users: Sequence[Use]) -> Line:
    part = number_told(round(100 * overlap.people / counted.people) if counted.people else 0)
    about = "" if overlap.is_exact else "≈ "
    told = _("%(n)s of them, %(share)s %%") % {"n": f"{about}{number_told(overlap.people)}", "share": part}
    url = reverse("admin:personalization_segment_page", args=[overlap.segment_id])
    return Line(name, told, url, _uses_told(users))


def _uses_told(users: Sequence[Use]) -> str:
    """What these people get already, by way of the other segment."""
    if not users:
        return ""
    named = list(dict.fromkeys(one.name for one in users))
    told = ", ".join(named[:MOST_USES])
    if len(named) > MOST_USES:
        told = _("%(names)s and %(n)s more") % {"names": told, "n": len(named) - MOST_USES}
    return _("used in: %(names)s") % {"names": told}
