"""The statement that writes a batch: whose it is it looks up once; each event fares as if it had come alone."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.events.erasures import account_subject, visitor_subject
from personalization.events.identifiers import event_id
from personalization.events.models import AccountConsent, Erasure, Event, Visitor
from personalization.events.write import Reported, SeenVisitor, take, write
from tests.events.beacon.conftest import counted
from tests.people import NOW

PHONE = uuid.UUID(int=5)
HOUR = timedelta(hours=1)


def reported(kind: str = "custom", *, ago: timedelta = timedelta(0)) -> Reported:
    return Reported(str(event_id(NOW - ago)), kind, NOW - ago)


def take_from_the_phone(*events: Reported, now=NOW, **told) -> int:
    return take(
        events, sender=SeenVisitor(PHONE, now, visit_id=uuid.UUID(int=6)), received=len(events), now=now, **told
    )


def stored() -> list[tuple]:
    return list(Event.objects.order_by("-happened_at").values_list("kind", "visitor_id", "user_id", "visit_id"))


@pytest.fixture
def annas_phone(anna):
    write([], visitors=[SeenVisitor(PHONE, NOW - 2 * HOUR, anna.pk)])
    return anna


def test_an_account_erased_an_hour_ago_that_has_agreed_anew_begins_there(annas_phone):
    Erasure.objects.create(subject=account_subject(annas_phone.pk), erased_at=NOW - HOUR)
    AccountConsent.objects.create(user_id=annas_phone.pk, purposes=["analytics"], changed_at=NOW - HOUR)
    assert take_from_the_phone(reported(), reported(ago=HOUR), reported("purchased", ago=HOUR)) == 2
    assert stored() == [("custom", PHONE, annas_phone.pk, uuid.UUID(int=6)), ("purchased", None, None, None)]
    assert counted() == {"received": 3, "stored": 2, "erased": 1}


def test_an_account_that_was_erased_and_has_not_answered_anew_has_said_no(annas_phone):
    Erasure.objects.create(subject=account_subject(annas_phone.pk), erased_at=NOW - HOUR)
    assert take_from_the_phone(reported(), reported("purchased")) == 1
    assert stored() == [("purchased", None, None, None)]


def test_of_an_erased_visitor_no_row_comes_back_and_a_purchase_keeps_its_account_alone(annas_phone):
    Visitor.objects.filter(pk=PHONE).update(last_seen_at=NOW - 2 * HOUR)
    Erasure.objects.create(subject=visitor_subject(PHONE), erased_at=NOW)
    assert take_from_the_phone(reported(), reported("purchased")) == 1
    assert stored() == [("purchased", None, annas_phone.pk, None)]
    assert Visitor.objects.get().last_seen_at == NOW - 2 * HOUR


def test_an_account_that_said_no_keeps_its_purchases_and_nothing_else(annas_phone):
    AccountConsent.objects.create(user_id=annas_phone.pk, purposes=["email"], changed_at=NOW)
    assert take_from_the_phone(reported(), reported("purchased")) == 1
    assert stored() == [("purchased", PHONE, annas_phone.pk, uuid.UUID(int=6))]
    assert counted() == {"received": 2, "stored": 1, "erased": 1}


def test_nobody_s_events_are_stored_as_such(db):
    assert take([reported()], received=1, now=NOW) == 1
    assert stored() == [("custom", None, None, None)]
    assert not Visitor.objects.exists()


def test_a_visit_is_numbered_and_a_visitor_met_again_within_a_minute_is_not_written_again(db):
    began = Reported(str(uuid.UUID(int=6)), "visit_started", NOW, payload={"landing": "/"})
    take_from_the_phone(began, reported())
    take_from_the_phone(reported(), now=NOW + timedelta(seconds=59))
    assert Event.objects.get(kind="visit_started").payload == {"landing": "/", "number": 1}
    known = Visitor.objects.get()
    assert (known.visits, known.visit_id, known.last_seen_at, known.script_seen_at) == (1, uuid.UUID(int=6), NOW, NOW)
    take_from_the_phone(reported(), now=NOW + timedelta(seconds=61))
    assert Visitor.objects.get().last_seen_at == NOW + timedelta(seconds=61)


def test_one_that_is_there_under_an_earlier_id_is_not_stored_again(db):
    first, same, other = reported(ago=49 * HOUR), reported(), reported()
    same.id = same.id[:13] + first.id[13:]
    take_from_the_phone(first)
    assert take_from_the_phone(same, other, earlier=[str(event_id(NOW)), first.id]) == 1
    assert {str(one) for one in Event.objects.values_list("pk", flat=True)} == {first.id, other.id}
    assert counted() == {"received": 3, "stored": 2, "doubled": 1}


def test_it_is_one_statement_whatever_comes(db):
    with CaptureQueriesContext(connection) as sent:
        take_from_the_phone(*[reported() for _ in range(50)], earlier=[str(event_id(NOW))])
    assert len(sent) == 1
