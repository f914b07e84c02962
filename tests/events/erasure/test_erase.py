"""Erased is erased: nothing names the person, nothing comes back, and the neighbour has not moved."""

import uuid
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.utils import timezone

from personalization.events.consent import STORING, Consent
from personalization.events.erase import erase
from personalization.events.history import recent
from personalization.events.identifiers import event_id
from personalization.events.ledger import note
from personalization.events.models import AccountConsent, ConsentRecord, Erasure, Event, Visitor
from personalization.events.person import Person
from personalization.events.personal import tables, whole_account, whole_visitor
from personalization.events.sweep import sweep
from personalization.events.totals import sold
from personalization.events.write import NewEvent, SeenVisitor, write
from personalization.recommend.gone import drop_lists_of_the_gone
from personalization.recommend.models import ServedModel, ShopperList
from tests import people
from tests.events.erasure.search import found
from tests.journeys_of_oscar import look_at


def erase_account(user) -> dict[str, int]:
    return erase(whole_account(user.pk), asked_by="test", now=timezone.now())


def sales() -> dict:
    now = timezone.now()
    return sold(since=now - timedelta(days=30), until=now + timedelta(days=1))


def late(visitor=None, user=None, *, at=None, kind="product_viewed") -> NewEvent:
    moment = at or timezone.now()
    return NewEvent(event_id(moment), kind, moment, visitor_id=visitor, user_id=user.pk if user else None, product_id=1)


class TestNothingIsLeft:
    def test_by_any_id_or_address_in_any_table(self, anna_known, boris_known):
        anna, words = anna_known.user, {*anna_known.ids(), anna_known.user.email, anna_known.user.username}
        assert len(anna_known.ids()) >= 3
        # The seed is worth nothing unless every table of the registry has something of hers.
        assert all(table.count(whole_account(anna.pk)) for table in tables)
        # On an owner's list of people stands a number alone, which may as well be that of a product.
        by_number = {"named_in_segments", "named_in_versions"}
        places = {place.split(".")[0] for place in found(words, user_id=anna.pk)}
        # One table may say two things: whose codes these are, and which of the staff gave them.
        assert len(places) >= len({table.model for table in tables if table.name not in by_number})
        erase_account(anna)
        assert found(words, user_id=anna.pk) == []

    def test_of_a_stranger(self, full_shop, client):
        look_at(client, full_shop["honey"])
        visitor_id = Visitor.objects.get().pk
        erase(whole_visitor(visitor_id), asked_by="test", now=timezone.now())
        assert found([str(visitor_id)]) == []

    def test_and_the_neighbour_has_not_moved(self, anna_known, boris_known):
        boris = whole_account(boris_known.user.pk)
        before = {table.name: list(table.rows(boris)) for table in tables}
        erase_account(anna_known.user)
        assert {table.name: list(table.rows(boris)) for table in tables} == before
        assert before["events"]

    def test_what_another_account_did_in_the_same_browser_stays_theirs(self, full_shop, anna_known, boris):
        hers = uuid.UUID(min(anna_known.ids()))
        his = people.did("product_viewed", full_shop["honey"], user=boris, visitor=hers, at=timezone.now())
        erase_account(anna_known.user)
        kept = Event.objects.get(pk=his.id)
        assert (kept.user_id, kept.visitor_id) == (boris.pk, None)

    def test_best_sellers_are_as_they_were(self, anna_known, boris_known):
        before, lines = sales(), Event.objects.filter(kind="purchased").count()
        assert before
        erase_account(anna_known.user)
        assert sales() == before
        assert Event.objects.filter(kind="purchased").count() == lines

    def test_the_ledger_keeps_its_lines_without_the_person(self, anna_known):
        lines = ConsentRecord.objects.count()
        erase_account(anna_known.user)
        assert ConsentRecord.objects.count() == lines
        assert set(ConsentRecord.objects.values_list("user_id", "visitor_id", "text")) == {(None, None, "words")}

    def test_twice_changes_nothing_more(self, anna_known):
        whole = whole_account(anna_known.user.pk)
        erase(whole, asked_by="test", now=timezone.now())
        before = Event.objects.count()
        assert sum(erase(whole, asked_by="test", now=timezone.now()).values()) == 0
        assert Event.objects.count() == before

    def test_it_tells_how_much_and_keeps_the_count_without_a_name(self, anna_known):
        rows = erase_account(anna_known.user)
        assert rows["visitors"] >= 3
        assert rows["events"] > 10
        assert rows in list(Erasure.objects.values_list("rows", flat=True))


class TestNothingComesBack:
    @pytest.fixture
    def hers(self, anna_known) -> list[uuid.UUID]:
        ids = [uuid.UUID(one) for one in anna_known.ids()]
        erase_account(anna_known.user)
        return ids

    def test_an_event_under_one_of_her_ids(self, anna_known, hers):
        now = timezone.now()
        assert write([late(one) for one in hers], visitors=[SeenVisitor(one, now) for one in hers]) == 0
        assert not Visitor.objects.filter(pk__in=hers).exists()

    def test_an_event_that_waited_under_an_id_that_nobody_knew_of(self, anna_known, hers, someone):
        before = timezone.now() - timedelta(minutes=5)
        seen = SeenVisitor(someone, before, anna_known.user.pk)
        assert write([late(someone, anna_known.user, at=before)], visitors=[seen]) == 0
        assert not Visitor.objects.filter(pk=someone).exists()

    def test_an_open_page_of_another_device(self, full_shop, anna_known, hers):
        look_at(anna_known.phone, full_shop["candles"])
        assert found(map(str, hers), user_id=anna_known.user.pk) == []

    def test_the_sweep_gives_no_name_back(self, anna_known, hers):
        sweep(now=timezone.now())
        Event.objects.filter(kind="purchased").delete()
        sweep(now=timezone.now())
        assert sales()
        assert found(map(str, hers), user_id=anna_known.user.pk) == []

    def test_an_order_that_she_places_meanwhile_has_no_name(self, full_shop, anna_known, hers):
        order = people.ordered(anna_known.user, {full_shop["butter"]: 1}, at=timezone.now())
        sweep(now=timezone.now())
        assert Event.objects.get(payload__order=order.pk).user_id is None

    def test_a_purchase_by_a_browser_of_hers_is_kept_without_it(self, anna_known, hers):
        write([late(hers[0], anna_known.user, kind="purchased")])
        assert found(map(str, hers), user_id=anna_known.user.pk) == []

    def test_a_training_that_began_before_serves_no_list_of_her(self, full_shop, anna_known, boris_known, hers):
        run = ServedModel.objects.get().run
        row = ShopperList.objects.get(user_id=boris_known.user.pk)
        row.pk, row.user_id = None, anna_known.user.pk
        row.save()
        assert drop_lists_of_the_gone(run.pk) == 1
        assert ShopperList.objects.filter(run=run, user_id=boris_known.user.pk).exists()

    def test_logging_in_does_not_begin_again_by_itself(self, full_shop, anna_known, hers):
        anna_known.phone.post("/accounts/logout/")
        people.log_in(anna_known.phone, anna_known.user)
        look_at(anna_known.phone, full_shop["candles"])
        assert found(map(str, hers), user_id=anna_known.user.pk) == []

    def test_nor_does_an_older_yes_in_the_cookie_of_another_device(self, full_shop, anna_known, hers, settings):
        settings.PERSONALIZATION_CONSENT = "personalization.events.consent.answered"
        before = int((timezone.now() - timedelta(hours=1)).timestamp())
        tablet = Client()
        tablet.cookies["pz_consent"] = signing.Signer(salt="personalization.consent").sign(f"ap.1.{before}.0")
        people.log_in(tablet, anna_known.user)
        look_at(tablet, full_shop["candles"])
        assert found(map(str, hers), user_id=anna_known.user.pk) == []


class TestBeginningAnew:
    def test_with_a_new_yes_the_account_starts_empty(self, full_shop, anna_known, client):
        old = anna_known.ids()
        anna = anna_known.user
        erase_account(anna)
        people.log_in(client, anna)
        note(Consent(STORING, is_asked=True), person=Person(user_id=anna.pk), text="", source="page")
        look_at(client, full_shop["candles"])
        seen = recent(Person(user_id=anna.pk), now=timezone.now())
        assert full_shop.titles(seen.products("product_viewed", "purchased")) == ["candles"]
        assert found(old) == []

    def test_and_its_next_order_has_a_name_again(self, full_shop, anna_known):
        anna = anna_known.user
        erase_account(anna)
        note(Consent(STORING, is_asked=True), person=Person(user_id=anna.pk), text="", source="page")
        order = people.ordered(anna, {full_shop["butter"]: 1}, at=timezone.now())
        sweep(now=timezone.now())
        assert Event.objects.get(payload__order=order.pk).user_id == anna.pk
        assert Event.objects.filter(user_id=anna.pk).count() == 1


class TestADeletedAccount:
    def test_takes_everything_along(self, anna_known):
        anna, words = anna_known.user, {*anna_known.ids(), anna_known.user.email}
        pk = anna.pk
        anna.delete()
        assert found(words, user_id=pk) == []

    def test_by_its_owner_in_the_shop(self, anna_known):
        anna, words = anna_known.user, {*anna_known.ids(), anna_known.user.email}
        pk = anna.pk
        answer = anna_known.client.post("/accounts/profile/delete/", {"password": people.PASSWORD})
        assert answer.status_code == 302
        assert found(words, user_id=pk) == []

    def test_is_deleted_even_if_our_tables_are_away(self, anna_known, caplog):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE personalization_erasure RENAME TO elsewhere")
        try:
            anna_known.user.delete()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE elsewhere RENAME TO personalization_erasure")
        assert not type(anna_known.user).objects.filter(username="anna").exists()
        assert "erasing a deleted account" in caplog.text

    def test_a_deletion_that_is_taken_back_erases_nothing(self, anna_known):
        from django.db import transaction

        before = Event.objects.filter(user_id=anna_known.user.pk).count()
        pk = anna_known.user.pk
        with transaction.atomic():
            anna_known.user.delete()
            transaction.set_rollback(True)
        assert Event.objects.filter(user_id=pk).count() == before


class TestWithdrawal:
    def test_takes_what_was_worked_out_and_leaves_the_log(self, anna_known, boris_known):
        anna = anna_known.user
        events = Event.objects.filter(user_id=anna.pk).count()
        note(Consent(frozenset({"analytics"}), is_asked=True), person=Person(user_id=anna.pk), text="", source="page")
        assert list(ShopperList.objects.values_list("user_id", flat=True)) == [boris_known.user.pk]
        assert Event.objects.filter(user_id=anna.pk).count() == events
        assert AccountConsent.objects.get(user_id=anna.pk).purposes == ["analytics"]
