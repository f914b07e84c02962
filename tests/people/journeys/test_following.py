"""A row a visit: what it holds, that it makes no difference how often and in which order the log is followed."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection

from personalization import tasks
from personalization.events.consent import Purpose
from personalization.events.models import AccountConsent, ConsentRecord, Event, ImportedFile, Visitor
from personalization.jobs.wording import summary_told
from personalization.people.journeys import follow as job
from personalization.people.journeys.follow import follow_visits, forget_visits
from personalization.people.journeys.models import Journey, JourneyClock
from personalization.people.journeys.steps import Step
from tests.people import NOW
from tests.people.walks import goes_on, signs_in, visitor_of, walk

pytestmark = pytest.mark.django_db
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def rows() -> list[tuple[Any, ...]]:
    """Everything that is kept, but nobody's ids."""
    told = (
        "pk",
        "user_id",
        "source",
        "device",
        "deepest",
        "viewed_at",
        "added_at",
        "checkout_at",
        "ordered_at",
        "path",
    )
    return sorted(Journey.objects.values_list(*told))


def test_a_visit_is_kept_with_its_steps_and_its_way():
    at = NOW - HOUR
    walk("Anna", "home", "product", "product", "basket", "checkout", "order", "thanks", at=at,
         source="google", medium="cpc", device="phone")  # fmt: skip
    assert follow_visits(now=NOW) == {"visits": 1, "visits_gone": 0}
    one = Journey.objects.get()
    assert (one.visitor_id, one.user_id, one.started_at) == (visitor_of("Anna"), None, at)
    assert (one.source, one.medium, one.device, one.deepest) == ("google", "cpc", "phone", Step.ORDER)
    assert [one.viewed_at, one.added_at] == [at + 2 * MINUTE, at + 4 * MINUTE]
    assert [one.checkout_at, one.ordered_at] == [at + 5 * MINUTE, at + 6 * MINUTE]
    assert one.path == ["home", "product", "basket", "checkout", "order"]


@pytest.mark.parametrize(
    ("touches", "deepest", "path"),
    [
        ((), Step.VISIT, []),
        (("home", "home", "offers", "category", "search"), Step.VISIT, ["home", "other", "category", "search"]),
        (("home", "block", "product", "leave", "product"), Step.VIEW, ["home", "block", "product"]),
        (("category", "basket"), Step.BASKET, ["category", "basket"]),
        (("checkout", "checkout"), Step.CHECKOUT, ["checkout"]),
        (("checkout", "thanks"), Step.ORDER, ["checkout", "order"]),
        (("product", "home") * 6, Step.VIEW, ["product", "home"] * 3),
    ],
)
def test_how_far_it_went_and_by_which_way(touches, deepest, path):
    walk("Anna", *touches, at=NOW - HOUR)
    follow_visits(now=NOW)
    one = Journey.objects.get()
    assert (one.deepest, one.path) == (deepest, path)


def test_what_the_first_page_told_before_the_visit_had_its_id_belongs_to_it():
    visit = walk("Anna", at=NOW - HOUR)
    goes_on(visit, "Anna", "product", at=NOW - HOUR - timedelta(milliseconds=80))
    follow_visits(now=NOW)
    assert Journey.objects.get().path == ["product"]


def test_a_visit_that_goes_on_is_brought_up_to_date():
    visit = walk("Anna", "home", at=NOW - 3 * HOUR)
    follow_visits(now=NOW - HOUR)
    goes_on(visit, "Anna", "product", "basket", at=NOW - 30 * MINUTE)
    assert follow_visits(now=NOW) == {"visits": 1, "visits_gone": 0}
    assert Journey.objects.get().path == ["home", "product", "basket"]
    assert follow_visits(now=NOW) == {"visits": 0, "visits_gone": 0}, "what is the same is not written"


def test_it_is_one_visit_over_midnight_and_over_weeks_of_the_log():
    at = datetime(2026, 3, 1, 23, 50, tzinfo=NOW.tzinfo)
    visit = walk("Anna", "home", at=at)
    goes_on(visit, "Anna", "product", at=at + 20 * MINUTE)
    walk("Boris", "home", at=at - 40 * DAY)
    follow_visits(now=NOW)
    assert sorted(Journey.objects.values_list("path", flat=True)) == [["home"], ["home", "product"]]


def test_what_a_browser_brings_late_is_in_it_after_midnight():
    visit = walk("Anna", "home", at=NOW - HOUR)
    follow_visits(now=NOW)
    # Its tab was offline: it happened a quarter of an hour after the visit began, and comes two days later.
    follow_visits(now=NOW + 2 * DAY - 20 * MINUTE)
    goes_on(visit, "Anna", "block", "product", at=NOW - 45 * MINUTE)
    follow_visits(now=NOW + 2 * DAY - 10 * MINUTE)
    assert Journey.objects.get().path == ["home"], "too long ago for every ten minutes"
    follow_visits(now=NOW + 2 * DAY + 13 * HOUR)
    assert Journey.objects.get().path == ["home", "block", "product"]


def test_the_order_in_which_events_come_makes_no_difference():
    walk("Anna", "home", "product", "basket", at=NOW - HOUR, backwards=True)
    follow_visits(now=NOW)
    assert Journey.objects.get().path == ["home", "product", "basket"]


def busy_weeks(anna) -> None:
    for turn in range(12):
        at = NOW - turn * 3 * DAY - HOUR
        walk("Anna", "home", "product", at=at, user=anna)
        walk(f"Guest {turn}", *("search", "product", "basket", "checkout", "order")[: turn % 6], at=at, device="phone")


def test_followed_step_by_step_or_all_at_once_it_is_the_same(anna):
    busy_weeks(anna)
    for days in range(40, -1, -1):
        follow_visits(now=NOW - days * DAY)
    step_by_step = rows()
    Journey.objects.all().delete()
    JourneyClock.objects.all().delete()
    follow_visits(now=NOW)
    assert rows() == step_by_step
    assert len(step_by_step) == 24


def test_a_second_message_in_the_same_ten_minutes_does_nothing(anna):
    busy_weeks(anna)
    with time_machine.travel(NOW, tick=False):
        assert tasks.follow_visits_task() == {"visits": 24, "visits_gone": 0}
        once = rows()
        assert tasks.follow_visits_task() is None
    assert follow_visits(now=NOW) == {"visits": 0, "visits_gone": 0}
    assert rows() == once
    assert summary_told({"visits": 24, "visits_gone": 0}) == "24 visits followed"


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_after_some_weeks_is_made_good_by_the_next(anna, monkeypatch):
    busy_weeks(anna)
    chunks, left = job._follow, [2]

    def die(*args, **kwargs):
        left[0] -= 1
        return chunks(*args, **kwargs) if left[0] else os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            connection.connection = None
            monkeypatch.setattr(job, "_follow", die)
            follow_visits(now=NOW)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert 0 < Journey.objects.count() < 24, "whole weeks, and nothing of the one it died in"
    follow_visits(now=NOW)
    healed = rows()
    Journey.objects.all().delete()
    JourneyClock.objects.all().delete()
    follow_visits(now=NOW)
    assert rows() == healed
    assert len(healed) == 24


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_leave_what_one_leaves(anna):
    busy_weeks(anna)
    door = Barrier(2)

    def worker(_: int) -> None:
        try:
            door.wait()
            follow_visits(now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(worker, range(2)))
    both = rows()
    Journey.objects.all().delete()
    JourneyClock.objects.all().delete()
    follow_visits(now=NOW)
    assert rows() == both
    assert len(both) == 24


# --- whose ---


def test_who_signs_in_on_the_way_has_the_whole_visit(anna):
    visit = walk("Anna", "home", at=NOW - HOUR)
    goes_on(visit, "Anna", "login", "basket", at=NOW - 30 * MINUTE, user=anna)
    follow_visits(now=NOW)
    assert Journey.objects.get().user_id == anna.pk


@pytest.mark.parametrize("traffic", ["staff", "bot"])
def test_only_shoppers_count(traffic):
    walk("Otto", "home", "product", at=NOW - HOUR, traffic=traffic)
    follow_visits(now=NOW)
    assert not Journey.objects.exists()


def test_one_that_was_found_out_to_be_a_bot_is_taken_out():
    walk("Robot", "product", at=NOW - HOUR)
    follow_visits(now=NOW)
    Event.objects.update(traffic="bot")
    assert follow_visits(now=NOW + DAY) == {"visits": 0, "visits_gone": 1}
    assert not Journey.objects.exists()


def test_who_agreed_only_to_be_shown_what_fits_is_not_counted():
    walk("Clara", "product", "basket", at=NOW - HOUR, is_counted=False)
    follow_visits(now=NOW)
    assert not Journey.objects.exists()


def test_an_account_that_says_no_to_counting_takes_its_visits_with_it(anna, boris):
    walk("Anna", "home", at=NOW - 30 * DAY, user=anna)
    walk("Anna on the phone", "home", at=NOW - 20 * DAY)
    signs_in("Anna on the phone", anna, at=NOW - 19 * DAY)
    walk("Boris", "home", at=NOW - 30 * DAY, user=boris)
    follow_visits(now=NOW)
    assert Journey.objects.count() == 3
    at = NOW + MINUTE
    AccountConsent.objects.create(user_id=anna.pk, purposes=[Purpose.PERSONALIZATION], changed_at=at)
    AccountConsent.objects.create(user_id=boris.pk, purposes=[Purpose.ANALYTICS], changed_at=at)
    assert follow_visits(now=NOW + 10 * MINUTE) == {"visits": 0, "visits_gone": 2}
    assert Journey.objects.get().user_id == boris.pk


def test_a_stranger_who_says_no_takes_their_visits_with_them():
    walk("Clara", "home", at=NOW - 2 * HOUR)
    walk("Dmytro", "home", at=NOW - 2 * HOUR)
    follow_visits(now=NOW - HOUR)
    said: Any = {"text_version": 1, "source": "settings"}
    ConsentRecord.objects.create(given_at=NOW, visitor_id=visitor_of("Clara"), purposes=[], **said)
    ConsentRecord.objects.create(given_at=NOW, visitor_id=visitor_of("Dmytro"), purposes=[], **said)
    ConsentRecord.objects.create(given_at=NOW, visitor_id=visitor_of("Dmytro"), purposes=["analytics"], **said)
    follow_visits(now=NOW + MINUTE)
    assert Journey.objects.get().visitor_id == visitor_of("Dmytro"), "the last answer counts"


def says(at: datetime, *purposes: str, name: str = "", user: Any = None) -> None:
    """An answer, as the ledger keeps it."""
    visitor, account = visitor_of(name) if name else None, user.pk if user else None
    ConsentRecord.objects.create(
        given_at=at, visitor_id=visitor, user_id=account, purposes=list(purposes), text_version=1, source="settings"
    )
    if user:
        told = {"purposes": list(purposes), "changed_at": at}
        AccountConsent.objects.update_or_create(user_id=user.pk, defaults=told)


def test_a_yes_after_a_no_brings_all_visits_back(anna):
    walk("Anna", "home", "product", at=NOW - 40 * DAY, user=anna)
    walk("Anna on the phone", "home", at=NOW - 30 * DAY)
    signs_in("Anna on the phone", anna, at=NOW - 29 * DAY)
    walk("Anna", "home", at=NOW - 20 * DAY, user=anna, is_counted=False)
    walk("Clara", "basket", at=NOW - 40 * DAY)
    follow_visits(now=NOW - HOUR)
    before = rows()
    says(NOW, user=anna)
    says(NOW, name="Clara")
    follow_visits(now=NOW + MINUTE)
    assert (len(before), rows()) == (3, [])
    says(NOW + 10 * DAY, Purpose.ANALYTICS, user=anna)
    says(NOW + 10 * DAY, Purpose.ANALYTICS, name="Clara")
    assert follow_visits(now=NOW + 10 * DAY + MINUTE) == {"visits": 3, "visits_gone": 0}
    assert rows() == before
    assert follow_visits(now=NOW + 10 * DAY + 2 * MINUTE) == {"visits": 0, "visits_gone": 0}


def test_a_yes_that_was_taken_back_brings_nothing_back(anna):
    walk("Anna", "home", at=NOW - 40 * DAY)
    walk("Clara", "home", at=NOW - 40 * DAY)
    signs_in("Anna", anna, at=NOW - 39 * DAY)
    for minute, purposes in enumerate(((), (Purpose.ANALYTICS,), ())):
        says(NOW + minute * MINUTE, *purposes, name="Clara")
    # What one says in a browser of an account whose owner has said no elsewhere counts as little.
    says(NOW, name="Anna")
    says(NOW + MINUTE, Purpose.ANALYTICS, name="Anna")
    says(NOW + 2 * MINUTE, user=anna)
    follow_visits(now=NOW + 3 * MINUTE)
    assert not Journey.objects.exists()


def test_visits_from_a_file_are_followed_however_long_ago_they_were():
    walk("Anna", "home", at=NOW - HOUR)
    with time_machine.travel(NOW, tick=False):
        follow_visits(now=NOW)
    walk("Boris", "home", at=NOW - 60 * DAY)
    read = {"name": "clicks.csv", "source": "old shop", "started_at": NOW, "finished_at": NOW + MINUTE}
    ImportedFile.objects.create(fingerprint="1", mapping={"columns": {"at": "date"}}, **read)
    assert follow_visits(now=NOW + 2 * MINUTE)["visits"] == 0, "a file that tells of no visits is no reason to look"
    ImportedFile.objects.create(fingerprint="2", mapping={"columns": {"at": "date", "visit": "session"}}, **read)
    assert follow_visits(now=NOW + 3 * MINUTE)["visits"] == 1
    assert follow_visits(now=NOW + DAY) == {"visits": 0, "visits_gone": 0}


def test_a_late_event_of_who_said_no_brings_nothing_back(anna):
    visit = walk("Anna", "home", at=NOW - HOUR, user=anna)
    AccountConsent.objects.create(user_id=anna.pk, purposes=[], changed_at=NOW - 30 * MINUTE)
    goes_on(visit, "Anna", "block", at=NOW - 50 * MINUTE, user=anna)
    follow_visits(now=NOW)
    follow_visits(now=NOW + DAY)
    assert not Journey.objects.exists()


# --- how long ---


def test_a_visit_stays_for_as_long_as_the_log_keeps_it():
    walk("Anna", "home", at=NOW - 400 * DAY)
    walk("Boris", "home", at=NOW - 401 * DAY)
    follow_visits(now=NOW)
    assert Journey.objects.count() == 2
    assert forget_visits(NOW) == {"old_visits": 1}
    assert Journey.objects.get().visitor_id == visitor_of("Anna")


def test_a_stranger_who_is_forgotten_is_forgotten_here_too(anna):
    walk("Clara", "home", at=NOW - DAY)
    walk("Anna", "home", at=NOW - DAY, user=anna)
    follow_visits(now=NOW)
    Visitor.objects.all().delete()
    assert forget_visits(NOW) == {"old_visits": 1}
    assert Journey.objects.get().user_id == anna.pk, "an account's stays"


def test_the_night_lets_go_of_them():
    walk("Anna", "home", at=NOW - 401 * DAY)
    follow_visits(now=NOW)
    with time_machine.travel(NOW, tick=False):
        assert tasks.prune_task()["old_visits"] == 1


def test_a_log_without_visits_is_followed_in_peace():
    assert follow_visits(now=NOW) == {"visits": 0, "visits_gone": 0}
    assert JourneyClock.objects.get().followed_until == NOW
