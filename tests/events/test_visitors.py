"""The visitor cookie: who gets one, what it is worth, and what becomes of it at login and logout."""

import uuid

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.utils import timezone

from personalization.events import history
from personalization.events.erase import erase
from personalization.events.identifiers import event_id
from personalization.events.models import Event, Visitor
from personalization.events.person import Person
from personalization.events.personal import Whole, whole_visitor
from personalization.events.write import NewEvent, write
from tests import people
from tests.journeys_of_oscar import buy, look_at, put_into_basket

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Safari/537.36"


@pytest.fixture
def client() -> Client:
    return Client(headers={"User-Agent": CHROME})


def visitor_of(client: Client) -> uuid.UUID:
    return uuid.UUID(signing.Signer(salt="personalization.visitor").unsign(client.cookies["pz_vid"].value))


def history_of(person: Person) -> tuple[int, ...]:
    return history.recent(person, now=timezone.now()).products("product_viewed")


def test_the_cookie_is_signed_http_only_and_lax(open_shop, client):
    cookie = look_at(client, open_shop["oat milk"]).cookies["pz_vid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["secure"]
    assert cookie["max-age"] == 395 * 24 * 3600
    assert Visitor.objects.get().pk == visitor_of(client)


def test_over_https_the_cookie_is_for_https_only(open_shop, client):
    response = client.get(open_shop["oat milk"].get_absolute_url(), secure=True)
    assert response.cookies["pz_vid"]["secure"]


def test_a_visitor_is_known_again_and_gets_no_second_cookie(open_shop, client):
    look_at(client, open_shop["oat milk"])
    response = look_at(client, open_shop["butter"])
    assert "pz_vid" not in response.cookies
    assert set(Event.objects.values_list("visitor_id", flat=True)) == {visitor_of(client)}


def test_a_stranger_s_row_is_written_once_a_minute_and_events_with_each_page(open_shop, client):
    def last_seen():
        return Visitor.objects.get().last_seen_at

    with time_machine.travel("2026-03-02 10:00:00+00:00", tick=False) as clock:
        look_at(client, open_shop["oat milk"])
        began = last_seen()
        clock.shift(59)
        look_at(client, open_shop["butter"])
        assert last_seen() == began
        clock.shift(2)
        look_at(client, open_shop["muesli"])
        assert (last_seen() - began).total_seconds() == 61
    assert Event.objects.filter(kind="product_viewed").count() == 3


def test_a_row_that_is_missing_comes_back_within_the_minute(open_shop, client):
    with time_machine.travel("2026-03-02 10:00:00+00:00", tick=False) as clock:
        look_at(client, open_shop["oat milk"])
        Visitor.objects.all().delete()
        clock.shift(61)
        look_at(client, open_shop["butter"])
    assert Visitor.objects.get().pk == visitor_of(client)


def test_who_was_erased_a_moment_ago_leaves_nothing_from_another_tab(open_shop, client):
    look_at(client, open_shop["oat milk"])
    erase(whole_visitor(visitor_of(client)), asked_by="the person", now=timezone.now())
    look_at(client, open_shop["butter"])
    assert not Event.objects.exists()
    assert not Visitor.objects.exists()


@pytest.mark.django_db
def test_of_an_erased_stranger_only_what_was_sold_is_kept_and_names_nobody():
    stranger, other, now = uuid.uuid4(), uuid.uuid4(), timezone.now()
    erase(Whole(visitor_ids=(stranger,)), asked_by="the person", now=now)

    def event(kind: str, whose: uuid.UUID) -> NewEvent:
        return NewEvent(event_id(now), kind, now, visitor_id=whose, visit_id=whose, product_id=1)

    told = [event("product_viewed", stranger), event("purchased", stranger), event("product_viewed", other)]
    assert write(told) == 2
    assert write(told) == 0, "none is there twice"
    assert sorted(Event.objects.values_list("kind", "visitor_id", "visit_id"), key=str) == [
        ("product_viewed", other, other), ("purchased", None, None)
    ]  # fmt: skip


def test_a_forged_cookie_is_ignored(open_shop, client):
    wished = "5b0e8f9e-6d0c-4c8e-9d54-0d6f1f1c2a11"
    for forged in ("", "x", wished, f"{wished}:signature", "é:é", "a" * 5000):
        client.cookies["pz_vid"] = forged
        assert "pz_vid" in look_at(client, open_shop["oat milk"]).cookies
    assert not Visitor.objects.filter(pk=wished).exists()
    assert Visitor.objects.count() == 6


def test_a_cookie_signed_for_something_else_is_ignored(open_shop, client):
    stolen = uuid.uuid4()
    client.cookies["pz_vid"] = signing.Signer().sign(str(stolen))
    look_at(client, open_shop["oat milk"])
    assert Visitor.objects.get().pk != stolen


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
def test_who_says_no_gets_no_cookie_and_leaves_no_rows_but_a_purchase(open_shop, client, header):
    refusing = Client(headers={"User-Agent": CHROME, header: "1"})
    look_at(refusing, open_shop["oat milk"])
    put_into_basket(refusing, open_shop["oat milk"])
    order = buy(refusing, guest="guest@example.com")
    event = Event.objects.get()
    assert (event.kind, event.visitor_id, event.payload["order"]) == ("purchased", None, order.pk)
    assert "pz_vid" not in refusing.cookies
    assert Visitor.objects.count() == 0


def test_a_consent_callable_that_fails_counts_as_no(open_shop, client, settings, caplog):
    settings.PERSONALIZATION_CONSENT = "tests.events.no_such.callable"
    assert look_at(client, open_shop["oat milk"]).status_code == 200
    assert Event.objects.count() == 0
    assert len(caplog.records) == 1


def test_a_bot_is_marked_and_gets_no_cookie(open_shop):
    bot = Client(headers={"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"})
    look_at(bot, open_shop["oat milk"])
    event = Event.objects.get()
    assert (event.traffic, event.visitor_id) == ("bot", None)
    assert "pz_vid" not in bot.cookies
    assert Visitor.objects.count() == 0


def test_staff_is_marked(open_shop, client):
    client.force_login(people.person("Clara", is_staff=True))
    look_at(client, open_shop["oat milk"])
    assert Event.objects.get(kind="product_viewed").traffic == "staff"
    assert Visitor.objects.get(pk=visitor_of(client)).traffic == "staff"


class TestLogin:
    def test_ties_the_history_of_the_visit_to_the_account_under_a_new_id(self, open_shop, client, anna):
        look_at(client, open_shop["oat milk"])
        before = visitor_of(client)
        people.log_in(client, anna)
        after = visitor_of(client)
        assert before != after
        assert set(Visitor.objects.values_list("pk", "user_id")) == {(before, anna.pk), (after, anna.pk)}
        assert history_of(Person(visitor_id=after, user_id=anna.pk)) == (open_shop["oat milk"].pk,)

    def test_the_id_from_before_is_worth_nothing_to_its_thief(self, open_shop, client, anna):
        look_at(client, open_shop["oat milk"])
        before = visitor_of(client)
        people.log_in(client, anna)
        look_at(client, open_shop["honey"])
        assert history_of(Person(visitor_id=before)) == (open_shop["oat milk"].pk,)

    def test_works_by_django_s_own_signal(self, open_shop, client, anna, settings):
        look_at(client, open_shop["oat milk"])
        before = visitor_of(client)
        settings.ROOT_URLCONF = "tests.events.doors"
        client.get(f"/enter/{anna.pk}/")
        assert Visitor.objects.get(pk=before).user_id == anna.pk
        assert Event.objects.filter(kind="logged_in", user_id=anna.pk).count() == 1

    def test_a_login_that_is_rolled_back_ties_nothing(self, open_shop, client, anna, settings):
        look_at(client, open_shop["oat milk"])
        before = visitor_of(client)
        settings.ROOT_URLCONF = "tests.events.doors"
        client.raise_request_exception = False
        assert client.get(f"/enter-and-fail/{anna.pk}/").status_code == 500
        assert visitor_of(client) == before
        assert Visitor.objects.get().user_id is None

    def test_with_nothing_seen_before_there_is_one_visitor(self, open_shop, client, anna):
        people.log_in(client, anna)
        assert Visitor.objects.get().user_id == anna.pk


class TestLogout:
    def test_the_next_page_is_a_new_visitor_s(self, open_shop, client, anna):
        people.log_in(client, anna)
        known = visitor_of(client)
        response = client.get("/accounts/logout/")
        assert response.cookies["pz_vid"].value == ""
        look_at(client, open_shop["butter"])
        new = visitor_of(client)
        assert new != known
        assert Visitor.objects.get(pk=new).user_id is None

    def test_two_accounts_on_one_browser_keep_apart(self, open_shop, client, anna, boris):
        people.log_in(client, anna)
        look_at(client, open_shop["oat milk"])
        client.get("/accounts/logout/")
        people.log_in(client, boris)
        look_at(client, open_shop["sponge"])
        assert history_of(Person(visitor_of(client), boris.pk)) == (open_shop["sponge"].pk,)
        assert history_of(Person(user_id=anna.pk)) == (open_shop["oat milk"].pk,)

    def test_two_accounts_keep_apart_when_the_first_session_just_ran_out(self, open_shop, client, anna, boris):
        people.log_in(client, anna)
        look_at(client, open_shop["oat milk"])
        del client.cookies["sessionid"]
        assert history_of(Person(visitor_of(client))) == ()
        people.log_in(client, boris)
        look_at(client, open_shop["sponge"])
        assert history_of(Person(visitor_of(client), boris.pk)) == (open_shop["sponge"].pk,)
        assert history_of(Person(user_id=anna.pk)) == (open_shop["oat milk"].pk,)


def test_a_fast_clicker_touches_the_visitor_s_row_once_a_minute(open_shop, client):
    with time_machine.travel(people.NOW, tick=False) as clock:
        for _ in range(3):
            look_at(client, open_shop["oat milk"])
            clock.shift(10)
        assert Visitor.objects.get().last_seen_at == people.NOW
        clock.shift(60)
        look_at(client, open_shop["oat milk"])
        assert Visitor.objects.get().last_seen_at > people.NOW
