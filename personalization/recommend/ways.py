"""How a training run puts goods in order, and why in this way, in the words of a shop owner."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from personalization.jobs.back_office import NOTHING
from personalization.recommend.models import TrainingRun

LISTS = {
    "next": gettext_noop("For you"),
    "novel": gettext_noop("Something new"),
    "together": gettext_noop("Bought together"),
    "clicks": gettext_noop("Next click"),
}
KINDS = {
    "prior": gettext_noop("the mean of all that is known, each counting the same"),
    "popular alone": gettext_noop("what sells"),
    "habit alone": gettext_noop("habit"),
    "company alone": gettext_noop("common baskets"),
    "linear": gettext_noop("a weighted sum"),
    "trees": gettext_noop("decision trees"),
    "mixed": gettext_noop("decision trees and a weighted sum"),
    "ranker": gettext_noop("a learned ranking"),
    "ranker and chances": gettext_noop("a learned ranking and chances of a purchase"),
    "logistic regression": gettext_noop("a weighted sum"),
    "priors": gettext_noop("weights that suit most shops"),
    "visits": gettext_noop("what visits looked at"),
    "baskets": gettext_noop("what was bought"),
}
WHYS = {
    "the ranker was best on the newest weeks": gettext_noop("it was the best on the newest weeks"),
    "a simpler blend ranked the newest weeks better": gettext_noop("it was better on the newest weeks than a ranking"),
    "too few purchases in the weeks held out": gettext_noop("the newest weeks have too few purchases to learn weights"),
    "too few purchases for a ranker": gettext_noop("the newest weeks have too few purchases for a ranking"),
    "the older weeks held out tell nothing apart": gettext_noop("the weeks before tell nothing apart"),
    "no past to practise on": gettext_noop("the shop is too young to practise on its past"),
    "practice is switched off": gettext_noop("practice is switched off"),
}
NO_LIGHTGBM = re.compile(r"LightGBM cannot be used here: (?P<error>.*)", re.DOTALL)
FEW_VISITS = re.compile(r"not enough visits \((?P<found>\d+) of (?P<needed>\d+)\)")


def ways_told(run: TrainingRun) -> SafeString:
    """A line for each list: what puts it in order, and why that."""
    lines = [(_(LISTS[name]), *_told(story)) for name, story in _stories(run.facts)]
    if found := run.facts.get("searched"):
        lines.append((_("Fading of interest"), _pace(float(found["pace"])), _tried(found)))
    return format_html_join("", '<p><strong>{}</strong>: {}<span class="pz-under">{}</span></p>', lines) or format_html(
        "{}", NOTHING
    )


def _pace(pace: float) -> str:
    if pace == 1.0:
        return _("as fast as in most shops")
    number = f"{pace if pace > 1.0 else 1.0 / pace:.0f}"
    if pace > 1.0:
        return _("%(n)s times as slow as in most shops") % {"n": number}
    return _("%(n)s times as fast as in most shops") % {"n": number}


def _tried(found: Mapping[str, Any]) -> str:
    tried = len(found.get("marks", {}).get("pace", ()))
    told = ngettext(
        "%(n)s pace was tried on the shop's own past.", "%(n)s paces were tried on the shop's own past.", tried
    )
    return told % {"n": tried} if tried else _("the past of the shop is too short to tell, or there was no time")


def left_out_told(run: TrainingRun) -> str:
    """What was cut down so that learning stays within its time."""
    steps = run.facts.get("plan", {}).get("steps", ())
    told = ngettext(
        "%(n)s part of the practice was cut down to stay within the time.",
        "%(n)s parts of the practice were cut down to stay within the time.",
        len(steps),
    )
    return told % {"n": len(steps)} if steps else _("nothing")


def _stories(facts: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    stories = {**facts.get("blends", {}), "clicks": facts.get("clicks", {})}
    yield from ((name, stories[name]) for name in LISTS if stories.get(name, {}).get("kind"))


def _told(story: Mapping[str, Any]) -> tuple[str, str]:
    kind, why = str(story["kind"]), str(story.get("why", ""))
    return _(KINDS[kind]) if kind in KINDS else kind, _why(why)


def _why(why: str) -> str:
    if why in WHYS:
        return _(WHYS[why])
    if missing := NO_LIGHTGBM.match(why):
        return _("LightGBM cannot be used on the worker's machine: %(error)s") % missing.groupdict()
    if few := FEW_VISITS.match(why):
        return _("only %(found)s visits are known, %(needed)s are needed") % few.groupdict()
    return why
