"""Outside of a request, in a command or a task of the shop, a note is written with its commit: its failure is ours."""

from contextlib import nullcontext
from decimal import Decimal
from unittest import mock

import pytest
from django.db import DatabaseError, connection, transaction

from personalization.events.models import Event
from personalization.events.record import record, record_apart, record_order
from tests.events.flows.steps import fill_from_a_command
from tests.safety.database import our_log, run
from tests.safety.faults import Failure

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = (RuntimeError, DatabaseError, "sql")


@pytest.fixture(params=KINDS, ids=["an error of Python", "an error of the driver", "a refused statement"])
def broken(request):
    """Whatever is written fails."""
    boom = Failure(request.param)
    with mock.patch("personalization.events.record.write", boom):
        yield boom


@pytest.mark.parametrize("around", [transaction.atomic, nullcontext], ids=["in a transaction", "each by itself"])
def test_that_fills_a_basket_goes_on_though_nothing_can_be_noted(open_shop, anna, broken, caplog, around):
    with around():
        basket = fill_from_a_command(open_shop["oat milk"], pieces=2, owner=anna)
    assert [line.quantity for line in basket.lines.all()] == [2]
    assert broken.times == 1
    assert len(our_log(caplog)) == 1, "told once"
    assert connection.get_autocommit()
    assert run("SELECT 1") == 1


NOTES = {
    "its own event": lambda: record("custom", payload={"name": "stocktaking"}),
    "an order": lambda: record_order(1),
    "a status": lambda: record_apart("order_status_changed", user_id=None, payload={"order": 1}),
}


@pytest.mark.parametrize("note", NOTES.values(), ids=NOTES)
@pytest.mark.parametrize("around", [transaction.atomic, nullcontext], ids=["in a transaction", "each by itself"])
def test_that_notes_something_goes_on_though_that_fails(broken, caplog, around, note):
    with around():
        note()
    assert broken.times == 1
    assert len(our_log(caplog)) == 1


def test_what_comes_after_the_note_is_done_all_the_same(broken):
    done = []
    with transaction.atomic():
        record("custom", payload={"name": "stocktaking"})
        transaction.on_commit(lambda: done.append("the shop's own mail"))
    assert done == ["the shop's own mail"]


def test_the_note_itself_is_written_where_nothing_fails():
    with transaction.atomic():
        record("custom", payload={"name": "stocktaking"}, value=Decimal(1))
        assert not Event.objects.exists()
    assert Event.objects.get().payload == {"name": "stocktaking"}
