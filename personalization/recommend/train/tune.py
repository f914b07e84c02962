"""Practice on the past: learn up to a day, be asked what came next, and find the blend that answers best."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from personalization.recommend.train import item2vec
from personalization.recommend.train.answers import Vectors
from personalization.recommend.train.blend import Blend, Examples, Prior, choose, one_thread
from personalization.recommend.train.candidates import join
from personalization.recommend.train.content import Content, lend
from personalization.recommend.train.experts import TASKS, Experts
from personalization.recommend.train.log import Floats, Ids, ShopLog
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import Shop, binary, cells, number

WINDOWS = 3  # one window alone would teach its own season
CASES = {"next": 1000, "novel": 1000, "together": 2000}  # a window; more adds time, hardly quality
SHORTEST_PAST = 2.0  # windows of history there must be before the first question

Tick = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Practice:
    """The blend of each task, and the vectors on the way, which the last training starts from."""

    blends: Mapping[str, Blend]
    vectors: Vectors | None  # None where there was nothing to practise on


@dataclass(frozen=True, eq=False)
class Question:
    """Rows to ask about, and pairs of (which of them, column) that were then bought."""

    rows: Ids
    case: Ids
    column: Ids


def practise(log: ShopLog, *, content: Content, settings: LearnSettings, tick: Tick) -> Practice:
    """Ask about the last weeks, oldest window first; each window knows nothing later than itself."""
    days = cuts(log, settings=settings) if settings.tune else []
    if not days:
        return Practice({task: Prior() for task in TASKS}, None)
    vectors = _oldest_vectors(log, days[0][0], settings=settings, tick=lambda part: tick(part / 2))
    lent = lend(vectors, shop=number(log), content=content)

    def window(day: tuple[float, float]) -> dict[str, Examples]:
        return _window(log, day, vectors=lent, settings=settings)

    windows: list[dict[str, Examples]] = []
    with ThreadPoolExecutor(settings.threads) as pool:
        for examples in pool.map(window, days):
            windows.append(examples)
            tick(0.5 + 0.5 * len(windows) / len(days))
    return Practice(_blends(windows, settings=settings), vectors)


def _blends(windows: list[dict[str, Examples]], *, settings: LearnSettings) -> dict[str, Blend]:
    """The tasks side by side: each grows its trees on one thread, so the answer is the same with any number of them."""
    # The limit belongs to the process: held out here too, it outlasts whichever task ends first.
    with one_thread(), ThreadPoolExecutor(settings.threads) as pool:
        chosen = pool.map(lambda task: choose([examples[task] for examples in windows], seed=settings.seed), TASKS)
        return dict(zip(TASKS, chosen, strict=True))


def _oldest_vectors(log: ShopLog, day: float, *, settings: LearnSettings, tick: Tick) -> Vectors:
    """item2vec is the dear one: it learns once, before all windows, and has seen none of them."""
    if not settings.item2vec:
        return Vectors.none(size=settings.vector_size)
    return item2vec.train(number(log.until(day), now_day=day), settings=settings, previous=None, tick=tick)


def _window(
    log: ShopLog, days: tuple[float, float], *, vectors: Vectors, settings: LearnSettings
) -> dict[str, Examples]:
    """Learn until the first day, and say of every candidate whether it was bought until the second."""
    day, until = days
    shop, after = number(log.until(day), now_day=day), number(log.until(until), now_day=until)
    experts = Experts.learn(shop, vectors, settings=settings)
    return {
        task: _examples(experts, task, question, day)
        for task, question in _questions(shop, after, day, seed=settings.seed)
    }


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
    yield "next", _dealt(*_first_baskets(after.basket_day, basket, shopper, column), CASES["next"], chance)
    bought = np.zeros(len(column), dtype=bool)
    here = shopper >= 0
    bought[here] = cells(shop.by_shopper, shopper[here], column[here]) > 0
    yield "novel", _dealt(shopper[here & ~bought], column[here & ~bought], CASES["novel"], chance)
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


def _dealt(row: Ids, column: Ids, most: int, chance: np.random.Generator) -> Question:
    """At most so many of the rows, drawn by lot."""
    rows = np.unique(row)
    rows = np.sort(chance.choice(rows, most, replace=False)) if len(rows) > most else rows
    kept = np.isin(row, rows)
    return Question(rows, np.searchsorted(rows, row[kept]), column[kept])


def _mates(basket: Ids, column: Ids, chance: np.random.Generator) -> Question:
    """One random product of each drawn basket is asked about; the rest of it is the truth."""
    _, place, size = np.unique(basket, return_inverse=True, return_counts=True)
    large = size[place] > 1
    dealt = _dealt(basket[large], column[large], CASES["together"], chance)
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
    bought = cells(truth, candidates.row, candidates.column) > 0
    return Examples(candidates, bought)
