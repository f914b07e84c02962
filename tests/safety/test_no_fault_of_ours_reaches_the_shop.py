"""Promise 1: whatever fails in here, every page, basket and order of the shop is as it would be without us."""

from functools import partial
from unittest import mock

import pytest
from django.db import connection, transaction

from personalization import guard
from personalization.events import receivers
from personalization.events.models import Event
from tests.safety import faults, journeys
from tests.safety.database import our_log
from tests.safety.faults import PLACES, RECEIVERS, Failure, failing, failing_receiver

KINDS = (*faults.PYTHON, faults.SQL)
# What each journey does once or twice, in a request of its own.
ONCE = ("wishlist_added", "wishlist_removed", "stock_alert_asked", "order_status_changed", "reviewed", "voucher_added")
ATOMIC = pytest.mark.parametrize("atomic", [True, False], ids=["atomic", "not atomic"])


@pytest.fixture(scope="module")
def bare_outcomes(busy_shop, django_db_blocker):
    """The same journey with the app switched off: the shop as it was."""
    outcomes = {}
    for atomic in (True, False):
        with (
            mock.patch.dict(connection.settings_dict, {"ATOMIC_REQUESTS": atomic}),
            mock.patch("personalization.conf.Conf.ENABLED", False),
        ):
            outcomes[atomic] = journeys.everything(busy_shop)
            journeys.forget()
    assert len(outcomes[True].orders) == 2
    seen = outcomes[True]
    assert (seen.vouchers_used, len(seen.wishes), len(seen.reviews), seen.alerts) == (1, 1, 1, 1)
    assert [status for _, status, _ in seen.orders] == ["Being processed"] * 2
    return outcomes


@ATOMIC
def test_without_a_fault_the_shop_is_as_it_was(busy_shop, bare_outcomes, atomic, monkeypatch, caplog):
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", atomic)
    assert journeys.everything(busy_shop) == bare_outcomes[atomic]
    assert our_log(caplog) == []
    assert Event.objects.filter(kind="purchased").count() == 4
    shown = Event.objects.filter(kind="block_shown").values_list("payload__strategy", flat=True)
    assert set(shown) == faults.SHOWN
    assert Event.objects.filter(kind__in=ONCE).values_list("kind", flat=True).distinct().count() == len(ONCE)


# Where a transaction of the shop can be broken, everything; out of one, the places that talk to the database.
SHORT = [(place, True) for place in PLACES] + [(place, False) for place in list(PLACES)[:3]]
REST = [(place, False) for place in list(PLACES)[3:]]


@pytest.mark.usefixtures("unbroken_circuits")
@pytest.mark.parametrize(("place", "atomic"), [*SHORT, *(pytest.param(*one, marks=pytest.mark.long) for one in REST)])
class TestWithAFaultTheShopIsAsItWas:
    def test_whatever_it_is(self, busy_shop, bare_outcomes, place, atomic, monkeypatch, caplog):
        self.fails(busy_shop, bare_outcomes, place, atomic, KINDS, monkeypatch, caplog)

    @pytest.mark.long
    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: getattr(kind, "__name__", kind))
    def test_each_by_itself(self, busy_shop, bare_outcomes, place, atomic, kind, monkeypatch, caplog):
        self.fails(busy_shop, bare_outcomes, place, atomic, (kind,), monkeypatch, caplog)

    @pytest.mark.long
    @pytest.mark.usefixtures("as_in_a_shop")
    def test_cancelled_by_our_own_deadline(self, busy_shop, bare_outcomes, place, atomic, monkeypatch, caplog):
        self.fails(busy_shop, bare_outcomes, place, atomic, (faults.SLOW,), monkeypatch, caplog)

    def fails(self, shop, bare, place, atomic, kinds, monkeypatch, caplog):
        boom = Failure(*kinds)
        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", atomic)
        with failing(place, boom):
            outcome = journeys.everything(shop)
        assert outcome == bare[atomic]
        assert outcome.paid_but_open_baskets == 0
        assert min(boom.fired.values()) > 0, f"each fault must really have happened: {boom.fired}"
        assert len(our_log(caplog)) == boom.times, "each fault is logged exactly once"


class TestWithoutTheGuard:
    """The negative control: these tests would notice if the guard were gone."""

    @pytest.fixture(autouse=True)
    def _own_transactions(self, monkeypatch):
        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)

    def test_an_error_in_a_receiver_changes_the_journey(self, busy_shop, bare_outcomes):
        with (
            mock.patch("personalization.events.receiving.guarded_in_memory", lambda action, **_: action()),
            faults.all_receivers(Failure(RuntimeError)),
        ):
            outcome = journeys.everything(busy_shop)
        assert outcome != bare_outcomes[True]
        assert 500 in [status for _, status, _ in outcome.answers]

    def test_an_error_in_a_tag_changes_the_journey(self, busy_shop, bare_outcomes):
        with (
            mock.patch("personalization.templatetags.personalization.guarded", lambda action, **_: action()),
            failing("receivers, tags and the writing of events", Failure(RuntimeError)),
        ):
            outcome = journeys.everything(busy_shop)
        assert outcome != bare_outcomes[True]

    def test_a_database_error_that_is_merely_swallowed_loses_the_basket(self, busy_shop, bare_outcomes):
        def swallow(action, **_):
            try:
                action()
            except Exception:
                guard.logger.exception("swallowed")

        with (
            mock.patch("personalization.events.receiving.guarded_in_memory", swallow),
            failing_receiver(receivers.basket_addition, Failure("sql")),
        ):
            outcome = journeys.everything(busy_shop)
        assert outcome != bare_outcomes[True]
        assert len(outcome.orders) < 2


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: getattr(kind, "__name__", kind))
@pytest.mark.parametrize("receiver", RECEIVERS, ids=lambda receiver: receiver.__name__)
@pytest.mark.django_db
def test_outside_of_a_request_no_receiver_raises_or_breaks_the_transaction(receiver, kind, caplog):
    boom = Failure(kind)
    with transaction.atomic(), failing_receiver(receiver, boom):
        receiver(sender=None)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    assert boom.times == len(our_log(caplog)) == 1


def test_work_in_memory_can_t_reach_the_database(db, caplog):
    guard.guarded_in_memory(partial(Event.objects.count), doing="counting")
    assert "TouchedDatabase" in caplog.text
    assert Event.objects.count() == 0


def test_what_stops_the_process_is_let_through():
    def stop():
        raise SystemExit

    for run in (partial(guard.guarded, fallback=None), guard.guarded_in_memory):
        with pytest.raises(SystemExit):
            run(stop, doing="stopping")
