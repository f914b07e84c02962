"""The lists that need to know nobody, as they stood on the eve of the days held out."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from personalization.recommend.evaluate.cases import Exam
from personalization.recommend.lists.trend import LEAST_ORDERS, LEAST_ORDERS_OF_NEW, LEAST_SCORE, WEEKS
from personalization.recommend.train.log import Floats, Ids

DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "quarter": 90.0, "year": 365.0}


def best_sellers(exam: Exam, parameters: Mapping[str, Any]) -> Ids:
    """What sold best by pieces, money or orders; where the period sold less than others, the others follow."""
    measure = str(parameters.get("measure", "units"))
    lately = _counted(exam, measure, exam.day - DAYS.get(str(parameters.get("period", "month")), 30.0), exam.day)
    always = _counted(exam, measure, -np.inf, exam.day)
    order = np.lexsort((-always, -lately))
    return order[always[order] > 0].astype(np.int64)


def trending(exam: Exam, days: float) -> Ids:
    """What sells better than in the weeks before, beyond chance; best sellers follow, as they do on a page.

    The law of `lists/trend.py`: the score test for two Poisson rates; too little is no trend.
    """
    bought = exam.before.purchases
    first = float(bought.day.min()) if len(bought.day) else exam.day
    weeks = int(min(WEEKS, max(0.0, (exam.day - days - first) // 7.0)))
    best = best_sellers(exam, {})
    if not weeks:
        return best
    lately = _counted(exam, "orders", exam.day - days, exam.day)
    before = sum(_counted(exam, "orders", exam.day - days - 7.0 * n, exam.day - 7.0 * n) for n in range(1, weeks + 1))
    score = (lately - before / weeks) / np.sqrt(np.maximum(lately + before, 1.0) / weeks)
    score[(lately < np.where(before > 0, LEAST_ORDERS, LEAST_ORDERS_OF_NEW)) | (score < LEAST_SCORE)] = 0.0
    rising = np.argsort(-score, kind="stable")
    rising = rising[score[rising] > 0]
    return np.concatenate([rising, best[~np.isin(best, rising)]]).astype(np.int64)


def _counted(exam: Exam, measure: str, since: float, until: float) -> Floats:
    bought = exam.before.purchases
    lines = bought.only((bought.day >= since) & (bought.day < until))
    products = len(exam.before.catalogue.product)
    if measure == "revenue":
        return np.bincount(lines.product, lines.quantity * lines.price, products).astype(np.float64)
    if measure == "units":
        return np.bincount(lines.product, lines.quantity, products).astype(np.float64)
    pairs = np.unique(np.stack([lines.basket, lines.product]), axis=1)
    return np.bincount(pairs[1], minlength=products).astype(np.float64)
