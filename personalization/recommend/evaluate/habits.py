"""What each shopper is due to buy again, by the law of the strategy, from the log alone."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from personalization.people.predict.due import MISSED_TURNS, gap_after
from personalization.recommend.evaluate.cases import Exam
from personalization.recommend.train.log import Ids

Days = dict[tuple[int, int], list[float]]


def due_again(exam: Exam, shoppers: Ids, *, ahead: int) -> Mapping[int, list[int]]:
    """For each of the shoppers the products that are due, the nearest to their day first."""
    days = _days(exam)
    usual = _usual(days)
    wanted = set(shoppers.tolist())
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for (shopper, product), dates in days.items():
        if shopper not in wanted:
            continue
        gap = gap_after(dates[-1] - dates[0], len(dates) - 1, usual[product])
        passed = np.floor(exam.day) - dates[-1]
        if gap - passed <= ahead and passed <= MISSED_TURNS * gap:
            found[shopper].append((-min(passed / gap, gap / max(passed, 1.0)), product))
    return {one: [product for _closeness, product in sorted(found[one])] for one in wanted}


def _days(exam: Exam) -> Days:
    """The days on which somebody bought something, where there were several, oldest first."""
    bought = exam.before.purchases
    bought = bought.only(bought.shopper >= 0)
    met = np.unique(np.stack([bought.shopper, bought.product, np.floor(bought.day).astype(np.int64)]), axis=1)
    days: Days = defaultdict(list)
    for shopper, product, day in met.T.tolist():
        days[shopper, product].append(float(day))
    return {pair: dates for pair, dates in days.items() if len(dates) > 1}


def _usual(days: Days) -> Mapping[int, float]:
    """The median over shoppers of their mean gap."""
    gaps: dict[int, list[float]] = defaultdict(list)
    for (_shopper, product), dates in days.items():
        gaps[product].append((dates[-1] - dates[0]) / (len(dates) - 1))
    return {product: float(np.median(found)) for product, found in gaps.items()}
