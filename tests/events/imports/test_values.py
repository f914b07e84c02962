"""Moments and numbers as people and other systems write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from personalization.events.imports.faults import RowFault
from personalization.events.imports.identity import digest_of, event_key, visitor_key
from personalization.events.imports.repeats import repeated
from personalization.events.imports.values import Moments, quantity, value
from tests.people import NOW

KYIV = Moments(ZoneInfo("Europe/Kyiv"), now=NOW)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05T10:00:00+02:00", "2026-01-05 10:00:00", "2026-01-05T08:00:00Z", " 2026-01-05 10:00 ",
        "1767600000", "1767600000.0", "1767600000000", "20260105T100000", "2026-01-05T08:00:00.000000000Z",
    ],
)  # fmt: skip
def test_one_moment_in_many_words(text):
    assert KYIV(text) == 1767600000_000_000


def test_a_moment_in_the_words_of_the_file():
    read = Moments(ZoneInfo("Europe/Kyiv"), date_format="%d.%m.%y %H:%M", now=NOW)
    assert read("05.01.26 10:00") == 1767600000_000_000
    with pytest.raises(RowFault):
        read("2026-01-05 10:00")


def test_summer_time_is_kept():
    assert KYIV("2025-07-01 10:00") == datetime(2025, 7, 1, 7, tzinfo=UTC).timestamp() * 1_000_000


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "9" * 14, "0001-01-01", "12", "-1767600000"])
def test_what_is_no_moment(text):
    with pytest.raises(RowFault):
        KYIV(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("3.98", "3.98"), ("3,98", "3.98"), ("1.234,50", "1234.50"), ("1,234.50", "1234.50"), ("1 234,5", "1234.5"),
        ("1\u00a0234", "1234"), ("1'234.00", "1234.00"), ("1.234.567", "1234567"), ("1e3", "1000"), ("0", "0"),
    ],
)  # fmt: skip
def test_money(text, wanted):
    assert value(text) == wanted


@pytest.mark.parametrize("text", ["nan", "inf", "1-2", "€3", "-0.01", "1000000000000"])
def test_what_is_no_money(text):
    with pytest.raises(RowFault):
        value(text)


@pytest.mark.parametrize(("text", "wanted"), [("1", 1), ("2,0", 2), ("0,435", 1), ("1.5", 2)])
def test_pieces(text, wanted):
    assert quantity(text) == wanted


@pytest.mark.parametrize("text", ["0", "-1", "some", "3000000000"])
def test_what_are_no_pieces(text):
    with pytest.raises(RowFault):
        quantity(text)


def test_an_id_has_the_shape_of_all_ids_of_the_log():
    from uuid import UUID

    for number in range(300):
        key = UUID(bytes=event_key(1767600000000, digest_of("till", str(number))))
        assert (key.version, key.variant, key.int >> 80) == (7, "specified in RFC 4122", 1767600000000)
    assert UUID(bytes=visitor_key("till", "session")).version == 8


def test_equal_rows_are_found_and_others_are_not():
    digests = [digest_of("till", str(number)) for number in range(5000)]
    assert repeated([*digests, digests[7], digests[7], digests[4999]]) == {digests[7][:8], digests[4999][:8]}
    assert repeated(digests) == set()
