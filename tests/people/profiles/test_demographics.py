"""What the shop knows of its customers comes by a callable of its own."""

from datetime import timedelta

import pytest

from personalization.people.profiles import demographics
from personalization.people.profiles.models import Profile
from personalization.people.profiles.refresh import rebuild, refresh
from tests import people
from tests.people import NOW
from tests.people.profiles import demographics as callables

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def told(log, anna, settings):
    """Anna, of whom the shop knows something, and the log."""
    callables.asked.clear()
    settings.PERSONALIZATION_DEMOGRAPHICS = "tests.people.profiles.demographics.known"
    people.bought(anna, {log.shop["honey"]: 1}, at=NOW)
    rebuild(now=NOW)
    return log


def known_of(user):
    return Profile.objects.get(user_id=user.pk).demographics


def test_it_stands_in_the_profile(told, anna):
    assert known_of(anna) == {"age": 34, "name": "Anna", "score": 0.5}


def test_only_of_those_who_did_something_a_refreshment_asks(told, anna, boris):
    people.bought(boris, {told.shop["honey"]: 1}, at=LATER)
    refresh(now=LATER)
    assert callables.asked == [[anna.pk], [boris.pk]]
    assert known_of(boris)["name"] == "Boris"


def test_what_has_not_changed_is_not_written(told, anna):
    rebuild(now=LATER)
    assert Profile.objects.get(user_id=anna.pk).changed_at == NOW


def test_a_callable_that_fails_is_logged_and_leaves_what_was_known(told, anna, settings, caplog):
    settings.PERSONALIZATION_DEMOGRAPHICS = "tests.people.profiles.demographics.failing"
    people.bought(anna, {told.shop["honey"]: 1}, at=LATER)
    rebuild(now=LATER)
    assert "PERSONALIZATION_DEMOGRAPHICS failed" in caplog.text
    assert known_of(anna)["age"] == 34
    assert Profile.objects.get(user_id=anna.pk).orders == 2


def test_what_the_shop_knows_no_more_goes(told, anna, settings):
    settings.PERSONALIZATION_DEMOGRAPHICS = "tests.people.profiles.demographics.nothing"
    rebuild(now=LATER)
    assert known_of(anna) == {}


def test_plain_values_only_and_twenty_of_them(told, anna, settings):
    settings.PERSONALIZATION_DEMOGRAPHICS = "tests.people.profiles.demographics.wild"
    rebuild(now=LATER)
    found = known_of(anna)
    assert len(found) == 20
    assert found["text"] == "xy"
    assert not {"list", "none", "nan", ""} & set(found)


def test_it_asks_some_at_a_time(told, boris, settings, monkeypatch):
    monkeypatch.setattr(demographics, "BATCH", 1)
    people.bought(boris, {told.shop["honey"]: 1}, at=LATER)
    callables.asked.clear()
    rebuild(now=LATER)
    assert len(callables.asked) == 2
