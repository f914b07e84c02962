"""Erases a person: everything that names them goes, what was sold stays sold, and nothing that comes late returns."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django.db import OperationalError, connection, transaction

from personalization.events.erasures import account_subject, visitor_subject
from personalization.events.models import Erasure
from personalization.events.personal import Whole, tables

# A statement that was on its way when the erasure began may still come to its end; the second pass meets it.
PASSES = 2
ATTEMPTS = 3
DEADLOCK = "40P01"


def erase(whole: Whole, *, asked_by: str, now: datetime) -> dict[str, int]:
    """Erases everything held about this person; gives the number of rows by table. Harmless when repeated.

    The fingerprint goes first, in a transaction of its own: from then on nothing new is written for them. It does not
    bar the account from beginning anew: it only counts as having said no until it agrees again.
    """
    if not whole.is_somebody:
        return {}
    with transaction.atomic():
        _remember(whole, asked_by=asked_by, now=now)
    rows: Counter[str] = Counter()
    for _ in range(PASSES):
        rows.update(_unless_in_each_other_s_way(lambda: _empty_tables(whole)))
    Erasure.objects.filter(subject__in=_subjects(whole)[:1]).update(rows=dict(rows))
    return dict(rows)


def counted(whole: Whole) -> dict[str, int]:
    """How many rows there are by table, of tables that hold something."""
    found = {table.name: table.count(whole) for table in tables} if whole.is_somebody else {}
    return {name: count for name, count in found.items() if count}


def _remember(whole: Whole, *, asked_by: str, now: datetime) -> None:
    Erasure.objects.bulk_create(
        [Erasure(subject=subject, erased_at=now, asked_by=asked_by) for subject in _subjects(whole)],
        update_conflicts=True,
        unique_fields=["subject"],
        update_fields=["erased_at", "asked_by"],
        batch_size=1000,
    )


def _subjects(whole: Whole) -> list[bytes]:
    account = [account_subject(whole.user_id)] if whole.user_id is not None else []
    return account + [visitor_subject(one) for one in whole.visitor_ids]


@transaction.atomic
def _empty_tables(whole: Whole) -> dict[str, int]:
    return {table.name: table.erase(whole) for table in tables}


def _unless_in_each_other_s_way(action: Callable[[], dict[str, int]]) -> dict[str, int]:
    # The sweep may be at the same purchases in another order: then PostgreSQL ends one of the two, and it tries again.
    for _ in range(ATTEMPTS - 1):
        try:
            return action()
        except OperationalError as error:
            if connection.in_atomic_block or getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
                raise
    return action()
