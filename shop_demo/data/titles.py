"""Gives every product a title of its own: brand, variety, name and size, as it would stand on a shelf label."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from shop_demo.data.brands import brand_name
from shop_demo.data.departments import DEPARTMENT_OF, FRESH
from shop_demo.data.goods import Good, goods
from shop_demo.data.sizes import readable
from shop_demo.data.words import word_lists

MOST_VARIANTS = 4
Row = Any  # a row of the products table, as itertuples() gives it


@dataclass(frozen=True)
class Named:
    """A product as the shop shows it; `parent` is the title it shares with its other sizes, if any."""

    product_id: int
    title: str
    parent: str
    brand: str
    variety: str
    size: str
    good: Good

    @property
    def department(self) -> str:
        """The department of its aisle."""
        return DEPARTMENT_OF[self.good.aisle]

    @property
    def description(self) -> str:
        """Two sentences made of what is known."""
        pack = f" in a pack of {self.size}" if self.size else ""
        what = self.good.phrase(self.variety)
        return f"{_capital(what)} by {self.brand}{pack}. You find it in {self.department}, under {self.good.aisle}."


def name_products(products: pd.DataFrame) -> list[Named]:
    """Names for a table of products, best-selling first: the better it sells, the plainer its name."""
    taken: set[str] = set()
    named: list[Named] = []
    for (category, kind, _), rows in products.groupby(
        ["product_category", "product_type", "manufacturer_id"], sort=False
    ):
        good = goods()[category, kind]
        named.extend(_name_line(good, list(rows.itertuples(index=False)), taken))
    return named


def _name_line(good: Good, rows: list[Row], taken: set[str]) -> Iterator[Named]:
    """All products of one type by one manufacturer."""
    is_fresh = good.aisle in FRESH
    words = _turned(good.varieties, by=int(rows[0].manufacturer_id))
    shared, single = _sizes_apart(good, rows, is_fresh=is_fresh)
    for place, group in enumerate([shared, *([row] for row in single)] if shared else [[row] for row in single]):
        variety = words[place % len(words)] if words else ""
        yield from _name_group(good, group, variety, taken, is_fresh=is_fresh)


def _name_group(good: Good, group: list[Row], variety: str, taken: set[str], *, is_fresh: bool) -> Iterator[Named]:
    """One thing in one or several sizes."""
    first = group[0]
    brand = brand_name(int(first.manufacturer_id), is_own=first.brand == "Private")
    sizes = [readable(row.package_size or "", is_fresh=is_fresh) for row in group]
    for words in _wordings(good.phrase(variety), brand, is_fresh=is_fresh):
        titles = [f"{words}, {size}" if size else words for size in sizes]
        if not taken.intersection([*titles, words] if len(group) > 1 else titles):
            break
    taken.update([*titles, words])
    parent = words if len(group) > 1 else ""
    for row, title, size in zip(group, titles, sizes, strict=True):
        yield Named(int(row.product_id), title, parent, brand, variety, size, good)


def _wordings(phrase: str, brand: str, *, is_fresh: bool) -> Iterator[str]:
    if is_fresh:
        yield _capital(phrase)
    yield f"{brand} {phrase}"
    for word in word_lists("naming.txt")["plain"]:
        yield f"{brand} {word} {phrase}"


def _sizes_apart(good: Good, rows: list[Row], *, is_fresh: bool) -> tuple[list[Row], list[Row]]:
    """Rows that become variants of one product, and the rest."""
    if good.family not in word_lists("naming.txt")["sized"]:
        return [], rows
    best: dict[str, Row] = {}
    for row in rows:
        size = readable(row.package_size or "", is_fresh=is_fresh)
        if size and len(best) < MOST_VARIANTS:
            best.setdefault(size, row)
    shared = list(best.values())
    return (shared, [row for row in rows if row not in shared]) if len(shared) > 1 else ([], rows)


def _turned(words: tuple[str, ...], *, by: int) -> tuple[str, ...]:
    start = by % min(len(words), 4) if words else 0
    return words[start:] + words[:start]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def by_parent(named: list[Named]) -> dict[str, list[Named]]:
    """The products that share a title with other sizes of themselves, by that title."""
    found: dict[str, list[Named]] = defaultdict(list)
    for product in named:
        if product.parent:
            found[product.parent].append(product)
    return dict(found)
