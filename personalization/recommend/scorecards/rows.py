"""A scorecard as a table: one row for each strategy or block and each figure."""

from collections.abc import Iterator, Mapping
from typing import Any

COLUMNS = (
    "what", "name", "kind", "cases", "k", "figure", "ours", "ours_low", "ours_high", "best_sellers",
    "best_sellers_low", "best_sellers_high", "difference", "difference_low", "difference_high",
)  # fmt: skip
# PostgreSQL keeps no order of names: this is the one in which figures are told.
FIGURES = ("hit_rate", "ndcg", "revenue", "coverage", "novelty")
SIDES = ("ours", "best", "difference")


def told_in_order(entry: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The figures of an entry that there are, in order."""
    figures = entry.get("figures", {})
    return [(name, figures[name]) for name in FIGURES if name in figures]


def rows_of(result: Mapping[str, Any]) -> Iterator[list[object]]:
    """The header, then the figures."""
    yield list(COLUMNS)
    for what, entries in (("strategy", result.get("strategies", [])), ("block", result.get("blocks", []))):
        for entry in entries:
            name = entry["name"] if what == "strategy" else f"{entry['slot']}: {entry['heading']}"
            for figure, sides in told_in_order(entry):
                told = [sides[side][part] for side in SIDES for part in ("mean", "low", "high")]
                yield [what, name, entry["kind"], entry["cases"], entry["k"], figure, *told]
