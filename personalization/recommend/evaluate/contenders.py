"""Each strategy as it would have answered on the eve of the days held out, as far as history can tell."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from personalization.recommend.evaluate.cases import BASKETS, NOVEL, PEOPLE, PRODUCTS, VISITS, Exam
from personalization.recommend.evaluate.habits import due_again
from personalization.recommend.evaluate.listed import DAYS, best_sellers, trending
from personalization.recommend.train.answers import NOBODY
from personalization.recommend.train.log import Ids
from personalization.recommend.train.model import Model

OF_A_BASKET = 30  # goods of a basket whose companions are added up, as on the page
Lists = Ids
Asked = Sequence[Ids]
Parameters = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Room:
    """What a contender may look at: the past, and what was learned from it."""

    exam: Exam
    model: Model


@dataclass(frozen=True)
class Contender:
    """A strategy, the kind of question it is asked, and how it answers: one list for each question, padded with -1."""

    kind: str
    answer: Callable[[Room, Asked, int, Parameters], Lists]


def for_you(room: Room, asked: Asked, k: int, parameters: Parameters) -> Lists:
    """The nightly list."""
    return room.model.next(_last(asked), k, now_day=room.exam.day).product


def discover(room: Room, asked: Asked, k: int, parameters: Parameters) -> Lists:
    """The nightly list of what was never bought."""
    return room.model.novel(_last(asked), k, now_day=room.exam.day).product


def together(room: Room, asked: Asked, k: int, parameters: Parameters) -> Lists:
    """What is bought beside it."""
    return _once(room.model.together, _last(asked), k)


def similar(room: Room, asked: Asked, k: int, parameters: Parameters) -> Lists:
    """What is taken instead of the last one."""
    return _once(room.model.similar, _last(asked), k)


def with_basket(room: Room, asked: Asked, k: int, parameters: Parameters) -> Lists:
    """The companions of all that is in the basket, added up."""
    goods = np.unique(np.concatenate(asked)) if len(asked) else np.empty(0, np.int64)
    near = room.model.together(goods, 2 * k + OF_A_BASKET)
    rows = {one: row for row, one in enumerate(goods.tolist())}
    chance = 1.0 / (1.0 + np.exp(-np.clip(near.score.astype(np.float64), -30, 30)))  # as they are stored
    found = []
    for basket in asked:
        total: dict[int, float] = defaultdict(float)
        for row in (rows[one] for one in basket[:OF_A_BASKET].tolist()):
            for one, score in zip(near.neighbour[row].tolist(), chance[row].tolist(), strict=True):
                total[one] += score
        inside = {NOBODY, *basket.tolist()}
        found.append([one for one in sorted(total, key=lambda one: (-total[one], one)) if one not in inside][:k])
    return padded(found, k)


def next_click(room: Room, asked: Asked, k: int, parameters: Parameters) -> Lists:
    """What comes next in the visit; the page in hand is no next click."""
    lists = np.full((len(asked), k), NOBODY, np.int64)
    known = [place for place, session in enumerate(asked) if len(session)]
    found = room.model.next_clicks([asked[place] for place in known], k + 1)[0]
    for place, row in zip(known, found, strict=True):
        told = row[(row >= 0) & (row != asked[place][-1])][:k]
        lists[place, : len(told)] = told
    return lists


def bestsellers(room: Room, asked: Asked, k: int, parameters: Parameters) -> Lists:
    """The same for everybody."""
    return everybody(best_sellers(room.exam, parameters), nowhere(asked), k)


def rising(room: Room, asked: Asked, k: int, parameters: Parameters) -> Lists:
    """What sells better than it did."""
    return everybody(trending(room.exam, DAYS[parameters.get("period", "week")]), nowhere(asked), k)


def buy_again(room: Room, asked: Asked, k: int, parameters: Parameters) -> Lists:
    """Habits whose day has come."""
    due = due_again(room.exam, _last(asked), ahead=int(parameters.get("ahead", 3)))
    return padded([due[one] for one in _last(asked).tolist()], k)


CONTENDERS: dict[str, Contender] = {
    "for_you": Contender(PEOPLE, for_you),
    "discover": Contender(NOVEL, discover),
    "bought_together": Contender(PRODUCTS, together),
    "goes_with_basket": Contender(BASKETS, with_basket),
    "similar": Contender(VISITS, similar),
    "also_viewed": Contender(VISITS, next_click),
    "buy_again": Contender(PEOPLE, buy_again),
    "trending": Contender(PEOPLE, rising),
    "bestsellers": Contender(PEOPLE, bestsellers),
}


def everybody(best: Ids, asked: Asked, k: int) -> Lists:
    """One list for all; on the page of a product, or with a basket, without what is there already."""
    return padded([_without(best[: k + len(one)], one).tolist() for one in asked], k)


def nowhere(asked: Asked) -> Asked:
    """The same questions from a page without a product: a shopper's number is none."""
    return [np.empty(0, np.int64)] * len(asked)


def padded(rows: Sequence[Sequence[int]], k: int) -> Lists:
    """The first k of each, filled up with -1."""
    lists = np.full((len(rows), k), NOBODY, np.int64)
    for place, row in enumerate(rows):
        lists[place, : len(row[:k])] = row[:k]
    return lists


def _without(best: Ids, there: Ids) -> Ids:
    return best[~np.isin(best, there)] if len(there) else best


def _last(asked: Asked) -> Ids:
    return np.array([one[-1] for one in asked], dtype=np.int64)


def _once(neighbours: Callable[[Ids, int], Any], products: Ids, k: int) -> Lists:
    different, back = np.unique(products, return_inverse=True)
    return np.asarray(neighbours(different, k).neighbour[back], dtype=np.int64).reshape(len(products), -1)
