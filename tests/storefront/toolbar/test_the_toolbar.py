"""The staff see in the shop what each page is made of; nobody else gets a letter of it, and looking counts nothing."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import signing
from django.core.cache import cache
from django.test import Client

from personalization.events.models import Event
from personalization.people.segments.models import Segment
from personalization.storefront.models import Block
from personalization.storefront.popups import sight
from personalization.storefront.popups.models import PopupShowing
from personalization.storefront.slots.models import Banner
from personalization.storefront.watch import SALT
from tests.people import Shop, person
from tests.people.folk import rule
from tests.safety.conftest import fill_tables
from tests.storefront.popups.conftest import popup

URL, SWITCH = "/personalization/toolbar/", "/personalization/toolbar/switch/"
BY_SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
TRACE = re.compile(r"toolbar", re.IGNORECASE)


@pytest.fixture
def shop_open(open_shop: Shop, settings: Any) -> Shop:
    settings.ROOT_URLCONF = "tests.storefront.toolbar.pages"
    cache.clear()
    sight.kept.__init__()  # type: ignore[misc]
    fill_tables(open_shop)
    return open_shop


def of_somebody(user: Any) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def maria(shop_open: Shop) -> Client:
    """Works here, may look at blocks, and switched it on."""
    user = person("Maria", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_block"))
    client = of_somebody(user)
    assert client.post(SWITCH, {"on": "1", "next": "/home/"}).url == "/home/"
    return client


def note_in(html: str) -> str:
    return re.search(r'data-pz-note="([^"]+)"', html)[1]  # type: ignore[index]


def without_tokens(html: str) -> str:
    """What is drawn by lot for each page: Django's tokens against forgery, and the nonce of the policy."""
    return re.sub(r'value="[A-Za-z0-9]{64}"|nonce="[^"]+"', "", html)


def strip(client: Client, path: str = "/home/") -> str:
    html = client.get(path).text
    answer = client.post(URL, note_in(html), content_type="text/plain", headers=BY_SCRIPT)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_it_is_off_until_somebody_switches_it_on(maria: Client, shop_open: Shop) -> None:
    assert TRACE.search(maria.get("/home/").text)
    boss = of_somebody(person("Boss", is_staff=True, is_superuser=True))
    assert not TRACE.search(boss.get("/home/").text)
    assert boss.post(URL, "x", content_type="text/plain", headers=BY_SCRIPT).status_code == 404


def test_it_is_hidden_again(maria: Client) -> None:
    assert maria.post(SWITCH, {"next": "/home/"}).url == "/home/"
    assert not TRACE.search(maria.get("/home/").text)


def test_others_get_the_same_bytes_with_a_stolen_cookie_and_without(maria: Client, shop_open: Shop) -> None:
    note, stolen = note_in(maria.get("/home/").text), maria.cookies["pz_toolbar"].value
    anna, helper = person("Anna"), person("Helper", is_staff=True)
    for client in (Client(), of_somebody(anna), of_somebody(helper)):
        mine = without_tokens(client.get("/cached/").text)
        cache.clear()
        client.cookies["pz_toolbar"] = stolen
        page = client.get("/cached/")
        cache.clear()
        assert without_tokens(page.text) == mine
        assert not TRACE.search(client.get("/home/").text)
        assert client.post(URL, note, content_type="text/plain", headers=BY_SCRIPT).status_code == 404
        assert client.post(SWITCH, {"on": "1"}).status_code == 404


def test_no_cache_gives_it_to_somebody_else_nor_keeps_it(maria: Client) -> None:
    page = maria.get("/cached/")
    assert TRACE.search(page.text)
    assert "private" in page["Cache-Control"]
    assert not TRACE.search(Client().get("/cached/").text)


@pytest.mark.parametrize(
    "sent",
    ["", "x", "x" * 300_000, signing.dumps({"user": 1}, salt="another")],
    ids=["none", "short", "long", "forged"],
)
def test_a_note_that_we_did_not_write_is_no_note(maria: Client, sent: str) -> None:
    assert maria.post(URL, sent, content_type="text/plain", headers=BY_SCRIPT).status_code == 404


def test_a_note_of_a_colleague_is_not_mine(maria: Client) -> None:
    note = signing.dumps({"user": 0}, salt=SALT, compress=True)
    assert maria.post(URL, note, content_type="text/plain", headers=BY_SCRIPT).status_code == 404


def test_another_site_gets_nothing(maria: Client) -> None:
    note = note_in(maria.get("/home/").text)
    assert maria.post(URL, note, content_type="text/plain").status_code == 404
    assert maria.get(URL).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = maria.cookies
    assert strict.post(SWITCH, {"on": ""}).status_code == 403


def test_it_tells_of_each_block_who_filled_it_what_is_out_and_how_long_it_took(maria: Client, shop_open: Shop) -> None:
    segment = Segment.objects.create(name="Nobody")
    Block.objects.create(slot="home", strategy="new_arrivals", titles={"en": "Just in"}, limit=4, minimum=1)
    Block.objects.create(slot="home", strategy="trending", titles={"en": "For few"}, audience={"in": [segment.pk]})
    Block.objects.create(
        slot="home", strategy="recently_viewed", titles={"en": "Seen"}, limit=9, minimum=9, fallback="hide", position=3
    )
    told = strip(maria)
    assert "Just in home · 4 products ·" in told
    assert "All products come from the list that was asked for" in told
    assert (
        "it can't be bought now: it is hidden, sold out or has no price" in told or "enough others came first" in told
    )
    assert re.search(r"For few home · not shown It is for other people\.", told)
    assert re.search(r"Seen home · not shown · [\d.]+ ms Nothing is shown: fewer than 9 products", told)


def test_it_tells_which_banner_was_chosen_and_why_not_the_others(maria: Client) -> None:
    segment = Segment.objects.create(name="Nobody")
    words = {"en": {"title": "Hello"}}
    Banner.objects.create(name="for few", slot="hero", texts=words, audience={"in": [segment.pk]}, priority=1)
    Banner.objects.create(name="for all", slot="hero", texts=words, priority=2)
    Banner.objects.create(name="spare", slot="hero", texts=words, priority=3)
    told = strip(maria)
    assert "for few They are not among those whom it is for." in told
    assert "for all shown" in told
    assert "spare It may come too, but one above it comes first." in told


def test_it_tells_which_pop_up_would_come(maria: Client) -> None:
    popup("first to be asked", trigger="viewed_again", priority=1)
    popup("the one", priority=2)
    popup("a draft", status="draft", priority=3)
    maria.get("/home/")
    maria.get("/catalogue/")
    told = strip(maria, "/catalogue/" if "toolbar" in maria.get("/catalogue/").text else "/home/")
    assert "first to be asked Its moment is not now" in told
    assert "a draft It is not live now" in told


def test_it_tells_the_segments_the_visit_and_what_was_agreed_to(maria: Client, shop_open: Shop) -> None:
    tree = rule("visit_pages", least=1)
    Segment.objects.create(name="Reads on", tree=tree, counted_tree=tree, is_live=True)
    maria.get(shop_open["honey"].get_absolute_url())
    told = strip(maria)
    assert "Reads on by this visit" in told
    assert "Product viewed: honey" in told
    assert "Agreed to Counting what is looked at" in told


def test_looking_counts_nothing(maria: Client, shop_open: Shop) -> None:
    popup("hello")
    html = maria.get("/home/").text
    before = list(Event.objects.order_by("id").values_list("id", "kind"))
    for _ in range(3):
        assert maria.post(URL, note_in(html), content_type="text/plain", headers=BY_SCRIPT).status_code == 200
    assert list(Event.objects.order_by("id").values_list("id", "kind")) == before
    assert not PopupShowing.objects.exists()


def test_a_failure_in_it_leaves_the_page_as_it_was(
    maria: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("personalization.storefront.toolbar.tag.told", fail)
    page = maria.get("/home/")
    assert page.status_code == 200
    assert "data-pz-script" in page.text
    assert not TRACE.search(page.text)
    assert "bringing the toolbar" in caplog.text
