"""A scorecard for a terminal: a few lines for each strategy and block."""

from collections.abc import Iterator, Mapping
from typing import Any

from personalization.recommend.scorecards.rows import told_in_order
from personalization.recommend.scorecards.wording import kind_told, name_told, why_left_out

NAMES = {"hit_rate": "hit rate, %", "ndcg": "NDCG", "coverage": "coverage, %", "novelty": "novelty, bits",
         "revenue": "revenue per 1,000 showings"}  # fmt: skip
IN_PERCENT = ("hit_rate", "coverage")
WIDTH, WIDEST = 28, 32


def told_lines(card: Mapping[str, Any]) -> Iterator[str]:
    """What was measured on, then each strategy and block, then what was left out and why."""
    facts = card["facts"]
    yield (
        f"{facts['lines']:,} lines, {facts['shoppers']:,} shoppers, {facts['products']:,} products; "
        f"asked about the last {card['days']:g} days ({facts['held_out']:,} lines), learned from what was before."
    )
    for entry in card["strategies"]:
        yield from _entry(entry, name_told(entry["name"]))
    for entry in card["blocks"]:
        title = f"Block {entry['slot']}: {entry['heading']}"
        if "figures" in entry:
            yield from _entry(entry, title)
            yield from (f"  not judged: {one}" for one in entry["unjudged"])
        else:
            yield f"\n{title}: {why_left_out(entry)}"
    if card["left_out"]:
        yield "\nLeft out:"
        yield from (f"  {name_told(one['name'])}: {why_left_out(one)}" for one in card["left_out"])


def _entry(entry: Mapping[str, Any], title: str) -> Iterator[str]:
    yield f"\n{title}: {entry['cases']:,} {kind_told(entry['kind'])}, lists of {entry['k']}"
    rows = [("", "ours", "best sellers", "difference")] + [
        (
            NAMES[name],
            _cell(name, sides["ours"]),
            _cell(name, sides["best"]),
            _cell(name, sides["difference"], sign="+"),
        )
        for name, sides in told_in_order(entry)
    ]
    ours, best = (max(WIDEST, *(len(row[place]) for row in rows)) for place in (1, 2))
    for row in rows:
        yield f"  {row[0]:<{WIDTH}}{row[1]:<{ours}}  {row[2]:<{best}}  {row[3]}"
    total = entry["total"]
    if not total["spent"]:
        return
    shown = f"the lists would have shown {total['ours']:,.2f}; best sellers {total['best']:,.2f}"
    yield f"  of {total['spent']:,.2f} spent {shown}"


def _cell(name: str, one: Mapping[str, float], *, sign: str = "") -> str:
    times, digits = (100, 1) if name in IN_PERCENT else (1, 4 if name == "ndcg" else 2)
    mean, low, high = (f"{one[part] * times:{sign},.{digits}f}" for part in ("mean", "low", "high"))
    return f"{mean} ({low} to {high})"
