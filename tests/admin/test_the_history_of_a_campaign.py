"""Each change of a campaign keeps both its ends: the owner sees what was, and brings it back by one press."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.test import Client

from personalization.storefront.models import Block
from tests.admin.stories import address

FORM = {"slot": "home-9", "position": 1, "strategy": "bestsellers", "limit": 6, "minimum": 3, "fallback": "stand_ins",
        "status": "live", "note": "", "parameter_period": "month", "parameter_measure": "units"}  # fmt: skip


def save(owner: Client, block: Block, **values: Any) -> None:
    assert owner.post(address("block", "change", block.pk), FORM | values).status_code == 302
    block.refresh_from_db()


def history(owner: Client, block: Block) -> str:
    return owner.get(address("block", "history", block.pk)).content.decode()


def back(owner: Client, block: Block, end: str, entry: LogEntry) -> str:
    page = owner.post(address("block", "revert", block.pk, entry.pk, end), follow=True).content.decode()
    block.refresh_from_db()
    return page


def test_a_change_is_told_as_two_sentences(owner: Client, bestsellers: Block) -> None:
    save(owner, bestsellers)
    save(owner, bestsellers, limit=9, name="Spring")
    told = history(owner, bestsellers)
    assert "<del>Shows up to 6 products" in told
    assert "<ins>Shows up to 9 products" in told
    assert "Changed: name, how many products" in told


def test_what_was_before_is_back_by_one_press_and_can_be_taken_back_again(owner: Client, bestsellers: Block) -> None:
    save(owner, bestsellers)
    save(owner, bestsellers, limit=9, hours_days=["2"], starts_at_0="2026-03-01", starts_at_1="10:00")
    changed, first = LogEntry.objects.order_by("-pk")[:2]
    assert "The earlier version is back." in back(owner, bestsellers, "after", first)
    assert (bestsellers.limit, bestsellers.hours, bestsellers.starts_at) == (6, {}, None)
    back(owner, bestsellers, "after", changed)
    assert (bestsellers.limit, bestsellers.hours) == (9, {"days": [2]})
    assert bestsellers.starts_at is not None


def test_pausing_is_a_change_too(owner: Client, bestsellers: Block) -> None:
    owner.post(address("block"), {"action": "pause", "_selected_action": [bestsellers.pk]})
    assert "It is paused: shoppers do not see it.</ins>" in history(owner, bestsellers)
    back(owner, bestsellers, "before", LogEntry.objects.latest("pk"))
    assert bestsellers.status == "live"


def test_a_block_that_nobody_changed_says_so(owner: Client, bestsellers: Block) -> None:
    assert "Nobody has changed it here yet." in history(owner, bestsellers)


def test_whoever_may_only_look_brings_nothing_back(owner: Client, reader: Client, bestsellers: Block) -> None:
    save(owner, bestsellers, limit=9)
    entry = LogEntry.objects.latest("pk")
    back(reader, bestsellers, "before", entry)
    assert bestsellers.limit == 9
    assert "Back to" not in history(reader, bestsellers)


def test_an_entry_of_another_block_brings_nothing_back(owner: Client, bestsellers: Block) -> None:
    other = Block.objects.create(slot="home-2", strategy="trending")
    save(owner, bestsellers, limit=9)
    page = back(owner, other, "before", LogEntry.objects.latest("pk"))
    assert "Nothing is kept of that version." in page
    assert other.limit == 6
