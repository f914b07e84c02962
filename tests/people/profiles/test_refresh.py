"""Who did something since is found, whichever way it came into the log; nobody else is looked at or written."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from personalization.events.bots import mark_bots
from personalization.events.consent import REFUSED, Consent, Purpose
from personalization.events.erase import erase
from personalization.events.ledger import note
from personalization.events.models import Event, Visitor
from personalization.events.person import Person
from personalization.events.personal import whole_account
from personalization.events.sweep import sweep
from personalization.people.profiles.models import Profile, ProfileClock, ProfileNote
from personalization.people.profiles.refresh import Refreshed, rebuild, refresh
from tests import people
from tests.events.erasure.search import found
from tests.people import NOW

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
STRANGER = UUID("018f0000-0000-7000-8000-000000000001")
LATER = NOW + HOUR
KEPT = [field.attname for field in Profile._meta.concrete_fields if field.attname != "changed_at"]


def everything() -> list[dict]:
    """All rows, but for when they were written."""
    return list(Profile.objects.order_by("person").values(*KEPT))


@pytest.fixture
def two_weeks(log, anna, boris):
    """Anna and Boris bought, a stranger looked; all of it is in the profiles."""
    people.bought(anna, {log.shop["honey"]: 2}, at=NOW - 14 * DAY)
    people.bought(boris, {log.shop["coffee"]: 1}, at=NOW - 9 * DAY)
    log.did("product_viewed", "butter", visitor=STRANGER, at=NOW - 7 * DAY)
    rebuild(now=NOW)
    return log


class TestNothingNew:
    @pytest.mark.parametrize("again", [rebuild, refresh])
    def test_writes_nothing_an_hour_later(self, two_weeks, again):
        assert again(now=LATER) == Refreshed()
        assert set(Profile.objects.values_list("changed_at", flat=True)) == {NOW}

    def test_reads_nothing_either(self, two_weeks):
        refresh(now=LATER)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pz_touched")
            assert cursor.fetchone() == (0,)

    def test_the_first_refreshment_goes_through_everybody(self, log, anna):
        people.bought(anna, {log.shop["honey"]: 2}, at=NOW - 14 * DAY)
        assert refresh(now=NOW).profiles == 1
        assert ProfileClock.objects.get().rebuilt_at == NOW


class TestWhoIsFound:
    def test_who_did_something_now(self, two_weeks, anna, boris):
        people.bought(anna, {two_weeks.shop["honey"]: 1}, at=NOW + 50 * MINUTE)
        assert refresh(now=LATER).profiles == 1
        assert Profile.objects.get(user_id=anna.pk).orders == 2
        assert Profile.objects.get(user_id=boris.pk).changed_at == NOW

    def test_an_event_that_comes_late(self, two_weeks, boris):
        two_weeks.did("product_viewed", "honey", user=boris, at=NOW - 5 * DAY)
        refresh(now=LATER)
        assert Profile.objects.get(user_id=boris.pk).viewed_at == NOW - 5 * DAY
        assert not ProfileNote.objects.exists()

    def test_an_event_of_a_page_that_was_slow_to_write(self, two_weeks, boris):
        # Its time was just before the refreshment, which did not see it yet.
        two_weeks.did("product_viewed", "honey", user=boris, at=NOW - MINUTE)
        assert not ProfileNote.objects.exists(), "an event of now notes nobody"
        refresh(now=LATER)
        assert Profile.objects.get(user_id=boris.pk).views == 1

    def test_one_that_was_written_under_the_clock_of_before(self, two_weeks, boris):
        refresh(now=LATER)
        # A writer that began before this refreshment's end noted nothing, for all was open to it.
        clock = ProfileClock.objects.get()
        ProfileClock.objects.update(noted_before=clock.read_from)
        two_weeks.did("product_viewed", "honey", user=boris, at=NOW - MINUTE)
        ProfileClock.objects.update(noted_before=clock.noted_before)
        assert not ProfileNote.objects.exists()
        refresh(now=LATER + 10 * MINUTE)
        assert Profile.objects.get(user_id=boris.pk).views == 1

    def test_whose_order_was_cancelled(self, two_weeks, anna):
        order = people.bought(anna, {two_weeks.shop["coffee"]: 3}, at=NOW - 3 * DAY)
        refresh(now=LATER)
        assert Profile.objects.get(user_id=anna.pk).orders == 2
        type(order).objects.filter(pk=order.pk).update(status="Cancelled")
        sweep(now=LATER)
        refresh(now=LATER + 10 * MINUTE)
        assert Profile.objects.get(user_id=anna.pk).orders == 1

    def test_whose_order_of_a_minute_ago_was_cancelled(self, two_weeks, anna):
        order = people.bought(anna, {two_weeks.shop["coffee"]: 3}, at=LATER - MINUTE)
        refresh(now=LATER)
        type(order).objects.filter(pk=order.pk).update(status="Cancelled")
        sweep(now=LATER)
        refresh(now=LATER + 10 * MINUTE)
        assert Profile.objects.get(user_id=anna.pk).orders == 1

    def test_whose_order_only_the_sweep_found(self, two_weeks, boris):
        people.ordered(boris, {two_weeks.shop["coffee"]: 3}, at=NOW - 4 * DAY)
        sweep(now=NOW)
        refresh(now=LATER)
        assert Profile.objects.get(user_id=boris.pk).orders == 2

    def test_a_stranger_who_has_signed_in(self, two_weeks, anna):
        two_weeks.meets(STRANGER, user=anna, at=NOW + 30 * MINUTE)
        two_weeks.did("logged_in", user=anna, at=NOW + 30 * MINUTE)
        assert refresh(now=LATER).departed == 1
        assert Profile.objects.get(user_id=anna.pk).views == 1
        assert not Profile.objects.filter(person=STRANGER).exists()

    def test_a_bot_that_was_found_out(self, two_weeks):
        Visitor.objects.create(pk=STRANGER, first_seen_at=NOW, last_seen_at=NOW)
        for number in range(40):
            two_weeks.did("product_viewed", "honey", visitor=STRANGER, at=NOW - HOUR + number * timedelta(seconds=1))
        mark_bots(now=NOW)
        refresh(now=LATER)
        # What it did a week ago is left as it was.
        assert Profile.objects.get(person=STRANGER).views == 1

    def test_who_took_a_look_out_of_the_log(self, two_weeks):
        Event.objects.filter(visitor_id=STRANGER).delete()
        assert refresh(now=LATER) == Refreshed(departed=1, rescored=0)
        assert not Profile.objects.filter(person=STRANGER).exists()

    def test_a_block_that_comes_late_notes_nobody(self, two_weeks, anna):
        two_weeks.did("block_shown", user=anna, at=NOW - DAY)
        assert not ProfileNote.objects.exists()


class TestConsent:
    def test_who_says_no_loses_the_profile_and_gets_none(self, two_weeks, anna):
        note(REFUSED, person=Person(user_id=anna.pk), text="", source="test")
        assert not Profile.objects.filter(user_id=anna.pk).exists()
        people.bought(anna, {two_weeks.shop["honey"]: 1}, at=NOW + MINUTE)
        refresh(now=LATER)
        rebuild(now=LATER)
        assert not Profile.objects.filter(user_id=anna.pk).exists()

    def test_a_stranger_who_agreed_to_being_counted_only_has_none(self, two_weeks):
        agreed = Consent(frozenset({Purpose.ANALYTICS}), is_asked=True)
        note(agreed, person=Person(visitor_id=STRANGER), text="", source="test")
        rebuild(now=LATER)
        assert not Profile.objects.filter(person=STRANGER).exists()

    def test_who_was_erased_is_gone_and_stays_gone(self, two_weeks, anna):
        erase(whole_account(anna.pk), asked_by="test", now=NOW)
        assert found([str(UUID(int=anna.pk))], user_id=anna.pk) == []
        for again in (refresh, rebuild):
            again(now=LATER)
            assert not Profile.objects.filter(user_id=anna.pk).exists()
