"""The preferred hour and channel: what was said counts before what is done, and too little is nothing."""

from datetime import timedelta
from typing import Any

import pytest

from personalization.events.models import AccountConsent
from personalization.events.person import Person
from personalization.people.models import Preference
from personalization.people.predict.habits import Habits, habits_of
from personalization.people.profiles.models import Profile
from tests.people import NOW
from tests.people.predict.shops import profile

What = Preference.What


def _says(user: Any, what: str, value: str, *, days_ago: int = 0) -> None:
    Preference.objects.create(user_id=user.pk, what=what, value=value, told_at=NOW - timedelta(days=days_ago))


@pytest.fixture
def known(anna: Any) -> Person:
    """Anna, who comes at eight in the evening."""
    row = profile(anna.pk)
    row.hour, row.visits = 20, 5
    row.save()
    return Person(user_id=anna.pk)


def test_what_somebody_does_is_their_habit(known: Person) -> None:
    assert habits_of(known) == Habits(hour=20)


def test_after_few_visits_nobody_can_tell(known: Person) -> None:
    Profile.objects.update(visits=3, orders=1)
    assert habits_of(known) == Habits()


def test_what_they_said_counts_more_and_the_last_word_counts(known: Person, anna: Any) -> None:
    _says(anna, What.HOUR, "9", days_ago=3)
    _says(anna, What.HOUR, "7", days_ago=1)
    _says(anna, What.CHANNEL, "email")
    assert habits_of(known) == Habits(hour=7, channel="email")


def test_what_is_no_hour_is_not_heard(known: Person, anna: Any) -> None:
    _says(anna, What.HOUR, "evening")
    assert habits_of(known) == Habits(hour=20)


def test_who_refused_is_not_looked_at(known: Person, anna: Any) -> None:
    _says(anna, What.CHANNEL, "email")
    AccountConsent.objects.create(user_id=anna.pk, purposes=[], changed_at=NOW)
    Profile.objects.all().delete()
    assert habits_of(known) == Habits()


def test_two_queries_and_none_for_nobody(known: Person, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        habits_of(known)
    with django_assert_num_queries(0):
        assert habits_of(Person()) == Habits()
