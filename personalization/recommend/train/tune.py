"""Practice on the past: learn up to a day, be asked what came next, and find the blend that answers best."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from personalization.recommend.train import item2vec
from personalization.recommend.train.answers import Vectors
from personalization.recommend.train.blend import NEGATIVES, Choice, Examples, choose, one_thread, worth_keeping
from personalization.recommend.train.candidates import Candidates, join
from personalization.recommend.train.content import Content, lend
from personalization.recommend.train.experts import TASKS, Experts
from personalization.recommend.train.log import Ids, ShopLog
from personalization.recommend.train.plain import Prior
from personalization.recommend.train.plan import Plan, at_once
from personalization.recommend.train.searched import ASKED, Questions, Searched, search, usual
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import Shop, binary, cells, number

Chance = np.random.Generator

SHORTEST_PAST = 2.0  # windows of history there must be before the first question

Tick = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Practice:
    """The blend of each task, what its learners are set to, and the vectors that the last training starts from."""

    choices: Mapping[str, Choice]
    searched: Searched
    vectors: Vectors | None  # None where there was nothing to practise on

    def told(self) -> "Practice":
        """What another training is told of it: vectors go their own way, for they grow old."""
        return self if self.vectors is None else replace(self, vectors=None)


def practise(log: ShopLog, *, content: Content, settings: LearnSettings, plan: Plan, tick: Tick) -> Practice:
    """Ask about the last weeks, oldest window first; each window knows nothing later than itself."""
    days = cuts(log, settings=settings, windows=plan.windows) if settings.tune else []
    if not days:
        why = "no past to practise on" if settings.tune else "practice is switched off"
        return Practice({task: Choice(Prior(), "prior", {}, why) for task in TASKS}, usual(settings), None)
    settings = replace(settings, epochs=plan.epochs)
    searched = _search(log, days[0], settings=settings) if plan.search else usual(settings)
    settings = searched.within(settings)
    vectors = _oldest_vectors(log, days[0][0], settings=settings, tick=lambda part: tick(part / 4))
    lent = lend(vectors, shop=number(log), content=content)

    def window(day: tuple[float, float]) -> dict[str, Examples]:
        return _window(log, day, vectors=lent, settings=settings, plan=plan)

    windows: list[dict[str, Examples]] = []
    with ThreadPoolExecutor(at_once(len(log.catalogue.product), settings=settings)) as pool:
        for examples in pool.map(window, days):
            windows.append(examples)
            tick(0.25 + 0.5 * len(windows) / len(days))
    return Practice(_blends(windows, settings=settings, plan=plan), searched, vectors)


def _search(log: ShopLog, days: tuple[float, float], *, settings: LearnSettings) -> Searched:
    """On the oldest window: the newest one is for the blends, and none of them has been asked about this one yet."""
    day, until = days
    shop, after = number(log.until(day), now_day=day), number(log.until(until), now_day=until)
    chance = np.random.default_rng(settings.seed)
    people = _of_people(shop, after, *_sold_since(after, shop, day), most=ASKED, chance=chance)
    return search(shop, people, settings=settings, day=day)


def _blends(windows: list[dict[str, Examples]], *, settings: LearnSettings, plan: Plan) -> dict[str, Choice]:
    """The tasks side by side: each grows its trees on one thread, so the answer is the same with any number of them."""

    def chosen(task: str) -> Choice:
        return choose([examples.pop(task) for examples in windows], seed=settings.seed, rounds=plan.rounds)

    # The limit belongs to the process: held out here too, it outlasts whichever task ends first.
    with one_thread(), ThreadPoolExecutor(settings.threads) as pool:
        return dict(zip(TASKS, pool.map(chosen, TASKS), strict=True))


def _oldest_vectors(log: ShopLog, day: float, *, settings: LearnSettings, tick: Tick) -> Vectors:
    """item2vec is the dear one: it learns once, before all windows, and has seen none of them."""
    if not settings.item2vec:
        return Vectors.none(size=settings.vector_size)
    return item2vec.train(number(log.until(day), now_day=day), settings=settings, previous=None, tick=tick)


def _window(
    log: ShopLog, days: tuple[float, float], *, vectors: Vectors, settings: LearnSettings, plan: Plan
) -> dict[str, Examples]:
    """Learn until the first day, and say of every candidate whether it was bought until the second."""
    day, until = days
    shop, after = number(log.until(day), now_day=day, pace=settings.pace), number(log.until(until), now_day=until)
    experts, chance = Experts.learn(shop, vectors, settings=settings), np.random.default_rng(settings.seed)
    basket, column = _sold_since(after, shop, day)
    people = _of_people(shop, after, basket, column, most=plan.people, chance=chance)
    mates = _of_baskets(shop, basket, column, most=plan.mates, chance=chance)
    return {
        task: found
        for questions in (people, mates)
        for task, found in _examples(experts, questions, day, chance=chance).items()
    }


def cuts(log: ShopLog, *, settings: LearnSettings, windows: int) -> list[tuple[float, float]]:
    """(learn until, asked until) of each window, oldest first; shorter windows in a young shop."""
    if len(log.purchases.day) < 2:
        return []
    first, last = float(log.purchases.day.min()), log.last_day
    length = min(settings.recent_days, (last - first) / (SHORTEST_PAST + 2.0))
    starts = [last - length * back for back in range(windows, 0, -1)]
    return [(day, day + length) for day in starts if length > 0 and day - first >= SHORTEST_PAST * length]


def _sold_since(after: Shop, shop: Shop, day: float) -> tuple[Ids, Ids]:
    """Every (basket, product) of the window, of products that had sold before it."""
    basket, column = after.pairs
    kept = (after.basket_day[basket] >= day) & (shop.basket_counts[column] > 0)
    return basket[kept], column[kept]


def _of_people(shop: Shop, after: Shop, basket: Ids, column: Ids, *, most: int, chance: Chance) -> Questions:
    """What was in each known shopper's first basket of the window, and what in it they bought for the first time."""
    owner = after.basket_shopper[basket]
    row = np.where(owner >= 0, shop.rows_of(after.shopper)[owner], -1) if len(after.shopper) else owner
    known = row >= 0
    basket, column, row = basket[known], column[known], row[known]
    order = np.lexsort((basket, after.basket_day[basket], row))
    first = np.isin(basket, basket[order][np.unique(row[order], return_index=True)[1]])
    new = cells(shop.by_shopper, row, column) == 0
    rows = _drawn(row, most, chance)

    def truth(some: NDArray[np.bool_]) -> sparse.csr_matrix:
        return binary(row[some], column[some], (shop.shoppers, shop.products))[rows]

    return Questions(rows, {"next": truth(first), "novel": truth(new)})


def _of_baskets(shop: Shop, basket: Ids, column: Ids, *, most: int, chance: Chance) -> Questions:
    """One random product of each drawn basket is asked about; the rest of it is the truth."""
    _, place, size = np.unique(basket, return_inverse=True, return_counts=True)
    large = size[place] > 1
    basket, column = basket[large], column[large]
    kept = np.isin(basket, _drawn(basket, most, chance))
    basket, column = basket[kept], column[kept]
    order = np.lexsort((chance.random(len(basket)), basket))
    case = np.unique(basket, return_inverse=True)[1]
    asked = column[order][np.unique(basket[order], return_index=True)[1]]
    other = asked[case] != column
    return Questions(asked, {"together": binary(case[other], column[other], (len(asked), shop.products))})


def _drawn(row: Ids, most: int, chance: Chance) -> Ids:
    """At most so many of the rows, drawn by lot."""
    rows = np.unique(row)
    return np.sort(chance.choice(rows, most, replace=False)) if len(rows) > most else rows


def _examples(experts: Experts, questions: Questions, day: float, *, chance: Chance) -> dict[str, Examples]:
    """All that was bought, some of the rest; cases where nothing was found are left out."""
    truths = questions.truths

    def sift(task: str, start: int, found: Candidates) -> NDArray[np.bool_]:
        bought = cells(truths[task], found.row + start, found.column) > 0
        return worth_keeping(found.row, bought, negatives=NEGATIVES, chance=chance)

    blocks = list(experts.candidates(tuple(truths), questions.rows, now_day=day, sift=sift))
    if not blocks:
        return dict.fromkeys(truths, Examples.none())
    return {task: _marked(truth, [(start, found[task]) for start, found in blocks]) for task, truth in truths.items()}


def _marked(truth: sparse.csr_matrix, blocks: list[tuple[int, Candidates]]) -> Examples:
    candidates = join([found for _, found in blocks], rows=[start for start, _ in blocks])
    return Examples(candidates, cells(truth, candidates.row, candidates.column) > 0)
