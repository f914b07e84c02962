"""Does a strategy read what training wrote? It is asked once, with tables that only note what is looked up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from personalization.events.history import Happening, History
from personalization.events.person import Person
from personalization.guard import guarded
from personalization.recommend.bundles.models import Bundle
from personalization.recommend.context import Context
from personalization.recommend.strategies.strategy import strategies
from personalization.recommend.tables import WHOLE_LIST, Asked, Listed, Neighbour, Place, Tables
from personalization.shop import Buying

NOBODY, LONG_AGO = 0, datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class _NotingTables(Tables):
    was_asked: bool = False

    def neighbours(self, relation: str, product_ids: Sequence[int], *, most: int = WHOLE_LIST) -> list[Neighbour]:
        self.was_asked = True
        return []

    def shopper_list(self, user_id: int | None, *, task: str = "") -> list[Listed]:
        self.was_asked = True
        return []

    def read_ahead(self, user_id: int | None, *, first: Asked, otherwise: Asked) -> None:
        self.was_asked = True

    def bundle(self, product_id: int) -> Bundle | None:
        self.was_asked = True
        return None

    def lists(self, *, measure: str, period: str, places: Sequence[Place]) -> dict[Place, list[int]]:
        return {one: [] for one in places}

    def groups(self, user_id: int | None) -> list[str]:
        return []


@cache
def reads_model(strategy: str) -> bool:
    """Whether this strategy has something of its own to say only while a trained model is served."""
    if strategy not in strategies:
        return False
    tables = _NotingTables()
    context = Context(
        buying=Buying(None),
        now=LONG_AGO,
        person=Person(user_id=NOBODY),
        history=History((Happening("product_viewed", NOBODY, LONG_AGO, 1),)),
        basket_ids=(NOBODY,),
        product_id=NOBODY,
        tables=tables,
    )
    asked = strategies.get(strategy)
    guarded(lambda: asked.candidates(context, asked.defaults()), doing=f"asking what {strategy} reads", fallback=None)
    return tables.was_asked
