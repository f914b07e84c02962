"""One chunk into the log: COPY into a table that lives as long as the transaction, then statements over all rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from personalization import shop
from personalization.conf import conf
from personalization.events.days import LOCK
from personalization.events.imports.chunks import Chunk

# Compiling these few statements anew for each chunk would cost more than it saves. A dry run, or a transaction around
# us, may have left the tables.
_ARRIVING = """
SET LOCAL jit = off;
DROP TABLE IF EXISTS pz_arriving, pz_arriving_goods, pz_arriving_people, pz_arriving_named;
CREATE TEMPORARY TABLE pz_arriving (
    line bigint, id uuid, kind text, happened_at timestamptz, product text, account text, visitor_id uuid,
    quantity integer, value numeric(14, 2), traffic text, payload jsonb
) ON COMMIT DROP
"""
_COPY = "COPY pz_arriving FROM STDIN"

# The first way in which a code is known counts; by a partner's SKU two products may be known, then the older one.
_GOODS = """
CREATE TEMPORARY TABLE pz_arriving_goods ON COMMIT DROP AS
SELECT DISTINCT ON (code) code, coalesce(parent_id, product_id) AS product_id,
       CASE WHEN parent_id IS NOT NULL THEN product_id END AS variant_id
FROM (SELECT DISTINCT product AS code FROM pz_arriving WHERE product IS NOT NULL) AS asked JOIN ({known}) AS known
    USING (code)
ORDER BY code, way, product_id
"""

# `agreed` is null for an account that was never asked.
_PEOPLE = """
CREATE TEMPORARY TABLE pz_arriving_people ON COMMIT DROP AS
WITH asked AS (SELECT DISTINCT account FROM pz_arriving WHERE account IS NOT NULL),
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

_UNKNOWN = """
SELECT line, product FROM pz_arriving WHERE product IS NOT NULL AND product NOT IN (SELECT code FROM pz_arriving_goods)
"""

# Whose account was erased since, has refused, or must have agreed and has not, leaves neither account nor visitor;
# nor does a visitor come back that was erased.
_NAMED = """
CREATE TEMPORARY TABLE pz_arriving_named ON COMMIT DROP AS
SELECT one.id, one.kind, one.happened_at, one.quantity, one.value, one.payload, goods.product_id, goods.variant_id,
       CASE WHEN NOT nameless THEN person.user_id END AS user_id,
       CASE WHEN NOT nameless AND gone.subject IS NULL THEN one.visitor_id END AS visitor_id,
       CASE WHEN one.traffic = 'shopper' AND person.is_staff THEN 'staff' ELSE one.traffic END AS traffic
FROM pz_arriving AS one
LEFT JOIN pz_arriving_goods AS goods ON goods.code = one.product
LEFT JOIN pz_arriving_people AS person ON person.account = one.account
LEFT JOIN personalization_erasure AS gone ON gone.subject = sha256(uuid_send(one.visitor_id)),
LATERAL (SELECT person.agreed IS FALSE OR coalesce(one.happened_at <= person.erased_at, false)
             OR %s AND one.kind = 'purchased' AND person.account IS NOT NULL AND person.agreed IS NULL
         AS nameless) AS privacy
WHERE one.product IS NULL OR goods.code IS NOT NULL
"""

_VISITORS = """
INSERT INTO personalization_visitor AS known (id, user_id, traffic, first_seen_at, last_seen_at, linked_at, visits)
SELECT visitor_id, (array_agg(user_id ORDER BY happened_at) FILTER (WHERE user_id IS NOT NULL))[1],
       min(traffic), min(happened_at), max(happened_at), min(happened_at) FILTER (WHERE user_id IS NOT NULL), 0
FROM pz_arriving_named WHERE visitor_id IS NOT NULL GROUP BY visitor_id ORDER BY visitor_id
ON CONFLICT (id) DO UPDATE SET
    user_id = coalesce(known.user_id, excluded.user_id), linked_at = coalesce(known.linked_at, excluded.linked_at),
    first_seen_at = least(known.first_seen_at, excluded.first_seen_at),
    last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at)
WHERE known.first_seen_at > excluded.first_seen_at OR known.last_seen_at < excluded.last_seen_at
   OR known.user_id IS NULL AND excluded.user_id IS NOT NULL
"""

# In the order of their ids, so that neighbours go into the same pages of the indexes.
_EVENTS = """
WITH stored AS (
    INSERT INTO personalization_event
        (id, kind, happened_at, visitor_id, user_id, traffic, product_id, variant_id, quantity, value, payload)
    SELECT id, kind, happened_at, visitor_id, user_id, traffic, product_id, variant_id, quantity, value, payload
    FROM pz_arriving_named ORDER BY id
    ON CONFLICT (id) DO NOTHING
    RETURNING (happened_at AT TIME ZONE 'UTC')::date AS day
)
SELECT count(*), array_agg(DISTINCT day ORDER BY day) FROM stored
"""

_WOULD_STORE = """
SELECT count(DISTINCT id) FROM pz_arriving_named AS one
WHERE NOT EXISTS (SELECT FROM personalization_event AS known WHERE known.id = one.id)
"""


@dataclass(frozen=True)
class Stored:
    """What became of the rows of a chunk."""

    read: int
    stored: int
    rejected: int

    @property
    def known(self) -> int:
        """Rows whose event the log had already."""
        return self.read - self.stored - self.rejected


def store(chunk: Chunk) -> Stored:
    """Puts the chunk into the log, within the transaction in hand; rows of unknown products join its rejects."""
    _stage(chunk)
    with connection.cursor() as cursor:
        cursor.execute(_VISITORS)
        cursor.execute(_EVENTS)
        stored, days = cursor.fetchone()
    forget_sums(days or [])
    return Stored(chunk.rows, stored, len(chunk.rejects))


def would_store(chunk: Chunk) -> Stored:
    """What `store` would do, without a trace."""
    with transaction.atomic(), connection.cursor() as cursor:
        _stage(chunk)
        cursor.execute(_WOULD_STORE)
        counted = Stored(chunk.rows, cursor.fetchone()[0], len(chunk.rejects))
        transaction.set_rollback(True)
    return counted


def forget_sums(days: Iterable[Any]) -> None:
    """The figures of these days are to be made again: as `days.sum_again`, for many days in one go."""
    changed = sorted(days)
    with connection.cursor() as cursor:
        numbers = [day.toordinal() for day in changed]
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), number) FROM unnest(%s::integer[]) AS number", [LOCK, numbers]
        )
        cursor.execute("DELETE FROM personalization_summedday WHERE day = ANY(%s::date[])", [changed])


def _stage(chunk: Chunk) -> None:
    known, by_code = _known_goods(chunk.product_by)
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVING)
        with cursor.copy(_COPY) as copy:
            copy.write("".join(chunk.staged))
        # Otherwise PostgreSQL would plan for a handful of rows; to look at every column would take as long as to store.
        cursor.execute("ANALYZE pz_arriving (product, account)")
        cursor.execute(_GOODS.format(known=known), by_code)
        cursor.execute(_PEOPLE.format(accounts=accounts_query()))
        cursor.execute("ANALYZE pz_arriving_goods; ANALYZE pz_arriving_people")
        cursor.execute(_UNKNOWN)
        chunk.reject_unknown(cursor.fetchall())
        cursor.execute(_NAMED, [conf.PURCHASES_NEED_CONSENT])


def _known_goods(product_by: str) -> tuple[str, list[Any]]:
    ways = [queryset.query.sql_with_params() for queryset in shop.product_codes(product_by)]
    union = " UNION ALL ".join(
        f"SELECT code, {number} AS way, product_id, parent_id FROM ({sql}) AS way{number} (code, product_id, parent_id)"  # noqa: S608
        for number, (sql, _) in enumerate(ways)
    )
    return union, [value for _, values in ways for value in values]


def accounts_query() -> str:
    model: Any = get_user_model()
    names = {field.name for field in model._meta.get_fields()}
    staff = "is_staff" if "is_staff" in names else "false"
    email_column = model._meta.get_field(model.get_email_field_name()).column
    table, key, email = (
        connection.ops.quote_name(name) for name in (model._meta.db_table, model._meta.pk.column, email_column)
    )
    return f"SELECT {key}, {email}, {staff} FROM {table}"  # noqa: S608 - names of the shop's own model
