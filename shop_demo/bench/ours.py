"""Our own row: the very `learn()` and `Model` that a shop trains with at night."""

import time
from functools import partial

import numpy as np

from personalization.recommend.train.log import Ids
from personalization.recommend.train.model import LearnSettings, Model, learn
from shop_demo.bench.answers import Sheet
from shop_demo.bench.protocol import Exam, K


def ours(exam: Exam, tuning: Exam, *, settings: LearnSettings) -> Sheet:
    """Learn everything before the cut; it tunes itself inside, so it is not shown the tuning exam."""
    started = time.monotonic()
    model = learn(exam.train, settings=settings)
    seconds = time.monotonic() - started
    return Sheet(_answers(model, exam), seconds)


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
}
