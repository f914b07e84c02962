"""What comes next in visits, as a page asks for it."""

from collections.abc import Sequence

import numpy as np

from personalization.recommend.train.answers import NOBODY
from personalization.recommend.train.log import Ids
from personalization.recommend.train.model import Model


def next_in_sessions(model: Model, sessions: Sequence[Ids], k: int) -> Ids:
    """The best k after each of these paths, oldest first; -1 where there are fewer. A path of nothing has nothing.

    The page in hand is no next click: the last product of a path never follows it.
    """
    lists = np.full((len(sessions), k), NOBODY, np.int64)
    asked = [place for place, session in enumerate(sessions) if len(session)]
    found = model.next_clicks([sessions[place] for place in asked], k + 1)[0]
    for place, row in zip(asked, found, strict=True):
        told = row[(row >= 0) & (row != sessions[place][-1])][:k]
        lists[place, : len(told)] = told
    return lists
