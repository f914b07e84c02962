"""What the data set's types are called in the shop: `tables/goods.txt` with `tables/varieties.txt`."""

import functools
from dataclasses import dataclass

from shop_demo.data.words import table_lines, word_lists


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
        return word_lists("varieties.txt")[self.family] if self.family else ()

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
    for line in table_lines("goods.txt"):
        if line.startswith("["):
            category, aisle = line.strip("[]").split(" | ")
            continue
        kind, name, glyph, family, other_aisle = (*(part.strip() for part in line.split("|")), "", "")[:5]
        found[category, kind] = Good(name, glyph, family, other_aisle or aisle)
    return found
