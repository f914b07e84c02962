"""What is believed of looks: the log of sales is the shop's own, a look is what somebody's browser says.

A product is looked at so many times for each time it is sold; some goods more often than others, but what is looked at
many times as often as usual and never sold is pushed rather than liked. Its looks count up to a bound, whoever sent
them: a browser that starts afresh with each visit can't be told from many people, and needs not be.
"""

from dataclasses import replace

import numpy as np

from personalization.recommend.train.log import Ids, ShopLog
from personalization.recommend.train.shop import position

# So many times the usual number of looks for each sale.
TIMES_USUAL = 3.0
# A product that never sold is believed as if it had so often: new goods are looked at before anybody buys them.
HEAD_START = 1.0


def believed(log: ShopLog) -> ShopLog:
    """The log without the looks that are too many for what was sold; of a shop without sales, the log as it is."""
    if not len(log.purchases.product) or not len(log.visits.product):
        return log
    return replace(log, visits=log.visits.only(_kept(log.visits.product, log.purchases.product)))


def _kept(looked: Ids, bought: Ids) -> np.ndarray:
    product, place, looks = np.unique(looked, return_inverse=True, return_counts=True)
    where = position(product, bought)
    sales = np.bincount(where[where >= 0], minlength=len(product)) + HEAD_START
    usual = len(looked) / len(bought)
    share = np.minimum(1.0, np.ceil(TIMES_USUAL * usual * sales) / looks)
    # Which of them: spread evenly over the product's looks, from the first to the last.
    order = np.argsort(place, kind="stable")
    turn = np.empty(len(looked), np.int64)
    turn[order] = np.arange(len(looked)) - np.repeat(np.cumsum(looks) - looks, looks)
    return np.asarray(np.floor((turn + 1) * share[place]) > np.floor(turn * share[place]))
