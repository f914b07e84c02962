"""Whom a block is for, in words: for the sentence, for what is wrong, and for whom it is not shown to."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization.campaigns.audience import Audience
from personalization.campaigns.campaign import Campaign
from personalization.jobs.back_office import number_told
from personalization.people.segments.models import Segment

Known = Mapping[int, Segment]


def segments_in(campaigns: Iterable[Campaign]) -> Known:
    """The segments that these name: one query, and none where nobody names any."""
    wanted = {one for campaign in campaigns for one in campaign.for_whom.segment_ids}
    return Segment.objects.only("name", "size", "is_live", "is_active").in_bulk(wanted) if wanted else {}


def audience_told(audience: Audience, known: Known) -> str:
    """A sentence, with how many people these are today; nothing for everybody."""
    if audience.is_everybody:
        return ""
    words = {"among": _named(audience.among, known, _counted), "but": _named(audience.but, known, _called)}
    if not audience.but:
        return _("Only people in %(among)s see it.") % words
    if not audience.among:
        return _("Everybody sees it but people in %(but)s.") % words
    return _("Only people in %(among)s see it, but not those in %(but)s.") % words


def audience_problems(audience: Audience, known: Known) -> list[str]:
    """What is wrong with the segments that it names, and what to do."""
    found = []
    if any(one not in known for one in audience.segment_ids):
        found.append(_("A segment that it is for, or not for, is gone: choose another, or take it out."))
    away = [known[one] for one in audience.segment_ids if one in known and not known[one].is_active]
    for one in away:
        found.append(
            _("The segment “%(name)s” is put away and holds nobody: take it into use, or choose another.")
            % {"name": one.name}
        )
    return found


def not_shown_told(audience: Audience, known: Known, is_in: Callable[[Iterable[int]], bool], *, who: str) -> str:
    """Why this shopper would not see the block; nothing if they would."""
    if audience.has(is_in):
        return ""
    against = [one for one in audience.but if is_in([one])]
    if against:
        told = _("%(who)s would not see this block: it is not for people in %(but)s.")
        return told % {"who": who, "but": _named(against, known, _called)}
    told = _("%(who)s would not see this block: it is only for people in %(among)s.")
    told %= {"who": who, "among": _named(audience.among, known, _called)}
    live = [one for one in audience.among if one in known and known[one].is_live]
    if live:
        told += " " + _("Who is in %(live)s is decided on each visit, and nobody is on one here.") % {
            "live": _named(live, known, _called)
        }
    return told


def _named(ids: Sequence[int], known: Known, tell: Callable[[Segment], str]) -> str:
    return _(" or ").join(tell(known[one]) if one in known else f"#{one}" for one in ids)


def _called(segment: Segment) -> str:
    return _("“%(title)s”") % {"title": segment.name}


def _counted(segment: Segment) -> str:
    if segment.size is None:
        return _called(segment)
    people = ngettext("%(n)s person", "%(n)s people", segment.size) % {"n": number_told(segment.size)}
    return f"{_called(segment)} ({people})"
