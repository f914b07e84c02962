"""Messages that nobody could read: kept for a week, a limited number a day, and tried again when somebody asks."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from personalization.conf import conf
from personalization.events.beacon.batch import Unreadable, read_batch
from personalization.events.beacon.judge import judge
from personalization.events.beacon.outcomes import UNREADABLE
from personalization.events.consent import STORING, Consent
from personalization.events.days import note_late
from personalization.events.models import QuarantinedPayload
from personalization.events.write import count, take


def keep(body: bytes, *, why: str, now: datetime) -> None:
    """Counts an unreadable message, and keeps it if the day has room for one more."""
    with transaction.atomic():
        count({UNREADABLE.name: 1}, received=1, now=now)
        if _has_room(now):
            QuarantinedPayload.objects.create(
                received_at=now, reason=UNREADABLE.name, body=body, details=why.replace("\0", "")[:200]
            )


def try_again(payloads: Iterable[QuarantinedPayload]) -> tuple[int, int]:
    """Reads them once more, as of the moment when they came; gives how many could be read now, and how many not.

    What can be read now is judged and counted like any other message, and leaves the quarantine in the same
    transaction. It is nobody's: who had sent it was not kept.
    """
    results = [_try(payload.pk) for payload in payloads]
    return results.count(True), results.count(False)


def clear_quarantine(now: datetime) -> int:
    """Forgets what was kept for QUARANTINE_DAYS; gives how many messages that were."""
    old = QuarantinedPayload.objects.filter(received_at__lt=now - timedelta(days=conf.QUARANTINE_DAYS))
    return old.delete()[0]


@transaction.atomic
def _try(key: int) -> bool | None:
    # Locked, so that two who try at once count it once.
    payload = QuarantinedPayload.objects.select_for_update().filter(pk=key).first()
    if payload is None:
        return None
    try:
        batch = read_batch(bytes(payload.body))
    except Unreadable:
        return False
    # Nobody's name is on it, so nobody is counted who did not wish to be.
    judged = judge(batch.events, consent=Consent(STORING), now=payload.received_at)
    take(
        judged.events, refused=judged.refused, earlier=judged.earlier, received=len(batch.events),
        now=payload.received_at,
    )  # fmt: skip
    # It may have waited for so long that the figures of its day are made.
    note_late((event.happened_at for event in judged.events), now=timezone.now())
    payload.delete()
    return True


def _has_room(now: datetime) -> bool:
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        # One looks at a time, so that the limit is exact; whoever would have to wait keeps nothing.
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('personalization_quarantinedpayload'))")
        is_first = cursor.fetchone()[0]
    return is_first and QuarantinedPayload.objects.filter(received_at__gte=midnight).count() < conf.QUARANTINE_ROWS
