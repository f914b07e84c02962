"""The contract of a learner: one idea about what goes with what, learned from a `Shop`, asked in blocks.

A learner is asked about rows (shoppers or products, by number) and answers with named tables of evidence,
one score per row and product: the higher the better, 0 when it has nothing to say. It never decides; `blend.py` does.
`depth` says for which of its tables, and how far down, its best products deserve to be looked at closely.
A learner built from too little answers with zeros; it does not raise.
"""

from collections.abc import Mapping
from typing import ClassVar, Protocol

from personalization.recommend.train.answers import Reason, Scores
from personalization.recommend.train.log import Ids

Evidence = Mapping[str, Scores]


class Learner(Protocol):
    """One idea, ready to be asked."""

    depth: ClassVar[Mapping[str, int]]
    reasons: ClassVar[Mapping[str, Reason]]

    def evidence(self, rows: Ids, *, now_day: float) -> Evidence:
        """Named tables of scores, each [len(rows), products]."""


class Detail(Protocol):
    """Something known of single pairs of row and column: too many of them to look at every product so closely."""

    def about(self, rows: Ids, columns: Ids, *, now_day: float) -> Evidence:
        """Named values, one for each pair; `rows` and `columns` are equally long."""
