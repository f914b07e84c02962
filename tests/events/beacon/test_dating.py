"""A browser's clock is believed within a window; whatever it says, an event sent again is never stored twice."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as some

from personalization.events.beacon.dating import AHEAD, PAST, Dated, Window, id_of
from personalization.events.identifiers import event_id, moment_of
from personalization.events.models import Event
from tests.events.beacon.conftest import counted, event, send
from tests.people import NOW

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def dated(identifier: uuid.UUID, at, *, now) -> Dated:
    return Window(now).dated(str(identifier), at)


def milliseconds(moment):
    return moment.timestamp() * 1000


@pytest.mark.parametrize("ago", [timedelta(0), 47 * HOUR, -9 * MINUTE])
def test_a_moment_within_the_window_is_believed(ago):
    identifier = event_id(NOW - ago)
    when = dated(identifier, milliseconds(NOW - ago), now=NOW)
    assert (when.id, when.happened_at, when.is_redated) == (str(identifier), NOW - ago, False)


@pytest.mark.parametrize("ago", [49 * HOUR, timedelta(days=400), timedelta(days=20_000), -11 * MINUTE, -9999 * HOUR])
def test_an_id_outside_is_moved_inside_and_the_event_happens_now(ago):
    identifier = event_id(NOW - ago)
    when = dated(identifier, milliseconds(NOW), now=NOW)
    assert NOW - PAST < moment_of(uuid.UUID(when.id)) <= NOW + AHEAD
    assert (when.happened_at, when.is_redated) == (NOW, True)
    assert when.id[13:] == str(identifier)[13:]
    assert id_of(when.id) == when.id


@pytest.mark.parametrize("at", [0, -1e300, 1e300, milliseconds(NOW - 49 * HOUR), milliseconds(NOW + 11 * MINUTE)])
def test_a_moment_outside_makes_it_happen_now_under_its_own_id(at):
    identifier = event_id(NOW)
    when = dated(identifier, at, now=NOW)
    assert (when.id, when.happened_at, when.is_redated) == (str(identifier), NOW, True)


@given(
    off=some.integers(-(10**10), 10**10),
    first=some.integers(0, 10**9),
    later=some.integers(0, int((PAST + AHEAD) / timedelta(milliseconds=1)) - 1),
)
def test_sent_again_within_two_days_it_has_the_same_id_or_knows_the_one_before(off, first, later):
    begin = NOW + timedelta(milliseconds=first)
    identifier = event_id(begin + timedelta(milliseconds=off))
    once = dated(identifier, None, now=begin)
    again = dated(identifier, None, now=begin + timedelta(milliseconds=later))
    assert once.id == again.id or once.id in again.earlier


@pytest.mark.parametrize("text", [
    "", "x", "5a0ff3d9-9b9e-4bd4-8b3c-2d9f1b1d7c11", str(uuid.UUID(int=0)), "2ee4d6b8-e6d8-11f1-8539-02fc00000001",
    "0197" * 9, "{019cd79e-4600-7272-acad-8d3e34b5a8}",
])  # fmt: skip
def test_only_a_uuid_of_version_7_is_an_id(text):
    assert id_of(text) is None


@pytest.mark.parametrize("hours", [-400, -60, -48, -1, 0, 0.5, 48, 400])
def test_an_event_sent_again_and_again_by_any_clock_is_stored_once(db, browser, hours):
    with time_machine.travel(NOW, tick=False) as clock:
        told = event(at=NOW + hours * HOUR)
        for _ in range(12):
            send(browser, told)
            clock.shift(4 * HOUR)
    stored = Event.objects.get(kind="custom")
    assert stored.payload.get("redated", False) == (hours < -47 or hours > 0.2)
    assert counted() == {"received": 12, "stored": 1, "doubled": 11}


def test_a_bad_clock_two_weeks_long_stores_it_once(db, browser):
    with time_machine.travel(NOW, tick=False) as clock:
        told = event(at=NOW)
        for _ in range(14):
            send(browser, told)
            clock.shift(timedelta(days=1))
    assert counted() == {"received": 14, "stored": 1, "doubled": 13}
