"""Whoever said no, or was erased, is not named by a file that comes later."""

import threading
import uuid
from datetime import timedelta

import pytest

from personalization.events.erasures import account_subject, visitor_subject
from personalization.events.imports import read_file
from personalization.events.imports.identity import visitor_key
from personalization.events.models import AccountConsent, Erasure, Visitor
from tests import people
from tests.events.imports.files import counts, logged, read, rejected, write_csv
from tests.people import NOW

HEADER = "at,kind,product,user,visitor"


@pytest.fixture
def both_kinds(tmp_path, shop, anna, boris):
    return write_csv(
        tmp_path / "c.csv",
        HEADER,
        "2026-03-01,product_viewed,honey,anna@example.com,a",
        "2026-03-02,purchased,honey,anna@example.com,a",
        "2026-03-03,product_viewed,honey,boris@example.com,b",
        "2026-03-04,purchased,honey,boris@example.com,b",
    )


def named() -> list[bool]:
    return [user is not None for (user,) in logged("user_id")]


def test_an_account_that_refused_is_not_named(both_kinds, anna):
    AccountConsent.objects.create(user_id=anna.pk, purposes=[], changed_at=NOW)
    read(both_kinds)
    assert named() == [False, False, True, True]
    assert [visitor is not None for (visitor,) in logged("visitor_id")] == [False, False, True, True]
    assert Visitor.objects.count() == 1


def test_an_account_that_agreed_is_named(both_kinds, anna):
    AccountConsent.objects.create(user_id=anna.pk, purposes=["analytics"], changed_at=NOW)
    read(both_kinds)
    assert named() == [True] * 4


def test_where_purchases_need_consent_those_never_asked_are_not_named_in_them(both_kinds, anna, settings):
    settings.PERSONALIZATION_PURCHASES_NEED_CONSENT = True
    AccountConsent.objects.create(user_id=anna.pk, purposes=["analytics"], changed_at=NOW)
    read(both_kinds)
    assert named() == [True, True, True, False]


def test_an_erased_account_is_not_named_in_what_was_before(both_kinds, boris):
    erased_at = NOW.replace(day=3, hour=18)
    Erasure.objects.create(subject=account_subject(boris.pk), erased_at=erased_at)
    read(both_kinds)
    assert named() == [True, True, False, True]


def test_an_erased_visitor_does_not_come_back(both_kinds):
    read(both_kinds, "--source", "old")
    visitor: uuid.UUID = logged("visitor_id")[0][0]
    Visitor.objects.all().delete()
    Erasure.objects.create(subject=visitor_subject(visitor), erased_at=NOW - timedelta(days=1))
    read(both_kinds, "--source", "old", "--restart")
    assert not Visitor.objects.filter(pk=visitor).exists()


def test_a_file_of_strangers_asks_about_nobody(tmp_path, shop):
    read(write_csv(tmp_path / "c.csv", HEADER, "2026-03-01,product_viewed,honey,,"))
    assert logged("user_id", "visitor_id") == [(None, None)]


class TestWhileAFileIsRead:
    """The next rows are looked up while those before them are being stored."""

    @pytest.fixture
    def halves(self, tmp_path, open_shop, monkeypatch):
        monkeypatch.setattr("personalization.events.imports.chunks.ROWS", 3)
        self.anna = people.person("Anna")
        rows = [f"2026-03-0{day},product_viewed,honey,anna@example.com,a" for day in range(1, 5)]
        rows.insert(1, "2026-03-01,product_viewed,moon dust,anna@example.com,a")
        return write_csv(tmp_path / "c.csv", HEADER, *rows, "2026-03-05,product_viewed,moon dust,,")

    @pytest.fixture
    def after_the_look_up(self, monkeypatch):
        """Something happens once, right after the second half was looked up, and the first was stored."""
        left: list = []
        is_stored = threading.Event()

        def resolve(chunk, real=read_file.resolve):
            found = real(chunk)
            if chunk.last_line > 4 and left:
                assert is_stored.wait(60)
                left.pop()()
            return found

        def store(*args, real=read_file._store, **more):
            counted = real(*args, **more)
            is_stored.set()
            return counted

        monkeypatch.setattr(read_file, "resolve", resolve)
        monkeypatch.setattr(read_file, "_store", store)
        yield left.append
        assert not left

    def is_exact(self, file):
        return counts(read(file, "--source", "till")) == (6, 4, 0, 2) and [line for line, *_ in rejected(file)[1:]] == [
            "3",
            "7",
        ]

    def test_who_says_no_then_is_not_named(self, halves, after_the_look_up):
        facts = {"user_id": self.anna.pk, "purposes": [], "changed_at": NOW}
        after_the_look_up(lambda: AccountConsent.objects.create(**facts))
        assert self.is_exact(halves)
        assert named() == [True, True, False, False]

    def test_a_visitor_erased_then_does_not_come_back(self, halves, after_the_look_up):
        gone = visitor_subject(uuid.UUID(bytes=visitor_key("till", "a")))
        after_the_look_up(lambda: Erasure.objects.create(subject=gone, erased_at=NOW))
        assert self.is_exact(halves)
        assert [visitor is not None for (visitor,) in logged("visitor_id")] == [True, True, False, False]
