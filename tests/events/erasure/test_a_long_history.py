"""A long history goes in good time, batch by batch, and nobody waits for it."""

from datetime import UTC, datetime, timedelta
from time import monotonic

from django.db import connection
from django.utils import timezone

from personalization.events import personal
from personalization.events.erase import erase
from personalization.events.identifiers import event_id
from personalization.events.models import Event
from personalization.events.personal import Whole
from personalization.events.write import NewEvent, write

EVENTS = 10_000
# The promise is a minute for a hundred thousand; the README says what was measured.
SECONDS = 60 * EVENTS / 100_000


def test_ten_thousand_events(full_shop, anna, boris):
    now = timezone.now()
    events = []
    for number in range(EVENTS):
        at = now - timedelta(seconds=number)
        kind = "purchased" if number % 10 == 0 else "product_viewed"
        events.append(NewEvent(event_id(at), kind, at, user_id=anna.pk, product_id=1, quantity=1))
    his = NewEvent(event_id(now), "product_viewed", now, user_id=boris.pk, product_id=1)
    write([*events, his])
    began = monotonic()
    rows = erase(Whole(anna.pk), asked_by="test", now=now)
    assert monotonic() - began < SECONDS
    assert rows["events"] == EVENTS
    assert Event.objects.filter(kind="purchased", user_id=None).count() == EVENTS // 10
    assert list(Event.objects.exclude(kind="purchased").values_list("pk", flat=True)) == [his.id]


def test_it_goes_in_batches(full_shop, anna, monkeypatch):
    monkeypatch.setattr(personal, "BATCH", 3)
    at = datetime.now(UTC)
    write([NewEvent(event_id(at), "product_viewed", at, user_id=anna.pk, product_id=1) for _ in range(7)])
    seen: list[int] = []

    def note(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.startswith('DELETE FROM "personalization_event"'):
            seen.append(context["cursor"].rowcount)
        return result

    with connection.execute_wrapper(note):
        erase(Whole(anna.pk), asked_by="test", now=at)
    assert seen == [3, 3, 1]
