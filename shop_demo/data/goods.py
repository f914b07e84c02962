"""What the data set's types are called in the shop: reads `tables/goods.txt` and `tables/varieties.txt`."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TABLES = Path(__file__).parent / "tables"


@dataclass(frozen=True)
class Good:
    """One type of goods: its name, where it stands, how it is drawn, and the varieties it comes in."""

    name: str
    glyph: str
    family: str
    aisle: str

    @property
    def varieties(self) -> tuple[str, ...]:
        """Words that tell products of this type apart; empty where the type has one kind only."""
        return varieties()[self.family] if self.family else ()

    def phrase(self, variety: str) -> str:
        """The name with the variety in its place."""
        if "{}" in self.name:
            return " ".join(self.name.format(variety).split())
        return f"{variety} {self.name}".strip()


@functools.cache
def goods() -> dict[tuple[str, str], Good]:
    """Every type that the shop sells, by the data set's category and type."""
    found: dict[tuple[str, str], Good] = {}
    category = aisle = ""
    for line in _lines("goods.txt"):
        if line.startswith("["):
            category, aisle = line.strip("[]").split(" | ")
            continue
        kind, name, glyph, family, other_aisle = (*(part.strip() for part in line.split("|")), "", "")[:5]
        found[category, kind] = Good(name, glyph, family, other_aisle or aisle)
    return found


@functools.cache
def varieties() -> dict[str, tuple[str, ...]]:
    """The invented varieties of each family, most usual first."""
    pairs = (line.split(":", 1) for line in _lines("varieties.txt"))
    return {family: tuple(word.strip() for word in words.split(",")) for family, words in pairs}


def _lines(name: str) -> Iterator[str]:
    for line in (TABLES / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line
