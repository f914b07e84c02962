"""A log in, the scorecard out; a file by the command; the job that a row asks for."""

import csv
import json
import uuid
from collections.abc import Mapping
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from personalization.events.sweep import import_history
from personalization.jobs.models import JobRun
from personalization.recommend.evaluate.job import work_off_scorecards
from personalization.recommend.evaluate.judged import JudgedBlock
from personalization.recommend.evaluate.scorecard import scorecard
from personalization.recommend.measure.intake import take_in
from personalization.recommend.scorecards.models import Scorecard
from personalization.recommend.scorecards.requests import request_scorecard
from personalization.recommend.train.model import LearnSettings
from tests.people import NOW
from tests.recommend.measure.corner_shop import PEOPLE, lines
from tests.shelves import open_shop

MANY = [f"{name} {number}" for number in (1, 2, 3) for name in PEOPLE]
BLOCK = JudgedBlock(
    1, "For breakfast", "home-1", "for_you", limit=3, stand_ins=("bestsellers",), unjudged=("its rules",)
)


@pytest.fixture(scope="module")
def card() -> Mapping[str, Any]:
    log = take_in(lines(weeks=20, people=MANY) | {"price": [2.5] * (20 * len(MANY) * 3)}).log
    return scorecard(
        log, days=14, k=4, blocks=(BLOCK,), strategies=("for_you", "price_drop"), settings=LearnSettings(seconds=10)
    )


def _of(card: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return next(one for one in card["strategies"] if one["name"] == name)


def test_habits_are_found_better_than_best_sellers_find_them(card: Mapping[str, Any]) -> None:
    figures = _of(card, "for_you")["figures"]
    assert figures["ndcg"]["ours"]["mean"] > 0.85
    assert figures["ndcg"]["difference"]["low"] > 0.1
    assert figures["revenue"]["ours"]["mean"] == pytest.approx(7500)  # three goods of 2.50 to a basket


def test_best_sellers_differ_from_themselves_in_nothing(card: Mapping[str, Any]) -> None:
    for sides in _of(card, "bestsellers")["figures"].values():
        assert sides["difference"] == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_what_cannot_be_judged_is_named_with_the_reason(card: Mapping[str, Any]) -> None:
    why = {one["name"]: one["why"] for one in card["left_out"]}
    assert why["price_drop"] == "no_history"
    assert why["also_viewed"] == "few_cases"  # nobody's looks are known


def test_a_block_is_judged_by_its_own_length_and_says_what_was_not(card: Mapping[str, Any]) -> None:
    (block,) = card["blocks"]
    assert (block["k"], block["unjudged"]) == (3, ["its rules"])
    assert block["figures"]["hit_rate"]["ours"]["mean"] == 1.0


def test_the_card_can_be_kept_as_json(card: Mapping[str, Any]) -> None:
    assert json.loads(json.dumps(card)) == card


@pytest.fixture
def till(tmp_path: Path) -> Path:
    table, path = lines(weeks=12, people=MANY), tmp_path / "till.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["card", "receipt", "sku", "day"])
        writer.writerows(zip(table["user"], table["basket"], table["item"], table["time"], strict=True))
    return path


COLUMNS = "user=card,basket=receipt,item=sku,time=day"


def test_the_command_measures_on_anybodys_file(till: Path, tmp_path: Path) -> None:
    told, table = StringIO(), tmp_path / "figures.csv"
    found = tmp_path / "figures.json"
    wanted = {"transactions": till, "columns": [COLUMNS], "seconds": 5.0, "csv": table, "json": found}
    call_command("personalization_evaluate", stdout=told, **wanted)
    assert "shoppers’ next baskets, lists of 10" in told.getvalue()
    assert {row["name"] for row in csv.DictReader(table.read_text().splitlines())} >= {
        "for_you",
        "bought_together",
        "bestsellers",
    }
    assert json.loads(found.read_text())["k"] == 10


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ("user=card,item=sku,time=date", "no column “date”.*card, receipt, sku, day"),
        ("user=card,item=sku", "“time”: add --columns time=COLUMN.*card, receipt, sku, day"),
        ("shopper=card,item=sku,time=day", "--columns knows no “shopper”"),
        ("user=card,item=sku,time=sku", "“time” holds “(milk|bread|butter|jam)”"),
        ("card", "takes pairs"),
    ],
    ids=["no such column", "no time", "no such name", "no moment", "no pair"],
)
def test_a_wrong_column_is_named_with_the_fix(till: Path, columns: str, told: str) -> None:
    with pytest.raises(CommandError, match=told):
        call_command("personalization_evaluate", transactions=till, columns=[columns])


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        call_command("personalization_evaluate", transactions=tmp_path / "none.csv", columns=[COLUMNS])


@pytest.mark.timeout(400)
def test_a_row_asks_and_the_worker_answers(db: None) -> None:
    open_shop()
    now = timezone.now()
    import_history(now=now)
    asked = request_scorecard(asked_by="olga", now=now)
    assert request_scorecard(asked_by="boris", now=now) == asked
    summary = work_off_scorecards(blocks=lambda: [BLOCK], now=now)
    asked.refresh_from_db()
    assert (summary or {})["status"] == asked.status == "done", asked.error
    assert asked.progress == 1.0
    assert asked.result["blocks"][0]["heading"] == "For breakfast"
    assert work_off_scorecards(blocks=list, now=now + timedelta(minutes=1)) is None


def test_what_breaks_off_is_told(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = request_scorecard(asked_by="olga", now=NOW)

    def broken() -> list[JudgedBlock]:
        raise RuntimeError("no blocks today")

    work_off_scorecards(blocks=broken, now=NOW)
    asked.refresh_from_db()
    assert (asked.status, asked.error) == (Scorecard.Status.FAILED, "RuntimeError: no blocks today")


def test_one_whose_worker_died_every_time_is_told_as_broken_off_and_may_be_asked_for_again(db: None) -> None:
    card = request_scorecard(asked_by="olga", now=NOW)
    Scorecard.objects.filter(pk=card.pk).update(status="running")
    past = NOW - timedelta(hours=1)
    JobRun.objects.create(job="scorecard", period=str(card.pk), status="running", token=uuid.uuid4(), attempts=3,
                          started_at=past, lease_until=past)  # fmt: skip
    assert work_off_scorecards(blocks=list, now=NOW) is None
    card.refresh_from_db()
    assert (card.status, card.error, card.finished_at) == ("failed", "The worker died.", NOW)
    assert request_scorecard(asked_by="olga", now=NOW).pk > card.pk


def test_one_whose_worker_is_at_its_last_attempt_is_left_to_it(db: None) -> None:
    card = request_scorecard(asked_by="olga", now=NOW)
    JobRun.objects.create(job="scorecard", period=str(card.pk), status="running", token=uuid.uuid4(), attempts=3,
                          started_at=NOW, lease_until=NOW + timedelta(minutes=1))  # fmt: skip
    assert work_off_scorecards(blocks=list, now=NOW) is None
    card.refresh_from_db()
    assert card.status == "waiting"
