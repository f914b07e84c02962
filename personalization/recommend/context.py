"""All that a choice may depend on, gathered at the edge and frozen: below it nobody sees a request."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from personalization.events.history import History
from personalization.events.person import STRANGER, Person
from personalization.people.preferences import Preferences
from personalization.recommend.tables import Tables
from personalization.shop import Buying


def in_no_segment(segment_ids: Iterable[int]) -> bool:
    """The answer where nobody can say more."""
    return False


@dataclass(frozen=True)
class Context:
    """One shopper, at one moment, on one page."""

    buying: Buying
    now: datetime
    person: Person = STRANGER
    history: History = field(default_factory=History)
    # What this person told us: obeyed by every strategy.
    preferences: Preferences = field(default_factory=Preferences)
    basket_ids: tuple[int, ...] = ()
    product_id: int | None = None
    category_id: int | None = None
    # What the blocks above have shown already.
    shown_ids: frozenset[int] = frozenset()
    # Where the shopper is, as the shop or the shopper says; empty where nobody does.
    region: str = ""
    # What is searched for on this page.
    search: str = ""
    tables: Tables = field(default_factory=Tables)
    # How often this person has seen each product without a click; asked only by a block that makes use of it.
    unclicked: Callable[[], Mapping[int, int]] = dict
    # Any of these segments holds this person; asked only by a rule about segments. Never raises.
    is_in: Callable[[Iterable[int]], bool] = in_no_segment
