"""All that the page of a scorecard shows, ready for its template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from personalization.recommend.scorecards import wording
from personalization.recommend.scorecards.picture import Picture, picture_of, top_of
from personalization.recommend.scorecards.rows import told_in_order

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """One figure in the table: ours, best sellers', the difference, each with its range."""

    name: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Entry:
    """One strategy or block."""

    title: str
    under: str
    tone: str
    verdict: str
    sentence: str
    picture: Picture | None
    lines: tuple[Line, ...]
    money: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class CardPage:
    """The whole of it."""

    period: str
    facts: str
    strategies: list[Entry]
    blocks: list[Entry]
    left_out: list[tuple[str, str]]


def page_of(result: Mapping[str, Any]) -> CardPage:
    """A stored result in words and pictures."""
    entries = [*result["strategies"], *result["blocks"]]
    top = top_of("hit_rate", entries)
    facts = result["facts"]
    words = {name: number_format(facts[name], force_grouping=True) for name in ("lines", "shoppers", "products")}
    return CardPage(
        period=_("%(since)s to %(until)s")
        % {"since": _day(result["cut"]), "until": _day(float(result["cut"]) + float(result["days"]))},
        facts=_("%(lines)s order lines, %(shoppers)s shoppers, %(products)s products") % words,
        strategies=[_entry(one, wording.name_told(one["name"]), "", top) for one in result["strategies"]],
        blocks=[_entry(one, one["heading"], one["slot"], top) for one in result["blocks"]],
        left_out=[(wording.name_told(one["name"]), wording.why_left_out(one)) for one in result["left_out"]],
    )


def _entry(entry: Mapping[str, Any], title: str, slot: str, top: float) -> Entry:
    notes = tuple(_("Not judged: %(what)s.") % {"what": one} for one in entry.get("unjudged", ()))
    under = " · ".join(part for part in (slot, wording.name_told(entry["strategy"]) if slot else "") if part)
    if "figures" not in entry:
        return Entry(title, under, "off", _("not judged"), wording.why_left_out(entry), None, (), "", ())
    tone, verdict = wording.verdict(entry)
    figures = entry["figures"]
    return Entry(
        title=title,
        under=under,
        tone=tone,
        verdict=verdict,
        sentence=wording.sentence(entry),
        picture=picture_of("hit_rate", figures["hit_rate"], top=top),
        lines=tuple(_line(name, sides) for name, sides in told_in_order(entry)),
        money=_money(entry["total"]),
        notes=notes,
    )


def _line(name: str, sides: Mapping[str, Any]) -> Line:
    told = [
        tuple(how(name, sides[side][part]) for part in ("mean", "low", "high"))
        for side, how in (
            ("ours", wording.figure_told), ("best", wording.figure_told), ("difference", wording.difference_told)
        )
    ]  # fmt: skip
    return Line(wording.figure_name(name), tuple((mean, _range(low, high)) for mean, low, high in told))


def _range(low: str, high: str) -> str:
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def _money(total: Mapping[str, float]) -> str:
    if not total["spent"]:
        return ""
    words = {name: number_format(round(value), force_grouping=True) for name, value in total.items()}
    return _("Of %(spent)s spent, these lists would have shown goods for %(ours)s; best sellers for %(best)s.") % words


def _day(day: float) -> str:
    return date_format(EPOCH + timedelta(days=float(day)), "j M Y")
