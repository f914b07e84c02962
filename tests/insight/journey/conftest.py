"""A week of visits, few enough to be counted by hand, and staff with different rights."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from personalization.people.journeys.follow import follow_visits
from personalization.people.segments.models import Membership, Segment
from tests.people import NOW
from tests.people.folk import known
from tests.people.segment_pages.conftest import client_of, staff
from tests.people.walks import walk

DAY = timedelta(days=1)
PAGE = "admin:personalization_journey_changelist"
# Of ten visits nine looked at goods, five filled a basket, three began a checkout, and one ended with an order.
WEEK = (
    # who, by which way, days ago, source, medium, device
    ("Anna", ("home", "product", "basket", "checkout", "order", "thanks"), 1, "newsletter", "email", "phone"),
    ("Anna", ("search", "product", "product"), 2, "", "", "desktop"),
    ("Boris", ("home", "block", "product", "basket"), 2, "google", "cpc", "phone"),
    ("Boris", ("home", "product", "basket", "checkout"), 3, "google", "organic", "phone"),
    ("Clara", ("category", "product"), 3, "Google", "cpc", "tablet"),
    ("Clara", ("product", "basket", "checkout"), 4, "", "", "phone"),
    ("Dmytro", ("home", "product"), 4, "", "", "desktop"),
    ("Eva", ("home", "product"), 5, "google", "cpc", "phone"),
    ("Felix", ("basket",), 5, "", "", ""),
    ("Gleb", (), 6, "", "", "desktop"),
)


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def week(anna: Any, boris: Any) -> None:
    """The ten visits, and two of the week before of which one ended with an order. Anna and Boris have accounts."""
    accounts = {"Anna": anna, "Boris": boris}
    for who, touches, days, source, medium, device in WEEK:
        told = {"source": source, "medium": medium, "device": device}
        walk(who, *touches, at=NOW - days * DAY, user=accounts.get(who), **{k: v for k, v in told.items() if v})
    walk("Anna", "product", "basket", "checkout", "order", at=NOW - 8 * DAY, user=anna)
    walk("Heidi", "home", at=NOW - 9 * DAY)
    follow_visits(now=NOW)
    known("Anna", anna)
    known("Boris", boris)
    for name in ("Clara", "Dmytro", "Felix"):
        known(name)


@pytest.fixture
def loyal(week: None, anna: Any, boris: Any) -> Segment:
    """Anna is in it."""
    made = Segment.objects.create(name="Loyal", tree={"all": [{"rule": "orders", "params": {"least": 1}}]}, size=1)
    Membership.objects.create(segment=made, person=known_number(anna), since=NOW)
    return made


def known_number(user: Any) -> Any:
    """The person that an account is."""
    from personalization.events.person import Person
    from personalization.people.persons import number_of

    return number_of(Person(user_id=user.pk))


@pytest.fixture
def owner(db: None) -> Client:
    """May do everything."""
    return client_of(get_user_model().objects.create_superuser("olga", "olga@example.com", "secret"))


@pytest.fixture
def reader(db: None) -> Client:
    """May look at segments only."""
    return staff("rita", "view_segment")


@pytest.fixture
def clerk(db: None) -> Client:
    """May do nothing here."""
    return staff("carl")


def page(client: Client, **asked: Any) -> Any:
    """The page as it is answered; its last seven days unless something else is asked for."""
    return client.get(reverse(PAGE), {"period": "7", **asked})
