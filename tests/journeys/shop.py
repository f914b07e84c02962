"""What a story needs to know about the running shop, asked of its database."""

from dataclasses import dataclass
from typing import Any

import psycopg


@dataclass(frozen=True)
class Shop:
    """A served shop and a look into its database."""

    address: str
    database: psycopg.Connection
    env: dict[str, str]

    def rows(self, query: str, *values: Any) -> list[tuple]:
        """What the database answers."""
        return self.database.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> Any:
        """The first value of the first row."""
        return self.rows(query, *values)[0][0]


def block(page: Any, place: str) -> Any:
    """The section of a place of the page."""
    return page.locator(f"section.pz-block[id^='pz-{place}']")


def product_ids(section: Any) -> list[int]:
    """The products that a block shows, in order."""
    return [
        int(value)
        for value in section.locator("[data-pz-product]").evaluate_all("all => all.map(one => one.dataset.pzProduct)")
    ]
