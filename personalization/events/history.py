"""The only reader of the log on a page: what this person did lately."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from personalization.conf import conf
from personalization.events.identifiers import first_id
from personalization.events.person import Person


@dataclass(frozen=True)
class Happening:
    """One thing a person did with one product."""

    kind: str
    product_id: int
    happened_at: datetime
    quantity: int


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


# Ordered walks, each backwards over one index and stopping early, whatever the size of the log. One visitor at a time:
# of several at once the planner expects so much that it rather walks through the whole log. And with an end: only then
# it knows that none of the rows can be in the partition for what falls outside of the months, and takes these one after
# another, newest first, instead of looking into all of them.
_WALK = """
SELECT id, kind, product_id, happened_at, quantity FROM personalization_event
 WHERE {whose} AND id >= %(oldest)s AND id < %(newest)s AND product_id IS NOT NULL AND kind = ANY(%(kinds)s)
 ORDER BY id DESC LIMIT %(limit)s
"""
_OF_STRANGER = _WALK.format(whose="visitor_id = %(visitor)s AND user_id IS NULL")
# A visitor's events count for an account only if no other account made them: two people may share a browser.
# An account that has said no on any of its devices has no history anywhere.
_OF_ACCOUNT = f"""
WITH refused AS MATERIALIZED (
    SELECT FROM personalization_accountconsent WHERE user_id = %(user)s AND NOT 'personalization' = ANY(purposes)
), devices AS MATERIALIZED (
    SELECT id FROM personalization_visitor WHERE user_id = %(user)s UNION SELECT %(visitor)s::uuid
)
(SELECT NULL::uuid AS id, 'refused' AS kind, 0::bigint AS product_id, now() AS happened_at, 0 AS quantity FROM refused)
UNION
({_WALK.format(whose="user_id = %(user)s AND NOT EXISTS (SELECT FROM refused)")})
UNION
(SELECT walked.* FROM devices CROSS JOIN LATERAL ({
    _WALK.format(
        whose="visitor_id = devices.id AND (user_id IS NULL OR user_id = %(user)s) AND NOT EXISTS (SELECT FROM refused)"
    )
}) AS walked)
ORDER BY id DESC LIMIT %(limit)s
"""  # noqa: S608 - words of our own

REFUSED = "refused"
DEEDS = ("product_viewed", "basket_added", "purchased", "wishlist_added", "stock_alert_asked")
# The clocks of two servers differ by less.
AHEAD = timedelta(days=1)


def recent(person: Person, *, now: datetime) -> History:
    """The latest views, wishes, basket additions and purchases of a person, over all of their devices: one query."""
    if not person.is_known:
        return History()
    values = {
        "user": person.user_id,
        "visitor": person.visitor_id or uuid.UUID(int=0),
        "oldest": first_id(now - timedelta(days=conf.HISTORY_DAYS)),
        "newest": first_id(now + AHEAD),
        "kinds": list(DEEDS),
        "limit": conf.HISTORY_EVENTS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OF_STRANGER if person.user_id is None else _OF_ACCOUNT, values)
        rows = cursor.fetchall()
    if any(kind == REFUSED for _, kind, *_ in rows):
        return History(is_refused=True)
    return History(tuple(Happening(kind, product, at, quantity or 1) for _, kind, product, at, quantity in rows))
