"""What a competitor hands in: ten products for each case of each task it takes part in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personalization.recommend.train.log import Ids
from shop_demo.bench.protocol import Exam, K

TASKS = ("next", "novel", "item_to_item")
Scores = NDArray[np.float32]
CASES_AT_ONCE = 256


@dataclass(frozen=True, eq=False)
class Sheet:
    """Answers by task [cases, K], -1 padded, the seconds it took to learn, and what it says of how it learned."""

    answers: Mapping[str, Ids]
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Table:
    """The training part in rows and columns, for peers that score everything."""

    product: Ids
    shopper: Ids
    bought: NDArray[np.bool_]  # [shoppers, products]

    @classmethod
    def of(cls, exam: Exam) -> "Table":
        """Number products and shoppers."""
        lines = exam.train.purchases
        product, shopper = np.unique(lines.product), np.unique(lines.shopper)
        bought = np.zeros((len(shopper), len(product)), dtype=bool)
        bought[np.searchsorted(shopper, lines.shopper), np.searchsorted(product, lines.product)] = True
        return cls(product, shopper, bought)

    def rows(self, exam: Exam) -> Ids:
        """The rows of the shoppers asked about in `next`."""
        return np.searchsorted(self.shopper, exam.next.asked)


def for_shoppers(exam: Exam, table: Table, score: Callable[[Ids], Scores]) -> dict[str, Ids]:
    """The ten best of next and of novel, by a score of all products for given rows of shoppers."""
    return {
        "next": _best(table, np.searchsorted(table.shopper, exam.next.asked), score, barred=None),
        "novel": _best(table, np.searchsorted(table.shopper, exam.novel.asked), score, barred=table.bought),
    }


def for_products(exam: Exam, table: Table, score: Callable[[Ids], Scores]) -> dict[str, Ids]:
    """The ten best beside each product asked about, itself left out."""

    def without_itself(columns: Ids) -> Scores:
        scores = np.array(score(columns), dtype=np.float32)
        scores[np.arange(len(columns)), columns] = -np.inf
        return scores

    columns = np.searchsorted(table.product, exam.item_to_item.asked)
    return {"item_to_item": _best(table, columns, without_itself, barred=None)}


def _best(table: Table, rows: Ids, score: Callable[[Ids], Scores], *, barred: NDArray[np.bool_] | None) -> Ids:
    answers = np.full((len(rows), K), -1, np.int64)
    for start in range(0, len(rows), CASES_AT_ONCE):
        some = rows[start : start + CASES_AT_ONCE]
        scores = np.asarray(score(some), dtype=np.float32)
        scores = scores if barred is None else np.where(barred[some], -np.inf, scores)
        part = np.argpartition(-scores, K, axis=1)[:, :K]
        order = np.argsort(-np.take_along_axis(scores, part, axis=1), axis=1, kind="stable")
        answers[start : start + len(some)] = table.product[np.take_along_axis(part, order, axis=1)]
    return answers
