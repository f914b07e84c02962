"""Promise 16: fifty who ask at the same moment for one person get no more than the caps allow."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection

from personalization.events.person import Person
from personalization.storefront.popups import ledger
from personalization.storefront.popups.models import PopupShowing
from tests.people import NOW
from tests.storefront.popups.conftest import popup

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

THREADS = 50
ANNAS_PHONE = Person(visitor_id=uuid.UUID(int=77), user_id=5)
ANNAS_DESK = Person(visitor_id=uuid.UUID(int=78), user_id=5)


def all_at_once(campaigns, people, *, now=NOW) -> int:
    """How many of fifty were let through."""
    begin = threading.Barrier(THREADS)

    def ask(number: int) -> bool:
        begin.wait(timeout=60)
        try:
            person = people[number % len(people)]
            return ledger.claim(campaigns[number % len(campaigns)], person, visit_id=None, now=now) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as crowd:
        return sum(crowd.map(ask, range(THREADS)))


def test_one_pop_up_with_a_cap_of_one_comes_once(settings):
    settings.PERSONALIZATION_POPUP_BUDGET = {}
    assert all_at_once([popup(frequency={"day": 1})], [ANNAS_PHONE]) == 1
    assert PopupShowing.objects.count() == 1


def test_a_cap_of_three_is_three(settings):
    settings.PERSONALIZATION_POPUP_BUDGET = {}
    assert all_at_once([popup(frequency={"week": 3})], [ANNAS_PHONE]) == 3


def test_the_one_budget_holds_over_many_pop_ups_and_both_of_her_devices(settings):
    settings.PERSONALIZATION_POPUP_BUDGET = {"day": 2, "week": 3}
    many = [popup(f"number {number}", frequency={}) for number in range(20)]
    both = [ANNAS_PHONE, ANNAS_DESK]
    assert all_at_once(many, both) == 2
    assert all_at_once(many, both, now=NOW + timedelta(hours=1)) == 0
    assert all_at_once(many, both, now=NOW + timedelta(days=2)) == 1
    assert all_at_once(many, both, now=NOW + timedelta(days=4)) == 0


def test_one_person_s_budget_is_nobody_else_s(settings):
    settings.PERSONALIZATION_POPUP_BUDGET = {"day": 1}
    crowd = [Person(visitor_id=uuid.UUID(int=100 + number)) for number in range(THREADS)]
    assert all_at_once([popup(frequency={"total": 1})], crowd) == THREADS


def test_without_taking_turns_they_would_not_hold(settings, monkeypatch):
    settings.PERSONALIZATION_POPUP_BUDGET = {}
    met, read = threading.Barrier(THREADS), ledger.lines_of

    def all_read_first(person):
        lines = read(person)
        with suppress(threading.BrokenBarrierError):
            met.wait(timeout=20)
        return lines

    monkeypatch.setattr(ledger, "lines_of", all_read_first)
    monkeypatch.setattr(ledger, "_take_turns", lambda keys: None)
    assert all_at_once([popup(frequency={"day": 1})], [ANNAS_PHONE]) > 1
