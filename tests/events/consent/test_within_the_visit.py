"""Who has not agreed is still shown what the visit says: from what the request carries, and nothing is kept."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from personalization.events.models import AccountConsent, Event, Visitor
from personalization.events.person import STRANGER, Person
from personalization.shop import viewed_product_ids
from personalization.storefront.request import page_of
from tests import people
from tests.events.consent.browsers import answer, browser, cookies
from tests.journeys_of_oscar import look_at, put_into_basket
from tests.safety.conftest import fill_tables

BACK, FOR_ME = "/uncached/", "/three-for-me/"


@pytest.fixture
def busy(open_shop: people.Shop, settings: Any) -> people.Shop:
    fill_tables(open_shop)
    settings.ROOT_URLCONF = "tests.storefront.pages"
    return open_shop


def shown(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.mark.parametrize("refuses", ["by answering", "by its browser", "not asked"])
def test_two_looks_are_enough(busy: people.Shop, refuses: str) -> None:
    client = browser(GPC="1") if refuses == "by its browser" else browser()
    if refuses == "by answering":
        answer(client, ())
    assert "Because you looked at" not in shown(client, FOR_ME)
    for title in ("honey", "coffee"):
        look_at(client, busy[title])
    assert shown(client, BACK).index("coffee") < shown(client, BACK).index("honey")
    assert "Because you looked at" in shown(client, FOR_ME)
    assert Event.objects.count() == Visitor.objects.count() == 0
    assert cookies(client) <= {"pz_consent"}


def test_the_basket_counts_too(busy: people.Shop) -> None:
    client = browser(GPC="1")
    before = shown(client, FOR_ME)
    put_into_basket(client, busy["honey"])
    assert shown(client, FOR_ME) != before
    assert Event.objects.count() == 0


def test_one_shopper_s_visit_is_not_another_s(busy: people.Shop) -> None:
    first, second = browser(), browser()
    look_at(first, busy["honey"])
    assert "honey" not in shown(second, BACK)


def test_what_an_account_looked_at_is_not_for_whoever_comes_next(busy: people.Shop, anna: Any, settings: Any) -> None:
    # Oscar's own default, which names a cookie that Oscar does not set.
    settings.OSCAR_COOKIES_DELETE_ON_LOGOUT = ["oscar_recently_viewed_products"]
    client = browser(GPC="1")
    people.log_in(client, anna)
    look_at(client, busy["honey"])
    assert "honey" in shown(client, BACK)
    client.get("/accounts/logout/")
    assert "honey" not in shown(client, BACK)


@pytest.mark.parametrize(
    ("cookie", "read"),
    [
        ("[1, 2, 3]", (3, 2, 1)),
        ("[2, 1, 2]", (2, 1)),
        ("[true, -1, 0, 1.5, \"7\", null, [5], 99999999999999999999, 8]", (8,)),
        ("", ()), ("{}", ()), ("7", ()), ("nonsense", ()), ("[" * 9000, ()), ("[1" * 2000, ()),
    ],
)  # fmt: skip
def test_the_cookie_may_hold_anything(rf: Any, cookie: str, read: tuple[int, ...]) -> None:
    request = rf.get("/")
    request.COOKIES["oscar_history"] = cookie
    assert viewed_product_ids(request) == read


def test_a_history_that_is_known_comes_before_the_cookie(full_shop_request: Any, anna: Any) -> None:
    request, shop = full_shop_request
    people.did("product_viewed", shop["honey"], user=anna, at=timezone.now())
    request.COOKIES["oscar_history"] = json.dumps(shop.ids("coffee"))
    request.user = anna
    assert page_of(request).history.products("product_viewed") == tuple(shop.ids("honey"))


def test_an_account_that_said_no_elsewhere_is_a_stranger_to_the_blocks_here(full_shop_request: Any, anna: Any) -> None:
    request, shop = full_shop_request
    people.did("product_viewed", shop["honey"], user=anna, at=timezone.now())
    request.user = anna
    AccountConsent.objects.create(user_id=anna.pk, purposes=["analytics"], changed_at=people.NOW)
    context = page_of(request).context()
    assert (context.person, context.history.happenings) == (STRANGER, ())


def test_the_staff_s_own_visit_is_not_the_customer_s(full_shop_request: Any, anna: Any, boris: Any) -> None:
    request, shop = full_shop_request
    request.COOKIES["oscar_history"] = json.dumps(shop.ids("coffee"))
    request.user = boris
    page = page_of(request, user=anna)
    assert (page.person, page.history.happenings) == (Person(user_id=anna.pk), ())


@pytest.fixture
def full_shop_request(shop: people.Shop, rf: Any) -> Any:
    return rf.get("/"), shop
