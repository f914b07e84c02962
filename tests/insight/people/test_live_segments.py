"""Segments that a visit decides: whether they hold a customer now, or held them on the last visit."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from personalization.events.identifiers import event_id
from personalization.events.models import AccountConsent, Visitor
from personalization.events.write import NewEvent, write
from personalization.people.rules.this_visit import VisitNumber
from personalization.people.segments.members import recount
from personalization.people.segments.models import Segment
from personalization.people.segments.now import kept
from tests.insight.people.conftest import page_of
from tests.people import NOW
from tests.people.folk import rule
from tests.safety.faults import Failure

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    kept.forget()


@pytest.fixture
def third(db: None) -> Segment:
    made = Segment.objects.create(name="Third visit", tree={"all": [rule("visit_number", least=3)]}, is_live=True)
    recount(made, now=timezone.now())
    return made


def on_visit(phone: Visitor, *, number: int, began: timedelta, seen: timedelta) -> None:
    """The visit as the log has it."""
    began_at = NOW - began
    visit = event_id(began_at)
    told = {"number": number, "device": "phone", "source": "google"}
    write([NewEvent(visit, "visit_started", began_at, visitor_id=phone.pk, visit_id=visit, payload=told)])
    Visitor.objects.filter(pk=phone.pk).update(visit_id=visit, last_seen_at=NOW - seen, visits=number)


def panel(client: Client, who: Any) -> str:
    return client.get(page_of(who)).content.decode().split('id="pz-in"')[1].split("</section>")[0]


def test_on_the_visit_going_on_it_is_now(owner: Client, regular: Any, annas_phone: Visitor, third: Segment) -> None:
    on_visit(annas_phone, number=3, began=20 * MINUTE, seen=5 * MINUTE)
    told = panel(owner, regular)
    assert "On the visit going on" in told
    assert "Third visit" in told
    assert ">now</span>" in told
    assert "visit number 3 or later" in told
    assert "since 7 Mar 2026" in told, "the others keep their since when"


def test_after_it_it_was_on_the_last_visit(owner: Client, regular: Any, annas_phone: Visitor, third: Segment) -> None:
    on_visit(annas_phone, number=3, began=90 * MINUTE, seen=60 * MINUTE)
    told = panel(owner, regular)
    assert "On their last visit" in told
    assert ">now</span>" not in told


def test_what_does_not_hold_is_not_told(owner: Client, regular: Any, annas_phone: Visitor, third: Segment) -> None:
    on_visit(annas_phone, number=2, began=20 * MINUTE, seen=5 * MINUTE)
    assert "Third visit" not in panel(owner, regular)


def test_nothing_of_who_withdrew(owner: Client, regular: Any, annas_phone: Visitor, third: Segment) -> None:
    early = Segment.objects.create(name="Early on", tree={"not": rule("visit_number", least=9)}, is_live=True)
    recount(early, now=timezone.now())
    on_visit(annas_phone, number=3, began=20 * MINUTE, seen=5 * MINUTE)
    assert "Early on" in panel(owner, regular)
    AccountConsent.objects.create(user_id=regular.pk, purposes=["analytics"], changed_at=NOW)
    told = panel(owner, regular)
    assert "Third visit" not in told
    assert "Early on" not in told


def test_of_a_stranger_too(analyst: Client, stranger_browser: Visitor, third: Segment) -> None:
    on_visit(stranger_browser, number=4, began=20 * MINUTE, seen=5 * MINUTE)
    assert ">now</span>" in panel(analyst, stranger_browser)


def test_a_rule_that_fails_leaves_the_page(
    owner: Client, regular: Any, annas_phone: Visitor, third: Segment, monkeypatch: Any, caplog: Any
) -> None:
    on_visit(annas_phone, number=3, began=20 * MINUTE, seen=5 * MINUTE)
    monkeypatch.setattr(VisitNumber, "holds", Failure(ZeroDivisionError))
    assert "Regulars" in panel(owner, regular)
    assert len(caplog.records) == 1
