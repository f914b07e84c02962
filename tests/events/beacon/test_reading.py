"""A good message is read at once, any other event by event; an event is the same to us either way."""

import json
import uuid
from decimal import Decimal

import pytest

from personalization.events.beacon.batch import Sent, read_batch
from personalization.events.identifiers import event_id
from personalization.events.kinds import EventKind, kinds
from personalization.events.models import Event
from personalization.events.record import record
from tests.events.beacon.conftest import counted, event, send
from tests.people import NOW

SHOWN = "0197b5c0-0000-7000-8000-000000000001"
GOOD = {
    "product_viewed": {"data": {"anything": 1}},
    "block_shown": {"data": {"slot": "home-1", "strategy": "trending", "block": "7", "products": ["1", 1]}},
    "block_seen": {"data": {"shown": SHOWN, "slot": "home-1", "block": "7"}},
    "block_clicked": {"data": {"shown": SHOWN.replace("-", ""), "position": "2"}},
    "page_left": {"data": {"path": "/basket/?email=anna@example.com#top", "seconds": "12.5"}},
    "custom": {"data": {"name": "opened_faq", "data": {"question": [4, {"deep": 1}]}}},
}


class Danced(EventKind):
    """A kind of a shop's own."""

    name, label, from_browser, payload = "danced", "Danced", True, ("dance", "steps")


@pytest.fixture
def shop_that_dances(monkeypatch, db) -> None:
    monkeypatch.setitem(kinds._entries, "danced", Danced())


def noting(request):
    """A shop's own way to tell where its shoppers are, which notes something besides."""
    record("category_viewed", product_id=1, quantity=2, value=Decimal("3.50"))


def read(*events) -> list[bool]:
    batch = read_batch(json.dumps({"events": events}).encode())
    return [isinstance(one, Sent) for one in batch.events]


def test_good_events_are_read_at_once():
    assert read(*[event(kind) | told for kind, told in GOOD.items()]) == [True] * len(GOOD)


@pytest.mark.parametrize("other", [7, {}, {"kind": "danced"}, {"kind": "custom", "data": {"name": "a\0b"}}])
def test_beside_another_they_are_read_one_by_one(other):
    assert read(event(), other) == [False, False]


@pytest.mark.parametrize("kind", list(GOOD))
@pytest.mark.parametrize("is_alone", [True, False])
def test_either_way_the_same_is_kept(shop, browser, kind, is_alone):
    milk = shop["oat milk"].pk
    told = json.loads(json.dumps(GOOD[kind]).replace('["1", 1]', f'["{milk}", {milk}]'))
    identifier = event_id(NOW)
    # Long ago, so that it is re-dated too; letters of an id are small in the log.
    sent = event(kind, at=NOW) | {"id": str(identifier).upper()} | told
    sent |= {} if kind == "block_shown" else {"product": str(milk)}
    send(browser, sent, *([] if is_alone else [7]))
    kept = Event.objects.exclude(kind="visit_started").get()
    assert kept.pk.int & ((1 << 80) - 1) == identifier.int & ((1 << 80) - 1)
    assert kept.product_id == (None if kind == "block_shown" else milk)
    assert (
        kept.payload
        == {"redated": True}
        | {
            "product_viewed": {"browser": True},
            "block_shown": {"slot": "home-1", "strategy": "trending", "block": 7, "products": [{"id": milk}] * 2},
            "block_seen": {"shown": SHOWN, "slot": "home-1", "block": 7},
            "block_clicked": {"shown": SHOWN, "position": 2},
            "page_left": {"path": "/basket/", "seconds": 12.5, "scrolled": 0},
            "custom": GOOD["custom"]["data"],
        }[kind]
    )


def test_a_kind_of_the_shop_s_own_keeps_what_it_names(shop_that_dances, browser):
    send(browser, event("danced", data={"dance": "tango", "steps": [1, 2], "shoes": "red"}), event())
    assert Event.objects.get(kind="danced").payload == {"dance": "tango", "steps": [1, 2]}
    assert counted() == {"received": 2, "stored": 2}


@pytest.mark.parametrize("data", [
    [], "tango", {"dance": "a\0b"}, {"dance": "x" * 2048}, {"steps": [[[[1]]]]},
])  # fmt: skip
def test_of_such_a_kind_too_nothing_large_deep_or_unheard_of_is_kept(shop_that_dances, browser, data):
    send(browser, event("danced", data=data), event())
    assert counted() == {"received": 2, "stored": 1, "bad_data": 1}


def test_words_about_a_nul_are_none(db, browser):
    send(browser, event(data={"name": "asked", "data": {"how": "what is \\u0000?"}}))
    assert Event.objects.get(kind="custom").payload["data"] == {"how": "what is \\u0000?"}


def test_what_the_shop_s_own_code_notes_meanwhile_keeps_its_money_and_is_not_counted(shop, browser, settings):
    settings.PERSONALIZATION_REGION = f"{__name__}.noting"
    send(browser, event())
    assert sorted(Event.objects.values_list("kind", flat=True)) == ["category_viewed", "custom", "visit_started"]
    noted = Event.objects.get(kind="category_viewed")
    assert (noted.quantity, noted.value) == (2, Decimal("3.50"))
    assert noted.visitor_id == Event.objects.get(kind="custom").visitor_id != uuid.UUID(int=0)
    assert counted() == {"received": 1, "stored": 1}
