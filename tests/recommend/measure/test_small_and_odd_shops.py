"""Shops that are too small or too odd to learn from: simpler answers, with the reason, and never a fault."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from personalization.recommend.measure import OfflineShop
from personalization.recommend.train.blend import Mixed, Trees

Table = dict[str, Any]


def _drawn(lines: int, *, users: int, items: int, days: float) -> Table:
    chance = np.random.default_rng(0)
    return {
        "user": [f"u{one}" for one in chance.integers(0, users, lines)],
        "item": [f"i{int(one)}" for one in np.minimum(chance.pareto(1, lines) * 3, items - 1)],
        "time": chance.random(lines) * days + 18_000,
        "basket": chance.integers(0, lines // 3 + 1, lines),
    }


USUAL = _drawn(300, users=30, items=40, days=90.0)
SHOPS: dict[str, Table] = {
    "empty": {"user": [], "item": [], "time": []},
    "a single line": {"user": ["anna"], "item": ["milk"], "time": ["2026-01-01"]},
    "three lines": {"user": ["a", "b", "a"], "item": ["x", "y", "y"], "time": [1.0, 2.0, 5.0]},
    "one shopper": _drawn(200, users=1, items=40, days=90.0),
    "one item": _drawn(200, users=30, items=1, days=90.0),
    "one day": _drawn(200, users=30, items=40, days=0.0),
    "strangers only": USUAL | {"user": [None] * 300},
    "strangers without baskets": USUAL | {"user": [None] * 300, "basket": [None] * 300},
    "baskets of one": USUAL | {"basket": list(range(300))},
    "one enormous basket": USUAL | {"user": ["anna"] * 300, "basket": [1] * 300, "time": [18_000.0] * 300},
    "equal prices": USUAL | {"price": [5] * 300, "quantity": [1] * 300},
    "every line thrice": {name: list(column) * 3 for name, column in USUAL.items()},
    "all sent back": USUAL | {"quantity": [-1] * 300},
    "before 1970": USUAL | {"time": -USUAL["time"]},
    "huge numbers": USUAL | {"item": [-(2**70) - len(one) for one in USUAL["item"]]},
}  # fmt: skip


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", SHOPS)
def test_every_question_has_an_answer(name: str, caplog: pytest.LogCaptureFixture) -> None:
    table = SHOPS[name]
    shop = OfflineShop(seconds=2).fit(table)
    sold = 0 if name in ("empty", "all sent back") else len(set(table["item"]))
    user, item = (table["user"][0], table["item"][0]) if len(table["user"]) else ("anna", "milk")
    assert len(shop.recommend(user, 5)) == len(shop.recommend("nobody", 5)) == min(5, sold)
    assert len(shop.together("nothing", 5)) == min(5, sold)
    assert min(1, sold) <= len(shop.next_click(["nothing"], 5)) <= min(5, sold)
    assert item not in [*shop.together(item, 5), *shop.similar(item, 5)]
    assert shop.recommend(user, 5, novel=True) is not None
    assert shop.verdict().why
    assert not caplog.records  # nothing simpler was taken for a fault of ours


@pytest.mark.parametrize("blend", [Trees, Mixed])
def test_of_whoever_bought_everything_nothing_is_asked(blend: type[Trees | Mixed]) -> None:
    chance = np.random.default_rng(0)
    learned = blend.fit(chance.random((600, 4)).astype(np.float32), chance.random(600) < 0.3, seed=1)
    nothing = SimpleNamespace(features=np.empty((0, 4), np.float32))
    assert learned.scores(nothing).shape == (0,)  # type: ignore[arg-type]


@pytest.mark.parametrize("k", [0, -1, 2.5, "3", None, True])
def test_a_length_that_is_none_ends_in_a_sentence(k: Any) -> None:
    shop = OfflineShop(seconds=2).fit(USUAL)
    for ask in (shop.recommend, shop.together, shop.similar):
        with pytest.raises(ValueError, match="whole number of 1 or more"):
            ask("i1", k)
    with pytest.raises(ValueError, match="whole number of 1 or more"):
        shop.next_click(["i1"], k)


@pytest.mark.parametrize("visit", ["i1", None, b"i1", 7])
def test_a_visit_that_is_no_list_ends_in_a_sentence(visit: Any) -> None:
    with pytest.raises(ValueError, match="must be a list of items, oldest first"):
        OfflineShop(seconds=2).fit(USUAL).next_click(visit, 3)


@pytest.mark.parametrize("name", ["empty", "three lines", "one item"])
def test_a_shop_too_small_says_so(name: str) -> None:
    verdict = OfflineShop(seconds=2).fit(SHOPS[name]).verdict()
    assert not verdict.is_served
    assert verdict.why in verdict.reasons


def test_a_log_of_clicks_alone_is_answered_with_what_is_looked_at() -> None:
    clicks = {
        "session": [1, 1, 2, 2, 3],
        "item": ["tea", "cup", "tea", "pot", "tea"],
        "time": [1.0, 1.1, 2.0, 2.1, 3.0],
    }
    shop = OfflineShop(seconds=2).fit(None, clicks=clicks)
    assert shop.recommend("anna", 1) == ["tea"]
    assert len(shop.next_click(["cup"], 2)) == 2
