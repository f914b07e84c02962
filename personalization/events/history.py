"""The only reader of the log on a page: what this person did lately."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from personalization.conf import conf
from personalization.events.identifiers import first_id
from personalization.events.person import Person
from personalization.events.visit import WINDOW


@dataclass(frozen=True)
class Happening:
    """One thing a person did with one product."""

    kind: str
    product_id: int
    happened_at: datetime
    quantity: int
    # Which of several variants it was.
    variant_id: int | None = None


@dataclass(frozen=True)
class History:
    """What a person did, newest first."""

    happenings: tuple[Happening, ...] = ()
    # The account has said no to being known, perhaps on another device.
    is_refused: bool = False

    def products(self, *kinds: str, since: datetime | None = None) -> tuple[int, ...]:
        """The products of those kinds of event, newest first, each once."""
        wanted = (one for one in self.happenings if one.kind in kinds and (since is None or one.happened_at >= since))
        return tuple(dict.fromkeys(one.product_id for one in wanted))

    def visit_began(self, now: datetime) -> datetime:
        """When the visit in hand began, by the deeds that are known: none of them half an hour after the one before."""
        began = now
        for one in self.happenings:
            if began - one.happened_at >= WINDOW:
                break
            began = min(began, one.happened_at)
        return began

    def variants(self) -> tuple[int, ...]:
        """The variants that were bought or put into a basket, those taken most often first, then the newest."""
        taken = Counter(one.variant_id for one in self.happenings if one.kind in TAKEN and one.variant_id)
        return tuple(variant_id for variant_id, _ in taken.most_common() if variant_id)


# The migration `0014_history` makes this function: planning takes longer than reading, and so is done only once.
_HISTORY = """
SELECT kind, product_id, happened_at, quantity, variant_id
FROM personalization_history(%s, %s, %s, %s, %s, %s, %s)
"""

REFUSED = "refused"
TAKEN = ("basket_added", "purchased")
DEEDS = ("product_viewed", "basket_added", "purchased", "wishlist_added", "stock_alert_asked")
# The clocks of two servers differ by less.
AHEAD = timedelta(days=1)
# Two months of the log at the most.
LATELY = timedelta(days=27)


def recent(person: Person, *, now: datetime) -> History:
    """The latest views, wishes, basket additions and purchases of a person, over all of their devices: one query."""
    if not person.is_known:
        return History()
    oldest, lately = now - timedelta(days=conf.HISTORY_DAYS), now - LATELY
    span = [first_id(moment) for moment in (oldest, max(oldest, lately), now + AHEAD)]
    values = [person.visitor_id or uuid.UUID(int=0), person.user_id, *span, list(DEEDS), conf.HISTORY_EVENTS]
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, values)
        rows = cursor.fetchall()
    if any(kind == REFUSED for kind, *_ in rows):
        return History(is_refused=True)
    return History(
        tuple(Happening(kind, product, at, number or 1, variant) for kind, product, at, number, variant in rows)
    )
