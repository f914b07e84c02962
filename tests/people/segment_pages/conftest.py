"""The owner, staff with fewer rights, and people to make segments of."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from personalization.people.profiles.models import Profile
from personalization.people.segments.models import Membership, MembershipChange, Segment
from tests.people import NOW, person
from tests.people.folk import known
from tests.people.segment_pages.forms import leaf

BUYERS = {"Anna": 9, "Boris": 4, "Clara": 1, "Dmytro": 0}


@pytest.fixture
def noon() -> Iterator[None]:
    """The clock of the tests' shop."""
    with time_machine.travel(NOW, tick=False):
        yield


def client_of(user: Any) -> Client:
    """Somebody's browser, signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def staff(name: str, *rights: str) -> Client:
    """A member of staff with these rights only."""
    user = get_user_model().objects.create_user(name, f"{name}@example.com", "secret", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return client_of(user)


@pytest.fixture
def owner(db: None) -> Client:
    """The owner: may do everything."""
    return client_of(get_user_model().objects.create_superuser("olga", "olga@example.com", "secret"))


@pytest.fixture
def editor(db: None) -> Client:
    """Builds segments, and may not know whose accounts the people have."""
    return staff("egor", "view_segment", "add_segment", "change_segment")


@pytest.fixture
def reader(db: None) -> Client:
    """May look at segments only."""
    return staff("rita", "view_segment")


@pytest.fixture
def clerk(db: None) -> Client:
    """May do nothing here."""
    return staff("carl")


@pytest.fixture
def buyers(db: None) -> dict[str, Profile]:
    """Anna bought nine times, Boris four times, Clara once; Dmytro only looked."""
    return {
        name: known(name, person(name), orders=orders, revenue=10 * orders, last_order_at=NOW if orders else None)
        for name, orders in BUYERS.items()
    }


@pytest.fixture
def loyal(buyers: dict[str, Profile]) -> Segment:
    """Who bought three times or more: Anna since long, Boris since yesterday; Clara and Dmytro left."""
    tree = {"all": [leaf(least=3)]}
    made = Segment.objects.create(name="Loyal", tree=tree, note="For the letter.")
    Segment.objects.filter(pk=made.pk).update(size=2, counted_at=NOW, counted_tree=tree, took_ms=40)
    for name, days in (("Anna", 40), ("Boris", 1)):
        Membership.objects.create(segment=made, person=buyers[name].person, since=NOW - timedelta(days=days))
    for name, is_entry in (("Boris", True), ("Clara", False), ("Dmytro", False)):
        at = NOW - timedelta(days=1)
        MembershipChange.objects.create(segment=made, person=buyers[name].person, is_entry=is_entry, happened_at=at)
    made.refresh_from_db()
    return made
