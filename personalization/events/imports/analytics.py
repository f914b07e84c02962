"""What Oscar's own analytics noted before this app came: looks at products and searches of accounts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max, Min, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from personalization import shop
from personalization.events.days import begin
from personalization.events.identifiers import moment_of
from personalization.events.imports.lookup import accounts_query
from personalization.events.imports.staging import forget_sums
from personalization.events.kinds import kinds
from personalization.events.limits import first_days_kept
from personalization.events.models import Event, ImportedFile
from personalization.events.partitions import ensure_partitions

SOURCE = "oscar"
BATCH = 50_000
TABLES: dict[str, Callable[[], QuerySet[Any] | None]] = {
    "product_viewed": shop.noted_views,
    "searched": shop.noted_searches,
}
Progress = Callable[[int, int], None]

# The id is that of `identifiers.fact_id` for this kind and the number of Oscar's row: the same row is the same event.
# An account that was erased since, or has refused, is not named. Words as `searched` of a page has them.
_STORE = """
WITH noted (number, happened_at, user_id, product_id, parent_id, words) AS ({noted}),
person (user_id, email, is_staff) AS ({accounts}),
told AS (
    SELECT noted.*, encode(sha256(convert_to(%s || ':' || number, 'UTF8')), 'hex') AS digest,
           left(btrim(regexp_replace(words, '\\s+', ' ', 'g')), 200) AS query
    FROM noted WHERE happened_at >= %s AND happened_at < %s
), stored AS (
    INSERT INTO personalization_event (id, kind, happened_at, user_id, traffic, product_id, variant_id, payload)
    SELECT (lpad(to_hex(floor(extract(epoch FROM happened_at) * 1000)::bigint), 12, '0') || '7'
               || substr(digest, 14, 3) || substr('89ab', ('x' || substr(digest, 17, 1))::bit(4)::int %% 4 + 1, 1)
               || substr(digest, 18, 15))::uuid,
           %s, happened_at,
           CASE WHEN gone.subject IS NULL AND coalesce(said.purposes && '{{analytics,personalization}}', true)
                THEN told.user_id END,
           CASE WHEN person.is_staff THEN 'staff' ELSE 'shopper' END, coalesce(parent_id, product_id),
           CASE WHEN parent_id IS NOT NULL THEN product_id END,
           CASE WHEN %s = 'searched' THEN jsonb_build_object('query', query) ELSE '{{}}' END
    FROM told
    LEFT JOIN person ON person.user_id = told.user_id
    LEFT JOIN personalization_accountconsent AS said ON said.user_id = told.user_id
    LEFT JOIN personalization_erasure AS gone ON gone.erased_at >= told.happened_at
          AND gone.subject = sha256(convert_to('account:' || told.user_id, 'UTF8'))
    WHERE %s <> 'searched' OR query <> ''
    ON CONFLICT (id) DO NOTHING
    RETURNING (happened_at AT TIME ZONE 'UTC')::date AS day
)
SELECT (SELECT count(*) FROM noted), (SELECT count(*) FROM told WHERE %s <> 'searched' OR query <> ''),
       (SELECT count(*) FROM stored), (SELECT array_agg(DISTINCT day ORDER BY day) FROM stored)
"""


@dataclass(frozen=True)
class Noted:
    """What was found in one of Oscar's tables: rows, those too old or too new for the log, and new events."""

    rows: int = 0
    left_out: int = 0
    stored: int = 0


def import_noted(kind: str, *, now: datetime, progress: Progress = lambda done, total: None) -> Noted:
    """Fills the log from Oscar's table of this kind; stopped half-way it goes on, and twice gives the same rows."""
    noted = TABLES[kind]()
    ends = noted.aggregate(first=Min("pk"), last=Max("pk"), oldest=Min("date_created")) if noted is not None else {}
    if noted is None or ends["last"] is None:
        return Noted()
    since, until = begin(first_days_kept(now)[kind]), min(now, _own_beginning() or now)
    if ends["oldest"] < until:
        ensure_partitions(now, since=max(since, ends["oldest"]))
    known = _remembered(kind, now=now, last=ends["last"])
    position = max(known.position, ends["first"] - 1)
    while position < ends["last"]:
        _store(noted, known, kind=kind, after=position, since=since, until=until)
        position = min(position + BATCH, ends["last"])
        progress(position, ends["last"])
    ImportedFile.objects.filter(pk=known.pk).update(status=ImportedFile.Status.DONE, finished_at=timezone.now())
    known.refresh_from_db()
    return Noted(rows=known.rows_read, left_out=known.rows_rejected, stored=known.rows_stored)


@transaction.atomic
def _store(
    noted: QuerySet[Any], known: ImportedFile, *, kind: str, after: int, since: datetime, until: datetime
) -> None:
    sql, values = noted.filter(pk__gt=after, pk__lte=after + BATCH).query.sql_with_params()
    statement = _STORE.format(noted=sql, accounts=accounts_query())
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, kind, since, until, kind, kind, kind, kind])
        rows, told, stored, days = cursor.fetchone()
    forget_sums(days or [])
    ImportedFile.objects.filter(pk=known.pk).update(
        position=after + BATCH,
        rows_read=F("rows_read") + rows,
        rows_stored=F("rows_stored") + stored,
        rows_known=F("rows_known") + told - stored,
        rows_rejected=F("rows_rejected") + rows - told,
    )


def _own_beginning() -> datetime | None:
    """When this app itself began to log: from then on Oscar's tables say the same a second time."""
    visits = Event.objects.filter(kind="visit_started", visit_id__isnull=False).order_by("id")
    # A visit from a file is none of its own: such visitors have ids of another layout.
    visits = visits.annotate(browser=Coalesce(Cast("visitor_id", TextField()), Value("", TextField())))
    visits = visits.exclude(browser__regex="^.{14}8")
    first = visits.values_list("id", flat=True).first()
    return moment_of(first) if first else None


def _remembered(kind: str, *, now: datetime, last: int) -> ImportedFile:
    # One that ended is gone through again: rows may have come since, and such as were not yet committed then.
    ImportedFile.objects.filter(source=SOURCE, fingerprint=kind, status=ImportedFile.Status.DONE).delete()
    facts = {"name": str(kinds.get(kind).label), "started_at": now}
    known, _ = ImportedFile.objects.get_or_create(source=SOURCE, fingerprint=kind, defaults=facts)
    ImportedFile.objects.filter(pk=known.pk).update(lines=last)
    return known
