"""How good the recommendations are: a shop without a server, and the yardstick.

`OfflineShop` takes any shop's transactions and answers with the learners, the blend and the gate that production uses.
It needs no database and no settings. `../yardstick.py` says what hit rate, NDCG and an interval are.
"""

from personalization.recommend.measure.faults import BadTransactions
from personalization.recommend.measure.offline import OfflineShop
from personalization.recommend.measure.verdict import Verdict
from personalization.recommend.yardstick import (
    EMPTY,
    RESAMPLES,
    Interval,
    ProductLists,
    Values,
    coverage,
    hit_rate,
    hits,
    interval,
    ndcg,
    paired_interval,
    reciprocal_rank,
)

__all__ = [
    "EMPTY",
    "RESAMPLES",
    "BadTransactions",
    "Interval",
    "OfflineShop",
    "ProductLists",
    "Values",
    "Verdict",
    "coverage",
    "hit_rate",
    "hits",
    "interval",
    "ndcg",
    "paired_interval",
    "reciprocal_rank",
]
