"""Keeps the profiles true: every night of everybody, every few minutes of those who did something since.

Who did something lately is found by the ids of the log's newest events; whoever's past was changed, by an import, the
sweep, a late browser or the search for bots, was noted by a trigger of the log. What neither sees, a month that left
the log, a price that is usual now, a stranger's withdrawn consent, a writer who took longer than a quarter of an hour,
the nightly rebuild makes good. Each pass is one transaction behind a lock: it may be killed anywhere, or run twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from personalization.conf import conf
from personalization.events.identifiers import first_id
from personalization.people.profiles import behaviour, orders, scope, scores, tastes
from personalization.people.profiles.demographics import ask_about, ask_about_everybody
from personalization.people.profiles.models import ProfileClock
from personalization.people.profiles.part import Part

# Pages are slow to write, but not that slow.
OPEN = timedelta(minutes=15)
# The clocks of two servers differ by less.
AHEAD = timedelta(days=1)
# Sums over millions of people are made in memory, not on the disk; of the server, for as long as a pass takes.
WORK_MEM = "128MB"
# What a few people did is small, and three thousand rows tell the server enough of it; thirty thousand take it longer
# to look at than most of the questions.
FEW_ROWS_TELL = "10"

PARTS: tuple[Part, ...] = (
    behaviour.PEOPLE,
    orders.ORDERS,
    tastes.CATEGORIES,
    tastes.BRANDS,
    tastes.PAID,
    behaviour.BASKETS,
    behaviour.HABITS,
)
_DEFAULTS = {name: default for part in PARTS for name, default in part.columns.items()}
_MADE = {"user_id": "NULL"} | _DEFAULTS
_COLUMNS = (*_MADE, *scores.COLUMNS)
_NAMES = ", ".join(_COLUMNS)

# A random share of people is the same people each time.
_DRAW = "('x' || substr(md5(person::text), 1, 7))::bit(28)::int %% 10000"

_FRESH = (
    f"""
    CREATE TEMPORARY TABLE pz_fresh ON COMMIT DROP AS
    SELECT person, account AS user_id,
           {", ".join(f"coalesce({name}, {value}) AS {name}" for name, value in _DEFAULTS.items())}
    FROM pz_people {" ".join(f"LEFT JOIN {part.table} USING (person)" for part in PARTS[1:])}
    """,  # noqa: S608 - words of our own
    "ANALYZE pz_fresh (person)",
)


def _differ(columns: Mapping[str, str]) -> str:
    made = ", ".join(f"fresh.{name}" for name in columns)
    known = ", ".join(f"coalesce(known.{name}, {value})" for name, value in columns.items())
    return f"({made}) IS DISTINCT FROM ({known})"


def _scored() -> str:
    return ", ".join(f"coalesce({name}, {value}) AS {name}" for name, value in scores.COLUMNS.items())


# Compared before it is written: a row that conflicts is locked, and so written, whether it differs or not.
_WRITE = f"""
WITH fresh AS (
    SELECT pz_fresh.*, {_scored()} FROM pz_fresh LEFT JOIN pz_score USING (person)
), compared AS (
    SELECT fresh.*, known.person IS NULL OR {_differ(_MADE)} AS is_other,
           {_differ(scores.COLUMNS)} AS is_rescored
    FROM fresh LEFT JOIN personalization_profile AS known USING (person)
), different AS MATERIALIZED (
    SELECT * FROM compared WHERE is_other OR is_rescored
), written AS (
    INSERT INTO personalization_profile AS known (person, {_NAMES}, draw, demographics, changed_at)
    SELECT person, {_NAMES}, {_DRAW}, '{{}}', %(now)s FROM different ORDER BY person
    ON CONFLICT (person) DO UPDATE
    SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}, changed_at = excluded.changed_at
)
SELECT count(*) FILTER (WHERE is_other), count(*) FILTER (WHERE is_rescored),
       coalesce(array_agg(user_id) FILTER (WHERE is_other AND user_id IS NOT NULL AND %(wants_accounts)s), '{{}}')
FROM different
"""  # noqa: S608

_FORGET_OTHERS = """
DELETE FROM personalization_profile AS known WHERE NOT EXISTS (SELECT FROM pz_people WHERE person = known.person)
"""
# A stranger who has signed in since goes on as an account. Mostly there is nobody: those are looked up one by one, and
# not side by side with all profiles.
_FORGET_TOUCHED = """
DELETE FROM personalization_profile WHERE person = ANY(ARRAY(
    SELECT person FROM (
        SELECT person FROM pz_touched
        UNION ALL SELECT visitor.id FROM pz_touched AS touched
        JOIN personalization_visitor AS visitor ON visitor.user_id = touched.account
    ) AS one WHERE NOT EXISTS (SELECT FROM pz_people WHERE pz_people.person = one.person)
))
"""

# Who was erased while a pass read of them: the fingerprint came first, so it stands there by the end of the pass.
_LEAVE = """
DELETE FROM personalization_profile AS one USING personalization_erasure AS gone
WHERE gone.erased_at >= %(began)s AND gone.subject = sha256(
    CASE WHEN one.user_id IS NULL THEN uuid_send(one.person) ELSE convert_to('account:' || one.user_id, 'UTF8') END)
"""


@dataclass(frozen=True)
class Refreshed:
    """What a pass did: profiles that are new or other than before, those that are gone, and whose scores moved."""

    profiles: int = 0
    departed: int = 0
    rescored: int = 0


def rebuild(*, now: datetime) -> Refreshed:
    """Works out everybody's profile; writes those that differ."""
    began = timezone.now()
    _start_clock(now)
    with transaction.atomic():
        clock = _alone()
        _execute("DELETE FROM personalization_profilenote")
        done, _ = _fill(scope.EVERYBODY, _FORGET_OTHERS, now=now, is_everybody=True)
        clock.rebuilt_at = now
        _move_on(clock, now)
    _execute(_LEAVE, {"began": began})
    ask_about_everybody(now=now)
    return done


def refresh(*, now: datetime) -> Refreshed:
    """Works out the profiles of those who did something since; of everybody, if that was never done."""
    began = timezone.now()
    if not ProfileClock.objects.filter(rebuilt_at__isnull=False, refreshed_at__lte=now).exists():
        return rebuild(now=now)
    with transaction.atomic():
        clock = _alone()
        _execute("SELECT set_config('default_statistics_target', %(size)s, true)", {"size": FEW_ROWS_TELL})
        _drop(scope.TABLES)
        _execute(scope.TOUCHED_TABLE)
        done, accounts = Refreshed(), list[int]()
        values = {"since": clock.read_from, "until": first_id(now + AHEAD)}
        if touched := _execute(scope.TOUCH, values):
            _execute("ANALYZE pz_touched")
            _execute_all(_collecting(touched), values)
            done, accounts = _fill(scope.TOUCHED, _FORGET_TOUCHED, now=now)
        _move_on(clock, now)
    _execute(_LEAVE, {"began": began})
    ask_about(accounts, now=now)
    return done


def _collecting(touched: int) -> tuple[str, ...]:
    """How the past of so many is read, by what the database guesses of how many people there are."""
    with connection.cursor() as cursor:
        cursor.execute(scope.PEOPLE)
        people = cursor.fetchone()[0]
    if touched <= scope.MANY * people:
        return scope.COLLECT_FEW
    return scope.COLLECT_MANY if touched <= scope.MOST else scope.COLLECT_MOST


def _start_clock(now: datetime) -> None:
    """Committed before the log is read: what changes from then on is noted."""
    at = first_id(now - OPEN)
    ProfileClock.objects.get_or_create(pk=1, defaults={"read_from": at, "noted_before": at, "refreshed_at": now})


def _alone() -> ProfileClock:
    """The clock; nobody else makes profiles until the transaction in hand closes."""
    _execute("SELECT pg_advisory_xact_lock(hashtext('personalization.profiles'))")
    _execute("SELECT set_config('work_mem', %(size)s, true)", {"size": WORK_MEM})
    return ProfileClock.objects.get(pk=1)


def _move_on(clock: ProfileClock, now: datetime) -> None:
    # Whoever writes while this pass commits still sees the old border: what lies between the two is read once more.
    clock.read_from, clock.noted_before = clock.noted_before, first_id(now - OPEN)
    clock.refreshed_at = now
    clock.save(update_fields=["read_from", "noted_before", "refreshed_at", "rebuilt_at"])


def _fill(deeds: str, forget: str, *, now: datetime, is_everybody: bool = False) -> tuple[Refreshed, list[int]]:
    """Makes the parts, and writes what differs; gives what was done, and the accounts with news."""
    values: dict[str, Any] = {
        "now": now,
        "until": first_id(now + AHEAD),
        "zone": timezone.get_default_timezone_name(),
        "returned": [*conf.RETURNED_STATUSES, *conf.IGNORED_ORDER_STATUSES],
        "wants_accounts": conf.DEMOGRAPHICS is not None,
    } | dict(tastes.values())
    _drop(["pz_fresh", "pz_score", "pz_shelf", *(table for part in PARTS for table in part.tables)])
    _execute_all(tastes.SHELF, values)
    for part in PARTS:
        _execute_all([step.replace("{deeds}", deeds) for step in part.steps], values)
    _execute_all(scope.UNWANTED, values)
    _execute_all(_FRESH, values)
    if is_everybody:
        scores.draw_borders()
    scores.score()
    departed = _execute(forget)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
        profiles, rescored, accounts = cursor.fetchone()
    return Refreshed(profiles, departed, rescored), accounts


def _drop(tables: Iterable[str]) -> None:
    _execute(f"DROP TABLE IF EXISTS {', '.join(tables)}")


def _execute_all(statements: Iterable[str], values: dict[str, Any]) -> None:
    for statement in statements:
        _execute(statement, values)


def _execute(statement: str, values: dict[str, Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
