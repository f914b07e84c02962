"""The form of a block keeps its settings and headings, and says in words what does not go together."""

from typing import Any

import pytest
from django.test import Client

from personalization.recommend.strategies.strategy import strategies
from personalization.storefront.models import Block
from tests.admin.stories import address

FORM = {"slot": "home-9", "position": 1, "strategy": "bestsellers", "limit": 6, "minimum": 3, "fallback": "stand_ins",
        "status": "live", "note": "", "starts_at_0": "", "starts_at_1": "", "ends_at_0": "", "ends_at_1": "",
        "title_en": "", "title_ru": "", "title_uk": ""}  # fmt: skip


def save(owner: Client, block: Block | None = None, **values: Any) -> Any:
    page = address("block", "change", block.pk) if block else address("block", "add")
    return owner.post(page, FORM | values, follow=True)


def test_the_settings_of_the_list_are_stored_and_shown_again(owner: Client) -> None:
    save(owner, parameter_period="year", parameter_measure="revenue")
    block = Block.objects.get()
    assert (block.parameters["period"], block.parameters["measure"]) == ("year", "revenue")
    page = owner.get(address("block", "change", block.pk)).content.decode()
    assert '<option value="year" selected>' in page
    assert '<option value="revenue" selected>' in page


def test_a_heading_is_stored_for_each_language(owner: Client) -> None:
    save(owner, title_en="Hot now", title_ru=" Сейчас берут ")
    block = Block.objects.get()
    assert block.titles == {"en": "Hot now", "ru": "Сейчас берут"}
    assert 'value="Сейчас берут"' in owner.get(address("block", "change", block.pk)).content.decode()


def test_a_heading_in_a_language_that_is_gone_is_kept(owner: Client, bestsellers: Block) -> None:
    Block.objects.update(titles={"de": "Renner"})
    save(owner, bestsellers, title_en="Hot now")
    bestsellers.refresh_from_db()
    assert bestsellers.titles == {"de": "Renner", "en": "Hot now"}


def test_without_a_script_another_list_begins_with_its_defaults(owner: Client, bestsellers: Block) -> None:
    save(owner, bestsellers, strategy="similar", _continue="1")
    bestsellers.refresh_from_db()
    assert (bestsellers.strategy, bestsellers.parameters) == ("similar", {})
    save(owner, bestsellers, strategy="bestsellers", _continue="1")
    bestsellers.refresh_from_db()
    assert bestsellers.parameters == strategies.get("bestsellers").defaults()


def test_the_settings_of_another_list_are_drawn_for_the_script(owner: Client, bestsellers: Block) -> None:
    drawn = owner.get(address("block", "settings"), {"strategy": "bestsellers", "block": ""}).content.decode()
    assert 'name="parameter_period"' in drawn
    none = owner.get(address("block", "settings"), {"strategy": "similar", "block": bestsellers.pk}).content.decode()
    assert "nothing more to set" in none


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"minimum": 9}, "At least 9, but at most 6: make the first number smaller."),
        (
            {"starts_at_0": "2026-03-10", "starts_at_1": "12:00", "ends_at_0": "2026-03-09", "ends_at_1": "12:00"},
            "It would end before it begins: choose a later end.",
        ),
        ({"strategy": "palm_reading"}, "choose another kind of list."),
        ({"parameter_period": "century"}, "Select a valid choice."),
    ],
)
def test_what_does_not_go_together_is_said_in_words(owner: Client, values: dict[str, Any], told: str) -> None:
    assert told in save(owner, **values).content.decode()
    assert not Block.objects.exists()


def test_a_block_is_paused_and_copied_from_the_list(owner: Client, bestsellers: Block) -> None:
    def act(action: str) -> str:
        sent = {"action": action, "_selected_action": [bestsellers.pk]}
        page = owner.post(address("block"), sent, follow=True).content.decode()
        bestsellers.refresh_from_db()
        return page

    assert "1 is paused. To undo it, choose “Put live”." in act("pause")
    assert bestsellers.status == "paused"
    act("go_live")
    assert bestsellers.status == "live"
    act("duplicate")
    copy = Block.objects.exclude(pk=bestsellers.pk).get()
    assert (copy.strategy, copy.parameters, copy.status) == ("bestsellers", bestsellers.parameters, "draft")


def test_an_archived_block_is_found_by_its_state_alone(owner: Client, bestsellers: Block) -> None:
    owner.post(address("block"), {"action": "archive", "_selected_action": [bestsellers.pk]})
    link = address("block", "change", bestsellers.pk)
    assert link not in owner.get(address("block")).content.decode()
    assert link in owner.get(address("block"), {"state": "archived"}).content.decode()


class TestItsHours:
    def test_are_stored_and_shown_again(self, owner: Client) -> None:
        save(owner, hours_days=["0", "5"], hours_since="09:00", hours_until="18:00")
        block = Block.objects.get()
        assert block.hours == {"days": [0, 5], "since": "09:00", "until": "18:00"}
        page = owner.get(address("block", "change", block.pk)).content.decode()
        assert 'name="hours_since" value="09:00"' in page
        assert page.count('name="hours_days"') == 7
        assert page.count("checked") == 2

    def test_are_kept_by_nothing_where_none_are_given(self, owner: Client) -> None:
        save(owner)
        assert Block.objects.get().hours == {}

    def test_that_end_as_they_begin_are_asked_for_anew(self, owner: Client) -> None:
        told = save(owner, hours_since="09:00", hours_until="09:00").content.decode()
        assert "It would end as it begins: choose another hour, or leave both empty." in told
        assert not Block.objects.exists()
