"""The shop without a server: production's answers, by the shop's own names."""

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as arrow
import pytest

from personalization.recommend.measure import OfflineShop
from tests.recommend.measure.corner_shop import BREAKFAST, HOME, lines


@pytest.fixture(scope="module")
def corner() -> OfflineShop:
    return OfflineShop(seconds=5, seed=1).fit(lines())


def test_a_shopper_gets_what_they_buy_and_nothing_else_first(corner: OfflineShop) -> None:
    assert set(corner.recommend("anna", 4)) == set(BREAKFAST)
    assert set(corner.recommend("boris", 4)) == set(HOME)


def test_nothing_novel_was_ever_bought(corner: OfflineShop) -> None:
    assert set(corner.recommend("anna", 10, novel=True)) == set(HOME)


def test_what_goes_together_comes_from_the_same_shelf(corner: OfflineShop) -> None:
    assert set(corner.together("milk", 3)) == set(BREAKFAST) - {"milk"}


def test_the_next_click_comes_from_the_same_shelf(corner: OfflineShop) -> None:
    assert corner.next_click(["soap", "candle"], 1)[0] in HOME


@pytest.mark.parametrize("user", ["nobody", None, float("nan"), 12, ("a", 1), ["no", "name"], {}], ids=str)
def test_somebody_never_met_gets_what_is_popular(corner: OfflineShop, user: object) -> None:
    assert len(corner.recommend(user, 5)) == 5


def test_an_item_never_met_is_answered_with_what_is_popular(corner: OfflineShop) -> None:
    assert len(corner.together("caviar", 3)) == len(corner.similar("caviar", 3)) == 3
    assert len(corner.next_click(["caviar"], 3)) == len(corner.next_click([], 3)) == 3


def test_an_item_is_never_offered_beside_itself(corner: OfflineShop) -> None:
    for item in corner.items:
        assert item not in corner.together(item, 10) + corner.similar(item, 10)


def test_no_list_holds_an_item_twice(corner: OfflineShop) -> None:
    for told in corner.recommend_many(["anna", "boris", "nobody"], 8):
        assert len(told) == len(set(told)) == 8


def test_many_questions_at_once_have_the_answers_of_single_ones(corner: OfflineShop) -> None:
    users = ["boris", "nobody", "anna"]
    fresh = OfflineShop(seconds=5, seed=1).fit(lines())
    assert fresh.recommend_many(users, 5) == [corner.recommend(one, 5) for one in users]
    assert fresh.together_many(["milk", "soap"], 3) == [corner.together(one, 3) for one in ("milk", "soap")]


def test_a_longer_list_begins_with_the_shorter_one(corner: OfflineShop) -> None:
    assert corner.recommend("anna", 8)[:4] == corner.recommend("anna", 4)
    assert corner.recommend("anna", 500)[:4] == corner.recommend("anna", 4)


def test_the_verdict_is_that_of_the_gate(corner: OfflineShop) -> None:
    verdict = corner.verdict()
    assert verdict.is_served, verdict.why
    assert verdict.figures["next"] > verdict.figures["next_popularity"]


def _table(kind: str) -> Any:
    table = lines(weeks=12)
    if kind == "dict":
        return table
    if kind == "rows":
        return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    if kind == "generator":
        return iter(_table("rows"))
    frame = pd.DataFrame(table)
    return {"frame": frame, "categories": frame.astype({"user": "category", "item": "category"}),
            "arrow": arrow.table(table), "records": frame.to_records(index=False)}[kind]  # fmt: skip


@pytest.mark.parametrize("kind", ["rows", "generator", "frame", "categories", "arrow", "records"])
def test_any_kind_of_table_means_the_same(kind: str) -> None:
    asked = OfflineShop(seconds=5).fit(_table(kind)), OfflineShop(seconds=5).fit(_table("dict"))
    mine, plain = ([shop.recommend("anna", 4), shop.together("milk", 3)] for shop in asked)
    assert [set(one) for one in mine] == [set(one) for one in plain]


def test_answers_come_as_the_names_that_were_given() -> None:
    table = lines(weeks=12)
    number = {name: 2**40 + place for place, name in enumerate(dict.fromkeys(table["item"]))}
    frame = pd.DataFrame(table | {"item": [number[name] for name in table["item"]]})
    frame["user"] = frame["user"].map({name: float(place) for place, name in enumerate(frame["user"].unique())})
    shop = OfflineShop(seconds=5).fit(frame)
    assert set(shop.recommend(0, 4)) == {number[name] for name in BREAKFAST}
    assert set(shop.recommend(np.int64(1), 4)) == {number[name] for name in HOME}


def test_what_was_sent_back_is_left_out() -> None:
    table = lines(weeks=12)
    count = len(table["user"])
    table["user"].append("anna")
    table["basket"].append("returned")
    table["item"].append("anvil")
    table["time"].append(max(table["time"]))
    shop = OfflineShop(seconds=5).fit(table | {"quantity": [1] * count + [-1]})
    assert "anvil" not in shop.recommend("anna", 50)


def test_it_needs_no_settings_of_django() -> None:
    code = (
        "from personalization.recommend.measure import OfflineShop\n"
        "from tests.recommend.measure.corner_shop import lines\n"
        "shop = OfflineShop(seconds=5).fit(lines(weeks=12))\n"
        "print(sorted(shop.recommend('anna', 4)), shop.verdict().why)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=_bare(), check=False)
    assert told.stdout.startswith(str(sorted(BREAKFAST))), told.stderr


def _bare() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return kept | {"PYTHONPATH": os.getcwd()}
