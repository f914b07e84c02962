"""Ids that carry their time."""

import uuid
from datetime import UTC, datetime, timedelta

from personalization.events.identifiers import event_id, fact_id, first_id, moment_of

NOON = datetime(2026, 3, 10, 12, 0, 0, 123_456, tzinfo=UTC)


def test_an_id_has_the_shape_of_a_uuid_7():
    for identifier in (event_id(NOON), fact_id(NOON, kind="purchased", key=7)):
        assert identifier.version == 7
        assert identifier.variant == uuid.RFC_4122


def test_an_id_carries_its_moment_to_the_millisecond():
    assert moment_of(event_id(NOON)) == NOON.replace(microsecond=123_000)


def test_a_known_id_is_the_one_of_the_standard():
    # The first 48 bits of RFC 9562's example: 2022-02-22 14:22:22 in New York.
    moment = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    assert str(event_id(moment)).startswith("017f22e2-79b0-7")


def test_ids_stand_in_the_order_of_time():
    moments = [NOON + timedelta(milliseconds=step) for step in range(50)]
    ids = [event_id(moment) for moment in moments]
    assert ids == sorted(ids)


def test_two_events_of_one_millisecond_have_two_ids():
    assert len({event_id(NOON) for _ in range(1000)}) == 1000


def test_a_fact_has_one_id_however_often_it_is_written():
    assert fact_id(NOON, kind="purchased", key=7) == fact_id(NOON, kind="purchased", key=7)


def test_other_facts_have_other_ids():
    facts = {fact_id(NOON, kind=kind, key=key) for kind in ("purchased", "returned") for key in range(100)}
    assert len(facts) == 200


def test_a_moment_s_first_id_bounds_all_of_its_events():
    earlier, later = NOON - timedelta(milliseconds=1), NOON + timedelta(milliseconds=1)
    assert event_id(earlier) < first_id(NOON) <= event_id(NOON) < first_id(later)
