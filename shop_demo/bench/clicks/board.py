"""Marks ours and the known ways on the same clicks, on both shapes of visits."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from personalization.recommend import yardstick as measure
from personalization.recommend.train.clicks import learn_clicks
from personalization.recommend.train.cooccurrence import Cooccurrence
from personalization.recommend.train.log import Floats, Ids, ShopLog
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import number
from shop_demo.bench import protocol
from shop_demo.bench.clicks.comparisons import comparisons
from shop_demo.bench.clicks.rivals import RIVALS, K, answers
from shop_demo.bench.clicks.visits import ClickExam, click_exam
from shop_demo.bench.clicks.walks import walks

SHAPES = {"walks": walks, "comparisons": comparisons}
VISITS, SEED = 60_000, 1
TEST_DAYS = 28.0
MUST_BE_BEHIND = ("item_knn", "item_knn_whole", "vsknn", "vsknn_many")
Say = Callable[[str], object]


def run(log: ShopLog, *, visits: int, say: Say) -> dict[str, Any]:
    """Hold the contest on each shape."""
    base = protocol.exam(log, cut_day=protocol.CUT_DAY + TEST_DAYS).train
    return {shape: _contest(shape, base, make(base, visits=visits, seed=SEED), say) for shape, make in SHAPES.items()}


def _contest(shape: str, base: ShopLog, clicks: list[tuple[int, float, int]], say: Say) -> dict[str, Any]:
    exam = click_exam(shape, base, clicks, cut_day=protocol.CUT_DAY)
    begun, truth = exam.questions
    marks: dict[str, Floats] = {}
    for name, (label, rival) in RIVALS.items():
        marks[name] = _marked(label, answers(rival(exam), begun), truth, say)
    started = time.process_time()
    ours, facts = _ours(exam, begun)
    marks["ours"] = _marked(f"ours, {time.process_time() - started:.0f} s of one core", ours, truth, say)
    say(f"    {facts}")
    for name in MUST_BE_BEHIND:
        for kind, (us, them) in _kinds(marks["ours"], marks[name]).items():
            gain = measure.paired_interval(us, them)
            word = "ahead" if gain.is_above_zero else "not proven ahead"
            say(f"{shape}, {kind}: {word} of {RIVALS[name][0]} by {gain.mean:+.4f} ({gain.low:+.4f}..{gain.high:+.4f})")
    return {name: {"mrr": float(mark.mean()), "hit_rate": float((mark > 0).mean())} for name, mark in marks.items()}


def _kinds(us: Floats, them: Floats) -> dict[str, tuple[Floats, Floats]]:
    return {"MRR@20": (us, them), "hit rate@20": ((us > 0).astype(np.float64), (them > 0).astype(np.float64))}


def _ours(exam: ClickExam, begun: list[Ids]) -> tuple[Ids, Mapping[str, Any]]:
    """The very part of a training that a shop's next click comes from."""
    shop = number(exam.train)
    learned = learn_clicks(exam.train, shop, Cooccurrence.learn(shop).together, settings=LearnSettings())
    return learned.next_clicks(begun, K)[0], learned.facts


def _marked(label: str, lists: Ids, truth: Ids, say: Say) -> Floats:
    right = lists == truth[:, None]
    mark: Floats = np.where(right.any(axis=1), 1.0 / (right.argmax(axis=1) + 1.0), 0.0)
    say(f"{label:36} MRR@20 {mark.mean():.4f}  hit rate@20 {right.any(axis=1).mean():.4f}  ({len(truth)} clicks)")
    return mark
