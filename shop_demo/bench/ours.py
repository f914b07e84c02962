"""Our own row: the very `learn()` and `Model` that a shop trains with at night."""

import time
from collections.abc import Iterator
from functools import partial

import numpy as np

from personalization.recommend.train.log import Ids
from personalization.recommend.train.model import LearnSettings, Model, learn
from shop_demo.bench.answers import Sheet
from shop_demo.bench.protocol import Exam, K


def ours(exam: Exam, tuning: Exam, *, settings: LearnSettings) -> Sheet:
    """Learn everything before the cut; it tunes itself inside, so it is not shown the tuning exam."""
    started, worked = time.monotonic(), time.process_time()
    model = learn(exam.train, settings=settings)
    seconds, worked = time.monotonic() - started, time.process_time() - worked
    return Sheet(_answers(model, exam), seconds, notes=tuple(_notes(model, worked)))


def _notes(model: Model, worked: float) -> Iterator[str]:
    plan = model.facts["plan"]
    cut = "; ".join(plan["steps"]) or "nothing"
    yield f"{worked:.0f} s of one core, {plan['seconds_expected']:.0f} s expected on two quiet ones; cut down: {cut}"
    for task, story in model.facts["blends"].items():
        yield f"{task}: {story['kind']}, for {story['why']}; on the weeks before: {story['marks']}"


def _answers(model: Model, exam: Exam) -> dict[str, Ids]:
    asked, back = np.unique(exam.item_to_item.asked, return_inverse=True)
    return {
        "next": model.next(exam.next.asked, K, now_day=exam.cut_day).product,
        "novel": model.novel(exam.novel.asked, K, now_day=exam.cut_day).product,
        "item_to_item": model.together(asked, K).neighbour[back],
    }


OURS = {
    "ours": ("ours", partial(ours, settings=LearnSettings())),
    "plain": ("ours without item2vec", partial(ours, settings=LearnSettings(item2vec=False))),
    "hasty": ("ours in a minute", partial(ours, settings=LearnSettings(seconds=60.0))),
}
