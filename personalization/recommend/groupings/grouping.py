"""The contract of a grouping: which shoppers are alike, and what such a group is called."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db import connection, transaction
from django.utils.functional import Promise

from personalization.recommend.lists.models import ShopperGroup
from personalization.registry import Registry

# A group of a few is none: its list would tell what they bought.
LEAST_SHOPPERS = 20

# Behind a grouping's own `grouped (user_id, key, parts)`: who is in no group any more leaves, the others are kept.
_KEEP = """
, gone AS (
    DELETE FROM personalization_shoppergroup AS known WHERE grouping = %(grouping)s AND NOT EXISTS (
        SELECT FROM grouped WHERE grouped.user_id = known.user_id)
), written AS (
    INSERT INTO personalization_shoppergroup AS known (user_id, grouping, key, parts, grouped_at)
    SELECT user_id, %(grouping)s, key, parts, %(now)s FROM grouped ORDER BY user_id
    ON CONFLICT (user_id, grouping) DO UPDATE SET
        key = excluded.key, parts = excluded.parts, grouped_at = excluded.grouped_at
    RETURNING 1
)
SELECT count(*) FROM written
"""

# Who was erased or has said no is in no group, and leaves the one that a statement on its way has put them into.
_LEAVE = """
DELETE FROM personalization_shoppergroup AS one WHERE EXISTS (
    SELECT FROM personalization_erasure AS gone
    WHERE gone.subject = sha256(convert_to('account:' || one.user_id, 'UTF8')) AND gone.erased_at >= one.grouped_at
) OR EXISTS (
    SELECT FROM personalization_accountconsent AS said
    WHERE said.user_id = one.user_id AND NOT 'personalization' = ANY(said.purposes)
) OR EXISTS (
    SELECT FROM personalization_erasure AS gone
    WHERE gone.subject = sha256(convert_to('account:' || one.user_id, 'UTF8')) AND NOT EXISTS (
        SELECT FROM personalization_accountconsent AS anew WHERE anew.user_id = one.user_id))
"""


class Grouping:
    """A way to say who is alike. One file and one registration: its groups have best-seller lists from then on.

    `name` is stored (at most 32 letters) and never renamed. An account is in one group of a grouping, or in none.
    """

    name: ClassVar[str]
    label: ClassVar[str | Promise]

    def assign(self, *, now: datetime) -> int:
        """Puts accounts into groups, set by set; gives how many accounts are in one."""
        raise NotImplementedError

    @transaction.atomic
    def keep(self, grouped: str, values: Mapping[str, Any], *, now: datetime) -> int:
        """Keeps what a statement has found; its last part is `grouped (user_id, key, parts)`, read more than once."""
        with connection.cursor() as cursor:
            cursor.execute(grouped + _KEEP, {**values, "grouping": self.name, "now": now})
            return int(cursor.fetchone()[0])

    def told(self, parts: Mapping[str, Any]) -> str:
        """What the group of these parts is called, for the owner."""
        raise NotImplementedError


groupings: Registry[Grouping] = Registry("grouping")


def group_shoppers(*, now: datetime) -> dict[str, int]:
    """Works every grouping out again; what a grouping that is gone has left goes too."""
    ShopperGroup.objects.exclude(grouping__in=[one.name for one in groupings]).delete()
    grouped = sum(one.assign(now=now) for one in groupings)
    # After they are committed: an erasure that came in between found no row of theirs to delete.
    with connection.cursor() as cursor:
        cursor.execute(_LEAVE)
    return {"grouped": grouped}


def group_told(grouping: str, key: str) -> str:
    """What a group is called, for the owner."""
    parts = ShopperGroup.objects.filter(grouping=grouping, key=key).values_list("parts", flat=True).first()
    return groupings.get(grouping).told(parts) if parts and grouping in groupings else key


def scope_of(grouping: str, key: str) -> str:
    """The name of a group's lists."""
    return f"group:{grouping}:{key}"
