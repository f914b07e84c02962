"""Scorecards in the words of a shop owner."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization.recommend.scorecards.models import Scorecard
from personalization.recommend.strategies.strategy import strategies

SHOWINGS = 1000
TONES = {
    Scorecard.Status.WAITING: "wait",
    Scorecard.Status.RUNNING: "wait",
    Scorecard.Status.DONE: "good",
    Scorecard.Status.FAILED: "bad",
}


def name_told(name: str) -> str:
    """The strategy's own label; what comes next in a visit is none that a block could show."""
    if name in strategies:
        return str(strategies.get(name).label)
    return _("Next click") if name == "next_click" else name


def stage_told(card: Scorecard) -> str:
    """What the worker is at."""
    if card.status == Scorecard.Status.WAITING:
        return _("waiting for the worker")
    stages = {
        "read": _("reading the log"),
        "practice": _("practising on earlier weeks"),
        "item2vec": _("learning from what was before"),
        "experts": _("learning from what was before"),
        "judging": _("asking about the days held out"),
    }
    return stages.get(card.stage, "")


def asker_told(card: Scorecard) -> str:
    """A person by name, or what asks by itself."""
    return _("the weekly schedule") if card.asked_by == "schedule" else card.asked_by or _("somebody who left")


def kind_told(kind: str) -> str:
    """What the questions were."""
    return {
        "people": _("shoppers’ next baskets"),
        "novel": _("shoppers’ first-time buys"),
        "products": _("products and the rest of their basket"),
        "baskets": _("baskets with one product hidden"),
        "visits": _("visits and what was looked at next"),
    }.get(kind, kind)


def why_left_out(entry: Mapping[str, Any]) -> str:
    """Why there are no figures."""
    if entry["why"] == "few_cases":
        told = ngettext(
            "Too little happened in the days held out: %(n)s case, 20 are needed.",
            "Too little happened in the days held out: %(n)s cases, 20 are needed.",
            entry["cases"],
        )
        needs = _("It is judged by what visitors looked at next.") if entry["kind"] == "visits" else ""
        return f"{told % {'n': entry['cases']}} {needs}".strip()
    return _("The history does not tell what it would have shown.")


def sentence(entry: Mapping[str, Any]) -> str:
    """Hit rate for an owner: of a thousand, so many."""
    figures = entry["figures"]["hit_rate"]
    words = {
        "ours": _of_a_thousand(figures["ours"]["mean"]),
        "best": _of_a_thousand(figures["best"]["mean"]),
        "k": entry["k"],
    }
    told = {
        "people": _(
            "Of 1,000 shoppers %(ours)s find something they then bought among %(k)s; with best sellers %(best)s."
        ),
        "novel": _(
            "Of 1,000 shoppers %(ours)s find something new they then bought among %(k)s; with best sellers %(best)s."
        ),
        "products": _(
            "Beside 1,000 products %(ours)s lists of %(k)s hold something of the same basket; "
            "with best sellers %(best)s."
        ),
        "baskets": _("Of 1,000 baskets %(ours)s find the missing product among %(k)s; with best sellers %(best)s."),
        "visits": _("Of 1,000 looks %(ours)s find the next one among %(k)s; with best sellers %(best)s."),
    }[entry["kind"]]
    return told % words


def verdict(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Tone and word: whether the difference is more than chance."""
    if entry.get("name") == "bestsellers":
        return "off", _("the measure itself")
    difference = entry["figures"]["hit_rate"]["difference"]
    if difference["low"] > 0:
        return "good", _("better than best sellers")
    if difference["high"] < 0:
        return "bad", _("worse than best sellers")
    return "wait", _("no clear difference")


def figure_name(name: str) -> str:
    """A figure's name."""
    return {
        "hit_rate": _("Hit rate"),
        "ndcg": _("Order (NDCG)"),
        "coverage": _("Range of goods"),
        "novelty": _("Novelty"),
        "revenue": _("Revenue per 1,000 showings"),
    }.get(name, name)


def figure_told(name: str, value: float) -> str:
    """A figure in its unit."""
    if name in ("hit_rate", "coverage"):
        return _("%(n)s %%") % {"n": number_format(round(value * 100, 1), decimal_pos=1)}
    if name == "novelty":
        return _("%(n)s bits") % {"n": number_format(round(value, 1), decimal_pos=1)}
    if name == "revenue":
        return number_format(round(value), force_grouping=True)
    return number_format(round(value, 3), decimal_pos=3)


def difference_told(name: str, value: float) -> str:
    """A difference with its sign; of percents, in points."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    if name in ("hit_rate", "coverage"):
        return _("%(n)s points") % {"n": sign + number_format(round(abs(value) * 100, 1), decimal_pos=1)}
    return sign + figure_told(name, abs(value))


def _of_a_thousand(share: float) -> str:
    return number_format(round(share * SHOWINGS), force_grouping=True)
