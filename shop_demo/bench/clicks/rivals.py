"""The known ways to tell the next click, each as it was published; what has two readings takes part with both."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from gensim.models import Word2Vec
from numpy.typing import NDArray

from personalization.recommend.train.log import Ids, Visits
from shop_demo.bench.clicks.visits import ClickExam

K = 20
NEAREST_ITEMS = 100
RECENT_DAYS = 7.0
RULE_STEPS = 10
SMOOTHING, POPULARITY_POWER = 20.0, 0.5  # of the item-kNN of Hidasi et al. 2016
SAMPLED, NEIGHBOURS = 1000, 100  # of Ludewig & Jannach 2018; theirs for large sets is the second reading
SAMPLED_MANY, NEIGHBOURS_MANY = 5000, 500
Scores = Mapping[int, float]
Teller = Callable[[Sequence[int]], Scores]  # a visit so far, oldest first, to scores of products


def answers(teller: Teller, begun: Sequence[Ids]) -> Ids:
    """The 20 best for each beginning of a visit, -1 padded."""
    rows = np.full((len(begun), K), -1, np.int64)
    for row, visit in enumerate(begun):
        scores = teller(visit.tolist())
        best = sorted(scores, key=lambda one: (-scores[one], one))[:K]
        rows[row, : len(best)] = best
    return rows


def popularity(exam: ClickExam) -> Teller:
    """What was looked at most in the last week."""
    looks = exam.train.visits
    recent = Counter(looks.product[looks.day >= looks.day.max() - RECENT_DAYS].tolist())
    best = {one: float(count) for one, count in recent.most_common(K)}
    return lambda visit: best


def item_knn(exam: ClickExam) -> Teller:
    """Products of the same visits as the last one."""
    near = _nearest(exam.train.visits)
    return lambda visit: near.get(visit[-1], {})


def item_knn_whole(exam: ClickExam) -> Teller:
    """The same, added up over the visit, each step back counting for 1 / steps."""
    near = _nearest(exam.train.visits)

    def tell(visit: Sequence[int]) -> Scores:
        total: dict[int, float] = defaultdict(float)
        for steps, seen in enumerate(reversed(visit), 1):
            for product, score in near.get(seen, {}).items():
                total[product] += score / steps
        return total

    return tell


def _nearest(looks: Visits) -> Mapping[int, Scores]:
    visits = [set(visit) for visit in _visits(looks)]
    count = Counter(product for visit in visits for product in visit)
    both: dict[int, Counter[int]] = defaultdict(Counter)
    for visit in visits:
        for product in visit:
            both[product].update(visit)
    return {product: _closest(product, beside, count) for product, beside in both.items()}


def _closest(product: int, beside: Counter[int], count: Counter[int]) -> Scores:
    likeness = {
        other: together / ((count[product] + SMOOTHING) * (count[other] + SMOOTHING)) ** POPULARITY_POWER
        for other, together in beside.items()
        if other != product
    }
    return dict(sorted(likeness.items(), key=lambda pair: -pair[1])[:NEAREST_ITEMS])


def sequential_rules(exam: ClickExam) -> Teller:
    """What came after the last product in earlier visits, 1 / steps later (Ludewig & Jannach 2018)."""
    rules: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for visit in _visits(exam.train.visits):
        for place, product in enumerate(visit):
            for steps in range(1, min(place, RULE_STEPS) + 1):
                rules[visit[place - steps]][product] += 1.0 / steps
    return lambda visit: rules.get(visit[-1], {})


class SessionNeighbours:
    """V-SkNN (Ludewig & Jannach 2018): recent visits with the same products, later ones counting for more."""

    def __init__(self, exam: ClickExam, *, sampled: int, nearest: int, fading: Callable[[int, int], float]) -> None:
        self.visits = [list(dict.fromkeys(visit)) for visit in _visits(exam.train.visits)]  # oldest first
        self.sets = [set(visit) for visit in self.visits]
        self.sampled, self.nearest, self.fading = sampled, nearest, fading
        self.holding: dict[int, list[int]] = defaultdict(list)
        for number, visit in enumerate(self.visits):
            for product in visit:
                self.holding[product].append(number)
        total = len(self.visits)
        self.rarity = {product: math.log(total / len(held)) for product, held in self.holding.items()}

    def __call__(self, visit: Sequence[int]) -> Scores:
        """Scores of everything in the nearest visits."""
        steps = {product: len(visit) - place for place, product in enumerate(visit)}  # 1 is the last
        weight = {product: self.fading(step, len(visit)) for product, step in steps.items()}
        recent = sorted({one for product in weight for one in self.holding.get(product, ())[-self.sampled :]})
        like = {}
        for number in recent[-self.sampled :]:
            shared = self.sets[number] & weight.keys()
            like[number] = sum(weight[one] for one in shared) / math.sqrt(len(weight) * len(self.sets[number]))
        total: dict[int, float] = defaultdict(float)
        for number in sorted(like, key=lambda one: -like[one])[: self.nearest]:
            latest = min(steps[one] for one in self.sets[number] & steps.keys())
            for product in self.sets[number]:
                total[product] += like[number] * max(1.0 - 0.1 * latest, 0.0) * self.rarity[product]
        return total


def vsknn(exam: ClickExam) -> Teller:
    """With linear weights."""
    return SessionNeighbours(
        exam, sampled=SAMPLED, nearest=NEIGHBOURS, fading=lambda step, size: (size - step + 1) / size
    )


def vsknn_many(exam: ClickExam) -> Teller:
    """With weights 1 / steps and many more neighbours."""
    return SessionNeighbours(exam, sampled=SAMPLED_MANY, nearest=NEIGHBOURS_MANY, fading=lambda step, size: 1.0 / step)


def gensim_defaults(exam: ClickExam) -> Teller:
    """Word2Vec as it comes, and what lies nearest to the last product."""
    sentences = [[str(product) for product in visit] for visit in _visits(exam.train.visits)]
    words = Word2Vec(sentences, workers=1, seed=1).wv

    def tell(visit: Sequence[int]) -> Scores:
        last = str(visit[-1])
        return {int(one): score for one, score in words.most_similar(last, topn=K)} if last in words else {}

    return tell


def _visits(looks: Visits) -> list[list[int]]:
    """Oldest first, as the visits ended."""
    order = np.argsort(looks.visitor, kind="stable")
    rows: list[NDArray[np.int64]] = np.split(looks.product[order], np.flatnonzero(np.diff(looks.visitor[order])) + 1)
    ends = [float(days[-1]) for days in np.split(looks.day[order], np.flatnonzero(np.diff(looks.visitor[order])) + 1)]
    return [rows[place].tolist() for place in np.argsort(ends, kind="stable").tolist()]


RIVALS: dict[str, tuple[str, Callable[[ClickExam], Teller]]] = {
    "popularity": ("popularity of the last week", popularity),
    "item_knn": ("item-kNN of the last click", item_knn),
    "item_knn_whole": ("item-kNN, whole visit", item_knn_whole),
    "rules": ("sequential rules", sequential_rules),
    "vsknn": ("V-SkNN, linear, 100 of 1000", vsknn),
    "vsknn_many": ("V-SkNN, 1 / steps, 500 of 5000", vsknn_many),
    "gensim": ("item2vec, gensim defaults", gensim_defaults),
}
