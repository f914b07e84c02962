"""Promise 29: what each of five roles gets from every address of the app, as one table says; a new one needs a row.

A request says nothing but its address. `login`: sent to the login; `no`: refused; `yes`: answered, if only that there
is no such thing; empty: there is no such way to ask.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import URLPattern, reverse

from personalization.campaigns.offers.models import PersonalOffer
from personalization.people.segments.models import Segment
from personalization.storefront.doors.models import InterestDoor
from personalization.storefront.models import Block
from personalization.storefront.popups.models import Popup
from personalization.storefront.slots.models import Banner
from personalization.urls import urlpatterns
from tests.admin.stories import ANNAS_PHONE
from tests.people import Shop
from tests.people.folk import rule

TABLE = Path(__file__).with_name("roles.csv")
ROLES = ("stranger", "shopper", "analyst", "marketer", "owner")
METHODS = ("GET", "POST")
# What a marketer looks after; the rest they may look at.
OWN = ("block", "shoprule", "segment", "personaloffer", "popup", "banner", "interestdoor")
FILLED: dict[str, Any] = {"IntConverter": 1, "UUIDConverter": ANNAS_PHONE, "SlugConverter": "funnel"}
Addresses = dict[tuple[str, str], str]


def _patterns() -> Iterator[tuple[str, URLPattern]]:
    for one in urlpatterns:
        yield f"personalization:{one.name}", one
    for model, its_admin in admin.site._registry.items():
        if model._meta.app_label == "personalization":
            for one in its_admin.get_urls():
                if getattr(one, "name", None):
                    yield f"admin:{one.name}", one


def _address(name: str, pattern: URLPattern) -> str:
    converters = pattern.pattern.converters
    values = [FILLED.get(type(converter).__name__, "1") for converter in converters.values()]
    return reverse(name, args=values)


def addresses() -> Addresses:
    """Every address of ours, by its name and the ways to ask for it."""
    return {
        (name, method): _address(name, pattern)
        for name, pattern in dict(_patterns()).items()
        for method in METHODS
    }  # fmt: skip


def cell(client: Client, method: str, address: str) -> str:
    """What a role gets."""
    answer = client.generic(method, address, content_type="application/x-www-form-urlencoded")
    assert answer.status_code < 500, (method, address)
    if answer.status_code == 405:
        return ""
    if answer.status_code == 302 and "/login/" in answer["Location"]:
        return "login"
    return "no" if answer.status_code == 403 else "yes"


def written() -> dict[tuple[str, str], list[str]]:
    """The table as it stands in its file."""
    with TABLE.open(newline="") as file:
        _header, *rows = csv.reader(file)
    return {(name, method): cells for name, method, *cells in rows}


@pytest.fixture
def browsers(filled_shop: Shop, anna: Any) -> dict[str, Client]:
    """One for each role."""
    # What addresses name by a number is there.
    Segment.objects.get_or_create(pk=1, defaults={"name": "Buyers", "tree": {"all": [rule("orders", least=1)]}})
    Block.objects.get_or_create(pk=1, defaults={"slot": "home-1", "strategy": "bestsellers"})
    PersonalOffer.objects.get_or_create(pk=1, defaults={"title": "10 % off"})
    Popup.objects.get_or_create(pk=1, defaults={"name": "hello"})
    Banner.objects.get_or_create(pk=1, defaults={"slot": "home-hero"})
    InterestDoor.objects.get_or_create(pk=1, defaults={"slot": "home"})
    ours = Permission.objects.filter(content_type__app_label="personalization")
    names = [f"{verb}_{model}" for verb in ("add", "change", "delete") for model in OWN]
    rights = {
        "analyst": ours.filter(codename__startswith="view_"),
        "marketer": ours.filter(codename__startswith="view_") | ours.filter(codename__in=names),
    }
    found = {"stranger": Client(), "shopper": Client(), "owner": Client()}
    found["shopper"].force_login(anna)
    boss = get_user_model().objects.create_superuser("olga", "olga@example.com", "secret")
    found["owner"].force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    for role, permissions in rights.items():
        user = get_user_model().objects.create_user(role, f"{role}@example.com", "secret", is_staff=True)
        user.user_permissions.set(permissions)
        found[role] = Client()
        found[role].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return found


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    rows, known = written(), addresses()
    missing = {name for name, _ in known} ^ {name for name, _ in rows}
    assert not missing, f"Say in {TABLE.name} who may do what at: {sorted(missing)}"


@pytest.mark.timeout(400)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(browsers: dict[str, Client], role: str) -> None:
    place, table = ROLES.index(role), written()
    got = {key: cell(browsers[role], key[1], address) for key, address in addresses().items()}
    assert {key: told for key, told in got.items() if told} == {
        key: cells[place] for key, cells in table.items() if cells[place]
    }


def test_nobody_but_staff_gets_into_the_back_office() -> None:
    for (name, method), cells in written().items():
        if name.startswith("admin:"):
            assert set(cells[:2]) <= {"login", ""}, (name, method)
