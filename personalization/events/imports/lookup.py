"""Who and what the texts of a chunk mean in this shop: products, accounts, and visitors that are gone."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection

from personalization import shop
from personalization.events.imports.cards import CARD, holders
from personalization.events.models import Erasure

# The first way in which a code is known counts; by a partner's SKU two products may be known, then the older one.
_GOODS = """
SELECT DISTINCT ON (code) code, coalesce(parent_id, product_id), CASE WHEN parent_id IS NOT NULL THEN product_id END
FROM unnest(%s::text[]) AS asked (code) JOIN ({known}) AS known USING (code)
ORDER BY code, way, product_id
"""

# `agreed` is null for an account that was never asked.
_PEOPLE = """
WITH asked (account) AS (SELECT unnest(%s::text[])),
     person (user_id, email, is_staff) AS ({accounts}),
     found AS (
    SELECT account, user_id, is_staff FROM asked JOIN person ON lower(person.email) = lower(account)
    UNION ALL
    SELECT account, user_id, is_staff FROM asked
    JOIN person ON person.user_id = CASE WHEN account ~ '^[0-9]{{1,18}}$' THEN account::bigint END
)
SELECT DISTINCT ON (account) account, found.user_id, found.is_staff, gone.erased_at,
       said.purposes && '{{analytics,personalization}}' AS agreed
FROM found
LEFT JOIN personalization_accountconsent AS said ON said.user_id = found.user_id
LEFT JOIN personalization_erasure AS gone ON gone.subject = sha256(convert_to('account:' || found.user_id, 'UTF8'))
ORDER BY account, found.user_id
"""

_BEGUN = """
SELECT id FROM personalization_event WHERE visitor_id = ANY(%s::uuid[]) AND kind = 'visit_started'
"""

_WILLS = """
SELECT asked.user_id, gone.erased_at, said.purposes && '{analytics,personalization}' AS agreed
FROM unnest(%s::bigint[]) AS asked (user_id)
LEFT JOIN personalization_accountconsent AS said ON said.user_id = asked.user_id
LEFT JOIN personalization_erasure AS gone ON gone.subject = sha256(convert_to('account:' || asked.user_id, 'UTF8'))
"""


@dataclass(frozen=True)
class Person:
    """An account of the shop, and what is known of its will."""

    user_id: int
    is_staff: bool
    erased_at: datetime | None
    agreed: bool | None


def find_goods(codes: Collection[str], *, product_by: str) -> dict[str, tuple[int, int | None]]:
    """Product as the shop lists it, and variant, of the codes that the shop knows."""
    ways = [queryset.query.sql_with_params() for queryset in shop.product_codes(product_by)]
    union = " UNION ALL ".join(
        f"SELECT code, {number} AS way, product_id, parent_id FROM ({sql}) AS way{number} (code, product_id, parent_id)"  # noqa: S608
        for number, (sql, _) in enumerate(ways)
    )
    found = _asked(_GOODS.format(known=union), codes, *(value for _, values in ways for value in values))
    return {code: (product, variant) for code, product, variant in found}


def find_people(accounts: Collection[str]) -> dict[str, Person]:
    """Those of the accounts, told by e-mail, number or card, that the shop has."""
    cards = {one for one in accounts if one.startswith(CARD)}
    owners = {card: str(account) for card, account in holders(cards).items()}
    found = _asked(_PEOPLE.format(accounts=accounts_query()), {*accounts, *owners.values()} - cards)
    people = {account: Person(*facts) for account, *facts in found}
    return people | {card: people[account] for card, account in owners.items() if account in people}


def wills(user_ids: Collection[int]) -> dict[int, tuple[datetime | None, bool | None]]:
    """When each of these accounts was erased and what it agreed to, as a `Person` tells."""
    with connection.cursor() as cursor:
        cursor.execute(_WILLS, [list(user_ids)])
        return {user_id: (erased_at, agreed) for user_id, erased_at, agreed in cursor.fetchall()}


def begun_visits(visitors: Collection[bytes]) -> list[bytes]:
    """The ids of all visits of these visitors that the log knows to have begun."""
    if not visitors:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_BEGUN, [[key.hex() for key in visitors]])
        return [key.bytes for (key,) in cursor.fetchall()]


def erasures() -> int:
    """How many there were, ever."""
    return Erasure.objects.count()


def erased_visitors(keys: Collection[bytes]) -> set[bytes]:
    """Those of the visitors that must not come back."""
    by_subject = {hashlib.sha256(key).digest(): key for key in keys}
    found = Erasure.objects.filter(subject__in=list(by_subject)) if keys else Erasure.objects.none()
    return {by_subject[bytes(subject)] for subject in found.values_list("subject", flat=True)}


def accounts_query() -> str:
    """Number, e-mail and staff of every account, whatever the shop's model calls them."""
    model: Any = get_user_model()
    names = {field.name for field in model._meta.get_fields()}
    staff = "is_staff" if "is_staff" in names else "false"
    email_column = model._meta.get_field(model.get_email_field_name()).column
    table, key, email = (
        connection.ops.quote_name(name) for name in (model._meta.db_table, model._meta.pk.column, email_column)
    )
    return f"SELECT {key}, {email}, {staff} FROM {table}"  # noqa: S608 - names of the shop's own model


def _asked(statement: str, texts: Collection[str], *values: Any) -> list[tuple[Any, ...]]:
    if not texts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(texts), *values])
        return list(cursor.fetchall())
