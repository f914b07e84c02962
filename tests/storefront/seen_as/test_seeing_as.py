"""The owner sees the shop as somebody else does; nothing of it is counted, given away, or kept."""

import html as html_module
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_model

from personalization.campaigns.offers.give import give
from personalization.campaigns.offers.models import PersonalCode
from personalization.events.models import Event, Visitor
from personalization.events.person import Person
from personalization.insight.people.models import CustomerLook
from personalization.people.segments.models import Segment
from personalization.storefront.models import Block
from personalization.storefront.popups import sight
from personalization.storefront.popups.models import PopupShowing
from personalization.storefront.seen_as.token import SeenAs, signed
from personalization.storefront.slots.models import Banner
from tests.campaigns.offers.folk import known, offered
from tests.people import NOW, Shop, person
from tests.people.folk import rule
from tests.safety.conftest import fill_tables
from tests.storefront.popups.conftest import popup

pytestmark = pytest.mark.django_db
SEEN = re.compile(r"The shop as (.*) sees it")
See = Callable[..., Any]


@pytest.fixture
def shop_open(open_shop: Shop, settings: Any) -> Shop:
    settings.ROOT_URLCONF = "tests.storefront.seen_as.pages"
    sight.kept.__init__()  # type: ignore[misc]
    fill_tables(open_shop)
    return open_shop


def of_somebody(user: Any) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def maria(shop_open: Shop) -> Any:
    """Works here; may look at blocks and at accounts."""
    user = person("Maria", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=["view_block", "view_user"]))
    return user


@pytest.fixture
def see(maria: Any) -> See:
    client = of_somebody(maria)

    def seen(path: str = "/home/", **whom: Any) -> Any:
        return client.get(path, {"pz_as": signed(SeenAs(**{"told": "a stranger", **whom}), reader_id=maria.pk)})

    return seen


def test_it_is_the_shop_s_own_page_for_that_person(see: See) -> None:
    anna = person("Anna")
    page = see(user_id=anna.pk, told="anna@example.com")
    assert "Hello Anna" in page.text
    assert SEEN.search(page.text)[1] == "anna@example.com"  # type: ignore[index]
    assert "Hello </p>" in see().text


def test_it_shows_what_is_for_those_segments_at_that_time(see: See) -> None:
    segment = Segment.objects.create(name="VIP")
    words = {"en": {"title": "For VIPs in June"}}
    Banner.objects.create(slot="hero", texts=words, audience={"in": [segment.pk]}, starts_at=NOW + timedelta(days=90))
    Block.objects.create(slot="home", strategy="new_arrivals", titles={"en": "VIPs' choice"}, minimum=1,
                         audience={"in": [segment.pk]})  # fmt: skip
    with time_machine.travel(NOW, tick=False):
        assert "For VIPs in June" not in see(segment_ids=(segment.pk,)).text
        then = see(segment_ids=(segment.pk,), at=NOW + timedelta(days=91)).text
        assert "For VIPs in June" in then
        assert "VIPs&#x27; choice" in then or "VIPs' choice" in html_module.unescape(then)
        assert "VIPs' choice" not in html_module.unescape(see().text)
        assert "Our own" in see().text


def test_it_shows_what_is_for_that_device_and_source(see: See) -> None:
    for name, tree in (
        ("phones", rule("visit_device", devices=["phone"])), ("letters", rule("visit_source", sources=["letter"])),
    ):  # fmt: skip
        segment = Segment.objects.create(name=name, tree=tree, counted_tree=tree, is_live=True)
        words = {"en": {"title": f"For {name}"}}
        Banner.objects.create(slot="hero", texts=words, audience={"in": [segment.pk]})
    assert "For phones" in see(device="phone").text
    assert "For letters" in see(device="desktop", source="letter of May").text
    assert "Our own" in see(device="desktop").text


def test_the_pop_up_that_would_come_stands_open_in_it(see: See) -> None:
    popup("behind", priority=2)
    popup("first", priority=1, texts={"en": {"title": "Hello there"}})
    page = see().text
    assert page.count("<dialog open") == 1
    assert "Hello there" in page
    assert not PopupShowing.objects.exists()


def test_codes_are_samples(see: See, shop_open: Shop) -> None:
    anna = person("Anna")
    known(anna)
    given = give(offered(), Person(user_id=anna.pk), by="olga", now=timezone.now()).code
    assert given is not None
    assert given.code in of_somebody(anna).get("/home/").text
    page = see(user_id=anna.pk).text
    assert given.code not in page
    assert "SAMPLE" in page


def test_nothing_is_counted_and_nothing_stays_of_what_the_shop_wrote(see: See, shop_open: Shop) -> None:
    anna, basket, record = person("Anna"), get_model("basket", "Basket"), get_model("analytics", "ProductRecord")
    see()
    before = {model: model.objects.count() for model in (Event, Visitor, basket, record, PersonalCode, Session)}
    for path in ("/home/", shop_open["honey"].get_absolute_url(), "/catalogue/"):
        for user_id in (None, anna.pk):
            page = see(path, user_id=user_id)
            assert page.status_code == 200
            assert not page.cookies
    assert {model: model.objects.count() for model in before} == before


def test_the_one_who_looks_stays_who_they_are(see: See, maria: Any) -> None:
    client = of_somebody(maria)
    token = signed(SeenAs(user_id=person("Anna").pk, told="Anna"), reader_id=maria.pk)
    client.get("/home/", {"pz_as": token})
    assert "last page" not in client.session
    assert "Hello Maria" in client.get("/home/").text


def test_it_is_for_a_frame_of_this_shop_alone_and_for_no_cache(see: See) -> None:
    page = see()
    assert page["Cache-Control"] == "private, no-store"
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'; sandbox allow-same-origin" in page["Content-Security-Policy"]
    assert '<head><base target="_blank">' in page.text
    assert "data-pz-script" not in page.text
    assert "data-pz-popups" not in page.text


def test_anything_else_gives_the_ordinary_page(see: See, maria: Any, shop_open: Shop, settings: Any) -> None:
    anna, boss = person("Anna"), person("Boss", is_staff=True, is_superuser=True)
    as_anna = signed(SeenAs(user_id=anna.pk, told="Anna"), reader_id=maria.pk)
    forged = signing.dumps({"user_id": anna.pk, "by": maria.pk}, salt="another")

    def is_ordinary(client: Client, token: str, path: str = "/home/", name: str = "Hello") -> bool:
        page = client.get(path, {"pz_as": token})
        return page.status_code != 200 or (not SEEN.search(page.text) and name in page.text)

    mine = of_somebody(maria)
    assert is_ordinary(mine, forged, name="Hello Maria")
    assert is_ordinary(mine, as_anna + "x", name="Hello Maria")
    assert is_ordinary(of_somebody(anna), as_anna, name="Hello Anna")
    assert is_ordinary(of_somebody(boss), as_anna, name="Hello Boss")
    assert is_ordinary(Client(), as_anna, name="Hello </p>")
    # A colleague is nobody to look through, and neither is an account that is gone.
    for pk in (boss.pk, maria.pk, 0):
        assert is_ordinary(mine, signed(SeenAs(user_id=pk, told="?"), reader_id=maria.pk), name="Hello Maria")
    with time_machine.travel(NOW, tick=False):
        late = signed(SeenAs(user_id=anna.pk, told="Anna"), reader_id=maria.pk)
        with time_machine.travel(NOW + timedelta(minutes=31), tick=False):
            assert is_ordinary(mine, late, name="Hello Maria")
    maria.user_permissions.remove(Permission.objects.get(codename="view_user"))
    assert is_ordinary(of_somebody(maria), as_anna, name="Hello Maria")


@pytest.mark.parametrize(
    "path", ["/admin/", "/dashboard/", "/checkout/", "/accounts/profile/", "/basket/", "/personalization/my-data/"]
)
def test_what_is_somebody_s_alone_is_not_shown(see: See, path: str) -> None:
    page = see(path, user_id=person("Anna").pk)
    assert not SEEN.search(page.content.decode())


def test_nothing_can_be_sent_in_somebody_s_name(see: See, maria: Any, shop_open: Shop) -> None:
    token = signed(SeenAs(user_id=person("Anna").pk, told="Anna"), reader_id=maria.pk)
    page = of_somebody(maria).post(f"/home/?pz_as={token}")
    assert not SEEN.search(page.text)
    assert "Hello Maria" in page.text


# --- the page of the back-office --------------------------------------------------------------------------------------

ADDRESS = "admin:personalization_customer_see"


def frames(client: Client, **asked: Any) -> list[str]:
    page = client.get(reverse(ADDRESS), {"path": "/home/"} | asked).text
    return [html_module.unescape(one) for one in re.findall(r'<iframe title="[^"]*" src="([^"]+)"', page)]


def test_two_frames_of_each_choice_and_each_is_that_page(maria: Any) -> None:
    client, segment = of_somebody(maria), Segment.objects.create(name="VIP")
    assert len(frames(client)) == 2
    both = frames(client, compare="1", **{"second-segments": [segment.pk]})
    assert len(both) == 4
    told = [SEEN.search(client.get(one).text)[1] for one in both]  # type: ignore[index]
    assert [html_module.unescape(one) for one in told] == ["a stranger"] * 2 + ["somebody in “VIP”"] * 2


def test_a_look_through_a_customer_s_eyes_is_kept_as_one_at_their_page(maria: Any) -> None:
    anna, client = person("Anna"), of_somebody(maria)
    assert len(frames(client, shopper_id=anna.pk)) == 2
    frames(client, shopper_id=anna.pk)
    assert CustomerLook.objects.get().user_id == anna.pk
    maria.user_permissions.remove(Permission.objects.get(codename="view_user"))
    client = of_somebody(maria)
    page = client.get(frames(client, shopper_id=anna.pk)[0]).text
    assert "Hello </p>" in page


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil", "home", "/accounts/", "/none/"],
)
def test_no_other_page_gets_into_a_frame(maria: Any, path: str) -> None:
    assert frames(of_somebody(maria), path=path) == []


def test_it_takes_the_right_to_see_blocks(shop_open: Shop) -> None:
    helper = of_somebody(person("Helper", is_staff=True))
    assert helper.get(reverse(ADDRESS)).status_code == 403
