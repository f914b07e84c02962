"""Anna with a history, staff with different rights, and the page about her."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from personalization.events.models import Visitor
from personalization.people.profiles.models import Profile
from personalization.people.segments.models import Membership, Segment
from tests.people import NOW, Shop, bought
from tests.people.folk import happened, known, rule

FINDER = "admin:personalization_customer_changelist"


@pytest.fixture(autouse=True)
def _noon(bare_oscar: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(who: Any) -> str:
    """The address of the page: of an account, or of a visitor."""
    number = who.pk if isinstance(who.pk, uuid.UUID) else uuid.UUID(int=who.pk)
    return reverse("admin:personalization_customer_page", args=[number])


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
def seller(db: None) -> Client:
    """Stands in the store: may look at customers and at their accounts."""
    return staff("selma", "view_customer", "view_user")


@pytest.fixture
def analyst(db: None) -> Client:
    """May look at customers, and may not know who they are."""
    return staff("axel", "view_customer")


@pytest.fixture
def clerk(db: None) -> Client:
    """May do nothing here."""
    return staff("carl")


@pytest.fixture
def annas_phone(anna: Any) -> Visitor:
    """A browser from which she signed in."""
    return Visitor.objects.create(user=anna, first_seen_at=NOW - timedelta(days=90), last_seen_at=NOW)


@pytest.fixture
def regular(shop: Shop, anna: Any, annas_phone: Visitor) -> Any:
    """Anna: two orders, some looking around, a profile, and a segment that she is in."""
    known(
        "Anna", anna, orders=2, units=5, revenue="24.50", average_order="12.25", visits=7, views=31,
        first_order_at=NOW - timedelta(days=40), last_order_at=NOW - timedelta(days=5), order_gap_days=35.0,
        categories={str(shop.categories["Breakfast"].pk): 0.8}, price_tier=3,
    )  # fmt: skip
    bought(anna, {shop["oat milk"]: 2, shop["muesli"]: 1}, at=NOW - timedelta(days=5))
    happened("product_viewed", visitor=annas_phone, product=shop["honey"], days_ago=41)
    segment = Segment.objects.create(name="Regulars", tree=rule("orders", least=2), is_active=True)
    Membership.objects.create(segment=segment, person=uuid.UUID(int=anna.pk), since=NOW - timedelta(days=3))
    return anna


@pytest.fixture
def stranger_browser(db: None) -> Visitor:
    """Nobody knows who it is."""
    made = Visitor.objects.create(first_seen_at=NOW - timedelta(days=3), last_seen_at=NOW)
    Profile.objects.create(
        person=made.pk, first_seen_at=NOW - timedelta(days=3), last_seen_at=NOW, changed_at=NOW, visits=2, views=4
    )
    return made
