"""Before a pop-up is switched on, the owner asks what it would have done in the shop's own last days."""

import random
import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from personalization.campaigns.state import Status
from personalization.conf import conf
from personalization.events.identifiers import event_id
from personalization.events.models import Event, Visitor
from personalization.events.write import NewEvent, write
from personalization.people.segments.models import Membership, MembershipChange, Segment
from personalization.recommend.facts.models import ProductFact
from personalization.storefront.popups.models import Popup, PopupShowing
from personalization.storefront.popups.replay.job import replayed, work_off_replays
from personalization.storefront.popups.replay.models import PopupReplay
from personalization.storefront.popups.replay.requests import request_replay
from tests.people import NOW, Shop, know_goods, person
from tests.people.folk import rule
from tests.storefront.popups.conftest import popup

pytestmark = pytest.mark.django_db
FREE: dict[str, int] = {}
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Log:
    """Writes what people did, in few words."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def visitor(self, user: Any = None) -> uuid.UUID:
        made = Visitor.objects.create(id=uuid.uuid4(), first_seen_at=NOW, last_seen_at=NOW, user=user)
        return made.pk

    def visit(self, who: uuid.UUID | None, at: datetime, number: int = 1, user: Any = None, **landing: Any) -> Any:
        visit = event_id(at)
        told = {"number": number, **landing}
        write([NewEvent(visit, "visit_started", at, who, user and user.pk, visit, payload=told)])
        return Trip(self, who, visit, at, user)


class Trip:
    """A visit that is written as it goes on."""

    def __init__(self, log: Log, who: uuid.UUID | None, visit: uuid.UUID, at: datetime, user: Any) -> None:
        self.log, self.who, self.visit, self.at, self.user = log, who, visit, at, user

    def does(self, kind: str, after: timedelta = timedelta(0), title: str = "", **more: Any) -> "Trip":
        self.at += after
        about = {"product_id": self.log.shop[title].pk} if title else {}
        user_id = self.user.pk if self.user else None
        write([NewEvent(event_id(self.at), kind, self.at, self.who, user_id, self.visit, **about | more)])
        return self

    def looks(self, title: str = "oat milk", *, seconds: float | None = 40, scrolled: float = 80) -> "Trip":
        self.does("product_viewed", MINUTE, title)
        if seconds is None:
            return self
        path = self.log.shop[title].get_absolute_url()
        at, left = self.at, {"path": path, "seconds": seconds, "scrolled": scrolled}
        self.does("page_left", timedelta(seconds=min(seconds, 50)), payload=left)
        self.at = at
        return self


@pytest.fixture
def log(shop: Shop) -> Log:
    know_goods(shop)
    return Log(shop)


def of(one: Popup, **more: Any) -> Any:
    return replayed(one, until=NOW, days=30, **more)


def test_it_comes_once_to_whoever_looks_at_a_second_page(log: Log) -> None:
    draft = popup(status=Status.DRAFT, frequency=FREE)
    anna, boris = log.visitor(), log.visitor()
    log.visit(anna, NOW - DAY).looks().looks("muesli").looks("coffee")
    log.visit(boris, NOW - DAY).looks()
    found = of(draft)
    assert (found.visits, found.people, found.moments) == (2, 2, 1)
    assert (found.sure.showings, found.sure.people, found.sure.visits) == (1, 1, 1)
    assert found.sure.days == {"2026-03-09": 1}
    assert PopupShowing.objects.count() == 0


def test_what_was_left_within_the_calm_seconds_saw_nothing(log: Log) -> None:
    log.visit(log.visitor(), NOW - DAY).looks().looks(seconds=2)
    assert of(popup()).most.showings == 0


def test_before_the_days_and_beyond_their_end_nothing_counts(log: Log) -> None:
    anna = log.visitor()
    log.visit(anna, NOW - 31 * DAY).looks().looks()
    log.visit(anna, NOW + HOUR).looks().looks()
    assert of(popup()).visits == 0


def test_staff_and_robots_are_no_shoppers(log: Log) -> None:
    bot = log.visitor()
    Visitor.objects.filter(pk=bot).update(traffic="bot")
    log.visit(bot, NOW - DAY).looks().looks()
    log.visit(log.visitor(), NOW - DAY).looks().looks()
    Event.objects.exclude(visitor_id=bot).update(traffic="staff")
    assert of(popup()).visits == 0


def test_caps_say_which_of_them_held_it_back_and_on_how_many_visits(log: Log) -> None:
    one = popup(frequency={"week": 1})
    anna = log.visitor()
    for back in (9, 5, 4, 1):
        log.visit(anna, NOW - back * DAY).looks().looks().looks()
    found = of(one)
    assert found.sure.showings == 2
    assert found.sure.people == 1
    assert found.sure.held == {"own_week": 2}


def test_the_budget_counts_other_pop_ups_as_they_really_came(log: Log) -> None:
    other, one = popup("other"), popup("one", frequency=FREE)
    anna = log.visitor()
    trip = log.visit(anna, NOW - DAY).looks()
    PopupShowing.objects.create(popup=other, visitor_id=anna, visit_id=trip.visit, shown_at=trip.at)
    trip.looks()
    found = of(one)
    assert found.sure.showings == 0
    assert found.sure.held == {"budget_visit": 1}


def test_own_showings_of_former_days_are_played_again_and_not_counted_twice(log: Log) -> None:
    one = popup(frequency={"total": 1})
    anna = log.visitor()
    trip = log.visit(anna, NOW - DAY).looks()
    PopupShowing.objects.create(popup=one, visitor_id=anna, visit_id=trip.visit, shown_at=trip.at, outcome="closed")
    trip.looks()
    assert of(one).sure.showings == 1


def test_who_bought_within_the_hour_anyway(log: Log) -> None:
    for bought_after in (30 * MINUTE, 90 * MINUTE, None):
        trip = log.visit(log.visitor(), NOW - DAY).looks().looks()
        if bought_after:
            trip.does("purchased", bought_after, "muesli")
    found = of(popup())
    assert (found.sure.people, found.sure.bought) == (3, 1)


def test_a_goal_that_was_reached_stops_it(log: Log) -> None:
    one = popup(goal="purchased", frequency=FREE)
    anna = log.visitor()
    log.visit(anna, NOW - 5 * DAY).looks().looks().does("purchased", MINUTE, "muesli")
    log.visit(anna, NOW - 2 * DAY).looks().looks()
    found = of(one)
    assert found.sure.showings == 1
    assert found.sure.held == {"goal": 1}


def test_one_person_over_two_browsers_has_one_set_of_caps(log: Log) -> None:
    anna = person("Anna")
    phone, desk = log.visitor(anna), log.visitor(anna)
    log.visit(phone, NOW - 2 * DAY, user=anna).looks().looks()
    log.visit(desk, NOW - DAY, user=anna).looks().looks()
    found = of(popup(frequency={"total": 1}))
    assert (found.people, found.sure.showings, found.sure.held) == (1, 1, {"own_total": 1})


def test_whom_only_the_visit_knows_meets_it_within_the_visit(log: Log) -> None:
    log.visit(None, NOW - DAY).looks().looks().looks()
    assert of(popup(trigger="viewed_again", trigger_parameters={"times": 2})).most.showings == 0
    found = of(popup(trigger="time_on_page", trigger_parameters={"seconds": 20}))
    assert (found.sure.showings, found.people) == (1, 1)


@pytest.mark.parametrize(
    ("trigger", "parameters", "comes"),
    [
        ("visit_number", {"visit": 3}, 1),
        ("visit_number", {"visit": 4}, 0),
        ("viewed_again", {"times": 2}, 1),
        ("viewed_again", {"times": 3}, 0),
        ("time_on_page", {"seconds": 30}, 1),
        ("time_on_page", {"seconds": 60}, 0),
        ("scrolled", {"percent": 80}, 1),
        ("scrolled", {"percent": 90}, 0),
        ("basket_over", {"amount": Decimal("6.98")}, 1),
        ("basket_over", {"amount": Decimal("6.99")}, 0),
        ("basket_under", {"amount": Decimal("10.00"), "within": Decimal("3.02")}, 1),
        ("basket_under", {"amount": Decimal("10.00"), "within": Decimal("3.01")}, 0),
        ("nothing_found", {}, 1),
    ],
)
def test_its_moment_is_found_in_the_log(log: Log, trigger: str, parameters: dict[str, Any], comes: int) -> None:
    trip = log.visit(log.visitor(), NOW - DAY, number=3).looks(seconds=5, scrolled=5)
    trip.does("basket_added", MINUTE, "muesli", quantity=2).looks()
    trip.does("searched", MINUTE, payload={"query": "unicorn", "results": 0})
    stored = {name: str(one) for name, one in parameters.items()}
    assert of(popup(trigger=trigger, trigger_parameters=stored)).sure.showings == comes


def test_a_basket_of_last_week_lies_there_still_until_it_is_bought(log: Log) -> None:
    one = popup(trigger="basket_over", trigger_parameters={"amount": "5.00"}, frequency=FREE)
    anna = log.visitor()
    log.visit(anna, NOW - 35 * DAY).looks().does("basket_added", MINUTE, "coffee", quantity=1)
    log.visit(anna, NOW - 20 * DAY).looks().looks().does("purchased", MINUTE, "coffee", quantity=1)
    log.visit(anna, NOW - 10 * DAY).looks().looks()
    assert of(one).sure.days == {"2026-02-18": 1}


@pytest.mark.parametrize("trigger", ["leaving", "called", "inactive"])
def test_what_no_log_knows_is_told_as_the_most_it_can_be(log: Log, trigger: str) -> None:
    log.visit(log.visitor(), NOW - DAY).looks(seconds=50).looks(seconds=50)
    found = of(popup(trigger=trigger))
    assert (found.sure.showings, found.most.showings) == (0, 1)


def test_whoever_left_sooner_did_not_sit_there_without_a_sign(log: Log) -> None:
    log.visit(log.visitor(), NOW - DAY).looks().looks(seconds=40)
    assert of(popup(trigger="inactive", trigger_parameters={"seconds": 45})).most.showings == 0


def test_pages_whose_end_nobody_told_may_have_been_read_or_not(log: Log) -> None:
    one = popup(trigger="time_on_page", trigger_parameters={"seconds": 30})
    log.visit(log.visitor(), NOW - DAY).looks(seconds=None).looks(seconds=None)
    found = of(one)
    assert (found.sure.showings, found.most.showings) == (0, 1)
    # The next page of the same visit came too soon.
    hasty = popup(trigger="time_on_page", trigger_parameters={"seconds": 61})
    log.visit(log.visitor(), NOW - 2 * DAY).looks(seconds=None).looks(seconds=None).looks(seconds=None)
    assert of(hasty).most.showings == 2
    Event.objects.filter(kind="product_viewed", happened_at=NOW - 2 * DAY + 3 * MINUTE).delete()
    assert of(hasty).most.showings == 2


def test_a_page_that_only_its_end_tells_of_is_one_too(log: Log) -> None:
    one = popup(where="basket")
    trip = log.visit(log.visitor(), NOW - DAY).looks().looks()
    trip.does("page_left", 2 * MINUTE, payload={"path": "/basket/", "seconds": 30, "scrolled": 10})
    assert of(one).sure.showings == 1


def test_the_checkout_is_left_in_peace(log: Log) -> None:
    trip = log.visit(log.visitor(), NOW - DAY).looks(seconds=1).looks(seconds=1)
    trip.does("page_left", MINUTE, payload={"path": "/checkout/", "seconds": 30, "scrolled": 10})
    assert of(popup()).most.showings == 0


def test_its_hours_count_and_its_dates_do_not(log: Log) -> None:
    log.visit(log.visitor(), NOW - DAY).looks().looks()
    assert of(popup(hours={"since": "00:00", "until": "06:00"})).sure.showings == 0
    assert of(popup(starts_at=NOW + DAY, ends_at=NOW + 2 * DAY)).sure.showings == 1


def test_its_audience_is_that_of_the_day(log: Log) -> None:
    segment = Segment.objects.create(name="Those")
    came, left, never = log.visitor(), log.visitor(), log.visitor()
    for who in (came, left, never):
        log.visit(who, NOW - 10 * DAY).looks().looks()
        log.visit(who, NOW - 2 * DAY).looks().looks()
    Membership.objects.create(segment=segment, person=came, since=NOW - 5 * DAY)
    for who, is_entry in ((came, True), (left, False)):
        MembershipChange.objects.create(segment=segment, person=who, is_entry=is_entry, happened_at=NOW - 5 * DAY)
    found = of(popup(audience={"in": [segment.pk]}, frequency=FREE))
    assert (found.sure.showings, found.sure.people) == (2, 2)
    assert found.sure.days == {"2026-02-28": 1, "2026-03-08": 1}
    without = of(popup(audience={"not_in": [segment.pk]}, frequency=FREE))
    assert without.sure.people == 3


def test_a_segment_of_the_visit_is_asked_about_the_visit_of_then(log: Log) -> None:
    tree = rule("visit_source", sources=["newsletter"])
    segment = Segment.objects.create(name="By letter", tree=tree, counted_tree=tree, is_live=True)
    for source in ("newsletter", "google"):
        log.visit(log.visitor(), NOW - DAY, source=source).looks().looks()
    found = of(popup(audience={"in": [segment.pk]}))
    assert (found.sure.showings, found.visits) == (1, 2)


# --- two ways, one result ---------------------------------------------------------------------------------------------


def slowly(one: Popup) -> dict[str, Any]:
    """The same once more, as one would do it by hand: every page against everything that happened before it."""
    trigger, caps, pages = one.trigger, one.frequency, []
    events = list(Event.objects.filter(traffic="shopper", happened_at__lt=NOW).order_by("happened_at", "id"))
    accounts = dict(Visitor.objects.values_list("id", "user_id"))
    since, shown, people, held, bought = NOW - 30 * DAY, [], set(), {}, set()
    for page in events:
        started = next((e for e in events if e.id == page.visit_id), None)
        if page.kind != "product_viewed" or started is None or started.happened_at < since:
            continue
        before = [e for e in events if (e.happened_at, e.id) <= (page.happened_at, page.id)]
        count = sum(e.visit_id == page.visit_id and e.kind == "product_viewed" for e in before)
        ends = [
            e for e in events
            if e.kind == "page_left" and e.visit_id == page.visit_id and e.happened_at >= page.happened_at
        ]  # fmt: skip
        # In this world a page is left before the next one is opened.
        end = ends[0].payload if ends else {"seconds": 0, "scrolled": 0}
        views = sum(
            e.kind == "product_viewed" and e.product_id == page.product_id and e.visitor_id == page.visitor_id
            and e.happened_at > page.happened_at - 27 * DAY for e in before
        )  # fmt: skip
        moment = {
            "visit_number": started.payload["number"] >= int(one.trigger_parameters.get("visit", 0)),
            "viewed_again": views >= int(one.trigger_parameters.get("times", 0)),
            "time_on_page": end["seconds"] >= int(one.trigger_parameters.get("seconds", 0)),
            "scrolled": end["scrolled"] >= int(one.trigger_parameters.get("percent", 0)),
        }[trigger]
        if count < 2 or not moment or (trigger != "scrolled" and end["seconds"] < 3):
            continue
        pages.append(page)
        who = accounts[page.visitor_id] or page.visitor_id
        own = [(at, visit) for name, at, visit in shown if name == who]
        others = [
            (line.shown_at, line.visit_id) for line in PopupShowing.objects.exclude(popup=one)
            if (accounts.get(line.visitor_id) or line.visitor_id) == who and line.shown_at <= page.happened_at
        ]  # fmt: skip
        full = ""
        for name, lines, most in (("own", own, caps), ("budget", own + others, conf.POPUP_BUDGET)):
            for cap in ("visit", "day", "week", "total", "gap"):
                limit = most.get(cap, 0)
                far = {"day": DAY, "week": 7 * DAY, "gap": limit * HOUR}.get(cap)
                used = [
                    1 for at, visit in lines
                    if (visit == page.visit_id if cap == "visit" else far is None or at > page.happened_at - far)
                ]  # fmt: skip
                if limit and not full and len(used) >= (1 if cap == "gap" else limit):
                    full = f"{name}_{cap}"
        if full:
            held.setdefault(page.visit_id, full)
            continue
        shown.append((who, page.happened_at, page.visit_id))
        people.add(who)
        for e in events:
            same = (accounts[e.visitor_id] or e.visitor_id) == who
            if e.kind == "purchased" and same and page.happened_at <= e.happened_at < page.happened_at + HOUR:
                bought.add(who)
    visits = {visit for _who, _at, visit in shown}
    lost = [why for visit, why in held.items() if visit not in visits]
    return {
        "showings": len(shown), "people": len(people), "visits": len(visits), "bought": len(bought),
        "held": {why: lost.count(why) for why in set(lost)}, "moments": len({page.visit_id for page in pages}),
    }  # fmt: skip


@pytest.fixture
def busy(log: Log) -> Log:
    """Three dozen people, some of them with two browsers, over five weeks."""
    dice, titles = random.Random(7), ["oat milk", "muesli", "coffee", "honey"]
    other = popup("other")
    accounts = [person(f"Nr{number}") for number in range(6)]
    visitors = [log.visitor(dice.choice(accounts) if dice.random() < 0.4 else None) for _ in range(36)]
    for who in visitors:
        at = NOW - timedelta(days=dice.uniform(25, 36))
        for number in range(1, dice.randint(2, 8)):
            at += timedelta(hours=dice.choice([2, 9, 30, 80]))
            if at > NOW - HOUR:
                break
            trip = log.visit(who, at, number=number)
            for _ in range(dice.randint(1, 5)):
                trip.looks(dice.choice(titles), seconds=dice.choice([1, 10, 45]), scrolled=dice.choice([5, 50, 100]))
                if dice.random() < 0.15:
                    PopupShowing.objects.create(popup=other, visitor_id=who, visit_id=trip.visit, shown_at=trip.at)
            if dice.random() < 0.2:
                trip.does("purchased", timedelta(minutes=dice.choice([5, 50, 70])), "muesli")
    return log


@pytest.mark.parametrize(
    ("trigger", "parameters", "caps"),
    [
        ("visit_number", {"visit": 2}, {"visit": 1}),
        ("viewed_again", {"times": 3}, FREE),
        ("time_on_page", {"seconds": 20}, {"week": 2, "gap": 24}),
        ("scrolled", {"percent": 50}, {"day": 1, "total": 3}),
    ],
)
def test_it_comes_to_the_same_as_going_through_the_log_by_hand(
    busy: Log, settings: Any, trigger: str, parameters: dict[str, int], caps: dict[str, int]
) -> None:
    settings.PERSONALIZATION_POPUP_BUDGET = {"visit": 2, "day": 3, "week": 6}
    one = popup("one", trigger=trigger, trigger_parameters=parameters, frequency=caps)
    found, by_hand = of(one), slowly(one)
    sure = found.sure
    assert sure == found.most
    assert by_hand == {
        "showings": sure.showings, "people": sure.people, "visits": sure.visits, "bought": sure.bought,
        "held": dict(sure.held), "moments": found.moments,
    }  # fmt: skip
    assert sum(sure.days.values()) == sure.showings > 0


def test_slices_of_people_come_to_the_same_as_all_at_once(busy: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    one = popup("one", frequency=FREE)
    whole, shares = of(one), []
    monkeypatch.setattr("personalization.storefront.popups.replay.log.SLICE", 50)
    assert of(one, report=shares.append) == whole
    assert len(shares) > 5
    assert shares == sorted(shares)
    assert shares[-1] == 1


# --- asked for, worked off and read -----------------------------------------------------------------------------------


@pytest.fixture
def owner(log: Log) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    olga = get_user_model().objects.create_superuser("olga", "olga@example.com", "secret")
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    return client


def at(name: str, one: Popup) -> str:
    return reverse(f"admin:personalization_popup_{name}", args=[one.pk])


def test_the_owner_asks_waits_and_reads(owner: Client, log: Log) -> None:
    one = popup(status=Status.DRAFT, frequency={"week": 1})
    with time_machine.travel(NOW, tick=False):
        assert "What would it have done?" in owner.get(at("change", one)).text
        anna = log.visitor()
        for back in (3, 2):
            log.visit(anna, NOW - back * DAY).looks().looks().does("purchased", MINUTE, "muesli")
        assert owner.post(at("replay_ask", one)).url == at("replay", one)
        assert owner.get(at("replay_progress", one)).json()["runs"][0]["stage"] == "waiting for the worker"
        assert "waiting for the worker" in owner.get(at("replay", one)).text
        assert owner.get(at("replay_csv", one)).status_code == 404
        assert work_off_replays(now=NOW) == {"replay": PopupReplay.objects.get().pk, "status": "done"}
    page, told = owner.get(at("replay", one)).text, (
        "Last 30 days: 1 showing, to 1 person, 1 visit held back by a cap, 100 % bought within the hour anyway."
    )  # fmt: skip
    assert told in page
    assert "It came within a week as often as it may." in page
    assert told in owner.get(at("change", one)).text
    assert "Day,showings" in owner.get(at("replay_csv", one)).getvalue().decode()
    assert owner.get(at("replay_progress", one)).json() == {"runs": []}
    Popup.objects.filter(pk=one.pk).update(frequency=FREE)
    assert "changed since" in owner.get(at("replay", one)).text


def test_however_often_the_button_is_pressed_one_waits(log: Log) -> None:
    one, other = popup("one"), popup("other")
    first = request_replay(one, asked_by="olga", now=NOW)
    one.frequency = {"day": 1}
    again = request_replay(one, asked_by="olga", now=NOW)
    assert first.pk == again.pk
    assert again.decided_by["frequency"] == {"day": 1}
    assert request_replay(other, asked_by="olga", now=NOW).pk != first.pk


def test_one_that_fails_says_so_and_names_nobody(
    owner: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one = popup()
    request_replay(one, asked_by="olga", now=timezone.now())
    monkeypatch.setattr("personalization.storefront.popups.replay.log._DEEDS", "SELECT nothing FROM nowhere")
    assert work_off_replays() == {"replay": PopupReplay.objects.get().pk, "status": "failed"}
    assert "The last replay broke off." in owner.get(at("replay", one)).text
    assert work_off_replays() is None


def test_a_shop_without_visits_is_told_so(owner: Client) -> None:
    one = popup()
    request_replay(one, asked_by="olga", now=timezone.now())
    work_off_replays()
    assert "the log knows of no visit" in owner.get(at("replay", one)).text
    ProductFact.objects.all().delete()
