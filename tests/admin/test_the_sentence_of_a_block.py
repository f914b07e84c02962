"""One sentence says what a block does, for every strategy there is, and follows the form."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from personalization.recommend.strategies.strategy import strategies
from personalization.storefront.models import Block
from personalization.storefront.sentence import sentence
from tests.admin.stories import address
from tests.people import NOW


def told(**values: Any) -> str:
    settings = {"slot": "home-3", "strategy": "bestsellers", "parameters": {"period": "week", "measure": "units"}}
    return sentence(Block(**(settings | values)), now=NOW)


def test_it_says_which_products_how_many_where_and_until_when() -> None:
    until = datetime(2026, 12, 31, tzinfo=NOW.tzinfo)
    assert told(strategy="trending", ends_at=until) == (
        "Shows up to 6 products that sell better this week than they usually do, in the place home-3, "
        "until 31 December; with fewer than 3 it is filled with best sellers."
    )


def test_the_settings_of_the_list_are_in_it() -> None:
    assert told().startswith("Shows up to 6 products that sell best by pieces sold over the last 7 days,")


@pytest.mark.parametrize("name", [one.name for one in strategies])
def test_every_strategy_has_a_sentence(name: str) -> None:
    text = told(strategy=name, parameters={})
    assert text.startswith(f"Shows up to {strategies.get(name).most_shown or 6} products ")
    assert "%(" not in text
    assert str(strategies.get(name).describe({})) in text


def test_one_product_is_no_plural() -> None:
    assert told(limit=1, minimum=1).startswith("Shows 1 product that")


def test_a_block_that_hides_says_so() -> None:
    assert told(fallback="hide").endswith("with fewer than 3 it is hidden.")
    assert told(fallback="hide", minimum=1).endswith("with none it is hidden.")


def test_days_to_come_and_days_gone_are_told() -> None:
    assert "from 17 March on" in told(starts_at=NOW.replace(hour=0) + timedelta(days=7))
    assert "it ended on 3 March" in told(ends_at=NOW.replace(hour=0) - timedelta(days=7))
    both = told(
        starts_at=NOW.replace(hour=0) + timedelta(days=7), ends_at=datetime(2027, 1, 2, 8, 30, tzinfo=NOW.tzinfo)
    )
    assert "from 17 March until 2 January 2027, 08:30" in both


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("draft", "It is a draft: shoppers do not see it."),
        ("paused", "It is paused: shoppers do not see it."),
        ("ended", "It has ended: shoppers do not see it."),
        ("archived", "It is archived: shoppers do not see it."),
    ],
)
def test_a_block_that_is_held_back_says_so(status: str, says: str) -> None:
    assert told(status=status).endswith(says)


def test_its_hours_are_told() -> None:
    assert ", Mon, Sat, 09:00 to 18:00;" in told(hours={"days": [0, 5], "since": "09:00", "until": "18:00"})


def test_an_unknown_strategy_asks_for_another() -> None:
    assert "Choose a kind of list" in told(strategy="palm_reading")


def test_it_follows_the_unsaved_form(owner: Client, bestsellers: Block) -> None:
    form = {"block": bestsellers.pk, "slot": "home-9", "strategy": "trending", "limit": 4, "minimum": 2, "position": 1,
            "fallback": "hide", "status": "live"}  # fmt: skip
    answer = owner.post(address("block", "sentence"), form).json()
    assert answer["sentence"] == (
        "Shows up to 4 products that sell better this week than they usually do, in the place home-9; "
        "with fewer than 2 it is hidden."
    )
    assert answer["titles"]["en"] == "Trending now"


def test_a_number_that_is_none_leaves_the_sentence_standing(owner: Client, bestsellers: Block) -> None:
    form = {"block": bestsellers.pk, "slot": "home-9", "strategy": "trending", "limit": "many", "minimum": ""}
    assert owner.post(address("block", "sentence"), form).status_code == 200
