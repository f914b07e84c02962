"""Practice on the past: learn up to a day, be asked what came next, and find the blend that answers best."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from personalization.recommend.train import item2vec
from personalization.recommend.train.answers import Vectors
from personalization.recommend.train.blend import Blend, Examples, Prior, choose
from personalization.recommend.train.candidates import join
from personalization.recommend.train.content import Content, lend
from personalization.recommend.train.experts import TASKS, Experts
from personalization.recommend.train.log import Floats, Ids, ShopLog
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import Shop, binary, number

WINDOWS = 3  # one window alone would teach its own season
CASES = 1000  # a task and window
SHORTEST_PAST = 2.0  # windows of history there must be before the first question

Tick = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Practice:
    """The blend of each task, and the vectors on the way, which the last training starts from."""

    blends: Mapping[str, Blend]
    vectors: Vectors | None


@dataclass(frozen=True, eq=False)
class Question:
    """Rows to ask about, and pairs of (which of them, column) that were then bought."""

    rows: Ids
    case: Ids
    column: Ids


def practise(log: ShopLog, *, content: Content, settings: LearnSettings, tick: Tick) -> Practice:
    """Ask about the last weeks, oldest window first; item2vec goes on from window to window as from night to night."""
    vectors: Vectors | None = None
    examples: dict[str, list[Examples]] = {task: [] for task in TASKS}
    days = cuts(log, settings=settings) if settings.tune else []
    for turn, (day, until) in enumerate(days):
        shop = number(log.until(day), now_day=day)
        if settings.item2vec:
            vectors = item2vec.train(shop, settings=settings, previous=vectors, tick=lambda part: None)
        tick((turn + 0.5) / len(days))
        lent = lend(vectors or Vectors.none(), shop=shop, content=content)
        experts = Experts.learn(shop, lent, settings=settings)
        after = number(log.until(until), now_day=until)
        for task, question in _questions(shop, after, day, seed=settings.seed):
            examples[task].append(_examples(experts, task, question, day))
        tick((turn + 1) / len(days))
    blends = {task: choose(windows, seed=settings.seed) if windows else Prior() for task, windows in examples.items()}
    return Practice(blends, vectors)


def cuts(log: ShopLog, *, settings: LearnSettings) -> list[tuple[float, float]]:
    """(learn until, asked until) of each window, oldest first; shorter windows in a young shop."""
    if len(log.purchases.day) < 2:
        return []
    first, last = float(log.purchases.day.min()), log.last_day
    length = min(settings.recent_days, (last - first) / (SHORTEST_PAST + 2.0))
    starts = [last - length * back for back in range(WINDOWS, 0, -1)]
    return [(day, day + length) for day in starts if length > 0 and day - first >= SHORTEST_PAST * length]


def _questions(shop: Shop, after: Shop, day: float, *, seed: int) -> Iterator[tuple[str, Question]]:
    """Next basket, new products and basket mates of the window, in numbers of the shop before it."""
    chance = np.random.default_rng(seed)
    basket, column = after.pairs
    new = after.basket_day[basket] >= day
    basket, column = basket[new], column[new]
    sold = shop.basket_counts[column] > 0
    basket, column = basket[sold], column[sold]
    shopper = _known(shop, after, basket)
    yield "next", _dealt(*_first_baskets(after.basket_day, basket, shopper, column), chance)
    bought = np.zeros(len(column), dtype=bool)
    here = shopper >= 0
    bought[here] = np.asarray(shop.by_shopper[shopper[here], column[here]]).ravel() > 0
    yield "novel", _dealt(shopper[here & ~bought], column[here & ~bought], chance)
    yield "together", _mates(basket, column, chance)


def _known(shop: Shop, after: Shop, basket: Ids) -> Ids:
    owner = after.basket_shopper[basket]
    row = shop.rows_of(after.shopper[owner]) if len(after.shopper) else np.full(len(owner), -1, np.int64)
    return np.where(owner >= 0, row, -1)


def _first_baskets(days: Floats, basket: Ids, shopper: Ids, column: Ids) -> tuple[Ids, Ids]:
    known = shopper >= 0
    basket, shopper, column = basket[known], shopper[known], column[known]
    order = np.lexsort((basket, days[basket], shopper))
    person, first = np.unique(shopper[order], return_index=True)
    chosen = np.isin(basket, basket[order][first]) if len(person) else np.zeros(0, dtype=bool)
    return shopper[chosen], column[chosen]


def _dealt(row: Ids, column: Ids, chance: np.random.Generator) -> Question:
    """At most `CASES` of the rows, drawn by lot."""
    rows = np.unique(row)
    rows = np.sort(chance.choice(rows, CASES, replace=False)) if len(rows) > CASES else rows
    kept = np.isin(row, rows)
    return Question(rows, np.searchsorted(rows, row[kept]), column[kept])


def _mates(basket: Ids, column: Ids, chance: np.random.Generator) -> Question:
    """One random product of each drawn basket is asked about; the rest of it is the truth."""
    _, place, size = np.unique(basket, return_inverse=True, return_counts=True)
    large = size[place] > 1
    dealt = _dealt(basket[large], column[large], chance)
    order = np.lexsort((chance.random(len(dealt.case)), dealt.case))
    first = np.unique(dealt.case[order], return_index=True)[1]
    asked = dealt.column[order][first]
    other = asked[dealt.case] != dealt.column
    return Question(asked, dealt.case[other], dealt.column[other])


def _examples(experts: Experts, task: str, question: Question, day: float) -> Examples:
    blocks = list(experts.candidates(task, question.rows, now_day=day))
    if not blocks:
        return Examples.none()
    candidates = join([block for _, block in blocks], rows=[start for start, _ in blocks])
    truth = binary(question.case, question.column, (len(question.rows), experts.shop.products))
    bought = np.asarray(truth[candidates.row, candidates.column]).ravel() > 0
    return Examples(candidates, bought)
