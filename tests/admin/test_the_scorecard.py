"""The owner asks for a scorecard, watches it, and reads it."""

import copy
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from personalization.recommend.scorecards.models import Scorecard
from personalization.recommend.scorecards.picture import picture_of
from tests.admin.stories import address
from tests.people import NOW

Status = Scorecard.Status


def _side(mean: float, spread: float = 0.02) -> dict[str, float]:
    return {"mean": mean, "low": mean - spread, "high": mean + spread}


def _figures(ours: float, best: float) -> dict[str, Any]:
    return {"hit_rate": {"ours": _side(ours), "best": _side(best), "difference": _side(ours - best)}}


ENTRY = {"kind": "people", "k": 6, "cases": 1000, "total": {"ours": 412.0, "best": 190.0, "spent": 2000.0}}
RESULT: dict[str, Any] = {
    "k": 6, "days": 14.0, "cut": 20_500.0,
    "facts": {"lines": 1234, "shoppers": 45, "products": 67, "held_out": 200},
    "strategies": [ENTRY | {"name": "for_you", "figures": _figures(0.412, 0.19)},
                   ENTRY | {"name": "trending", "figures": _figures(0.10, 0.19)}],
    "blocks": [ENTRY | {"number": 1, "heading": "Just for you", "slot": "home-1", "strategy": "for_you",
                        "unjudged": ["its rules"], "figures": _figures(0.2, 0.19)}],
    "left_out": [{"name": "next_click", "why": "few_cases", "cases": 3, "kind": "visits"}],
}  # fmt: skip


def card(**more: Any) -> Scorecard:
    values = {"status": Status.DONE, "asked_by": "schedule", "asked_at": NOW, "finished_at": NOW, "result": RESULT}
    return Scorecard.objects.create(**(values | more))


def _page(client: Client) -> str:
    return " ".join(client.get(address("scorecard")).content.decode().split())


def test_an_empty_page_says_what_to_press(owner: Client) -> None:
    assert "Press “Measure now”" in _page(owner)


def test_the_button_leaves_one_row_that_waits(owner: Client) -> None:
    owner.post(address("scorecard", "measure"))
    owner.post(address("scorecard", "measure"))
    asked = Scorecard.objects.get()
    assert (asked.status, asked.asked_by) == (Status.WAITING, "olga")
    assert "waiting for the worker" in _page(owner)


def test_it_is_asked_for_by_a_button_and_not_by_a_link(owner: Client) -> None:
    assert owner.get(address("scorecard", "measure")).status_code == 405


def test_progress_is_told_while_it_runs(owner: Client) -> None:
    made = card(status=Status.RUNNING, stage="judging", progress=0.42, finished_at=None, result={})
    (told,) = owner.get(address("scorecard", "progress")).json()["runs"]
    assert (told["id"], told["percent"], told["stage"]) == (made.pk, 42, "asking about the days held out")


def test_the_owner_reads_it_in_plain_words(owner: Client) -> None:
    card()
    page = _page(owner)
    assert "Of 1,000 shoppers 412 find something they then bought among 6; with best sellers 190." in page
    assert "better than best sellers" in page
    assert "worse than best sellers" in page
    assert "no clear difference" in page
    assert "Of 2,000 spent, these lists would have shown goods for 412; best sellers for 190." in page
    assert "Not judged: its rules." in page
    assert "3 cases, 20 are needed" in page
    assert "16 Feb 2026 to 2 Mar 2026" in page


def test_a_better_list_stands_further_right() -> None:
    picture = picture_of("hit_rate", _figures(0.412, 0.19)["hit_rate"], top=0.5)
    assert picture.left < picture.best.at < picture.ours.at < picture.right
    assert picture.ours.low < picture.ours.at < picture.ours.high


def test_an_older_one_is_a_click_away(owner: Client) -> None:
    old = copy.deepcopy(RESULT)
    old["strategies"][0]["figures"] = _figures(0.321, 0.19)
    made = card(result=old, finished_at=NOW - timedelta(days=7))
    card()
    assert "412" in _page(owner)
    assert f"?card={made.pk}" in _page(owner)
    assert "321 find" in owner.get(address("scorecard"), {"card": made.pk}).content.decode()


def test_what_broke_off_is_told_above_the_older_figures(owner: Client) -> None:
    card()
    card(status=Status.FAILED, result={}, error="RuntimeError: out of memory")
    page = _page(owner)
    assert "The last measuring broke off" in page
    assert "out of memory" in page
    assert "412 find" in page


def test_the_figures_can_be_taken_along(owner: Client) -> None:
    made = card()
    told = b"".join(owner.get(address("scorecard", "csv", made.pk)).streaming_content).decode().splitlines()
    assert told[0].startswith("what,name,kind,cases,k,figure,ours,")
    assert told[1].startswith("strategy,for_you,people,1000,6,hit_rate,0.412,")
    assert any(line.startswith("block,home-1: Just for you,") for line in told)


def test_whoever_may_look_may_not_ask(reader: Client) -> None:
    card()
    assert "Measure now" not in _page(reader)
    assert reader.post(address("scorecard", "measure")).status_code == 403


def test_a_silent_worker_is_noticed_while_something_waits(owner: Client) -> None:
    assert "No worker" not in _page(owner)
    card(status=Status.WAITING, result={}, finished_at=None)
    assert "No worker has ever given a sign" in _page(owner)


@pytest.mark.parametrize("asked", ["999", "none"])
def test_a_card_that_is_not_there_breaks_nothing(owner: Client, asked: str) -> None:
    card()
    assert owner.get(address("scorecard"), {"card": asked}).status_code in (200, 404)
