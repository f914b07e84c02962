"""Spark's tables as arrays: the best of each row, ranked over there, laid into its place here."""

from typing import Any

import numpy as np

from personalization.recommend.train.answers import NOBODY, Lists, Neighbours, Reason, Vectors
from personalization.recommend.train.log import Catalogue, Floats, Ids
from personalization.recommend.train.nearest import Nearest
from personalization.recommend.train.shop import position
from personalization.recommend.train.spark.weights import Weights

ROWS_AT_ONCE = 4096
SHELF = 1e-3  # less than any likeness, and enough to put the goods of a shelf in order

BEST = """
SELECT * FROM (SELECT {columns}, row_number() OVER (PARTITION BY {by} ORDER BY score DESC, {what}) AS place FROM scored)
WHERE place <= {keep}
"""
REASON = f"""
CASE WHEN times > 0 THEN {Reason.REPEAT.value} WHEN reached > 0 THEN {Reason.TOGETHER.value}
     WHEN taken > 0 THEN {Reason.CATEGORY.value} ELSE {Reason.POPULAR.value} END AS reason
"""
BECAUSE = "CASE WHEN times = 0 THEN because ELSE -1 END AS because"


def neighbours(session: Any, scored: Any, products: Ids, *, keep: int) -> Neighbours:
    """Of product, other, score and support: the best of each."""
    scored.createOrReplaceTempView("scored")
    columns = "product, other, score, support"
    found = _fetched(session.sql(BEST.format(columns=columns, by="product", what="other", keep=keep)))
    answer = Neighbours.none(products, keep)
    row, place = position(products, found["product"]), found["place"] - 1
    answer.neighbour[row, place], answer.score[row, place] = found["other"], found["score"]
    answer.support[row, place] = found["support"]
    return answer


def lists(session: Any, candidates: Any, shoppers: Ids, weights: Weights, *, keep: int) -> Lists:
    """The best candidates of each shopper."""
    scored = candidates.selectExpr("shopper", "product", f"{weights.sql} AS score", REASON, BECAUSE)
    scored.createOrReplaceTempView("scored")
    columns = "shopper, product, score, reason, because"
    found = _fetched(session.sql(BEST.format(columns=columns, by="shopper", what="product", keep=keep)))
    answer = Lists.none(shoppers, keep)
    row, place = position(shoppers, found["shopper"]), found["place"] - 1
    answer.product[row, place], answer.score[row, place] = found["product"], found["score"]
    answer.reason[row, place], answer.because[row, place] = found["reason"], found["because"]
    return answer


def similar(vectors: Vectors, catalogue: Catalogue, sold: Floats, *, keep: int) -> Neighbours:
    """The largest cosines of IN vectors; without a vector, what sells most on the same shelf."""
    order = np.argsort(catalogue.product, kind="stable")
    product, category, sold = catalogue.product[order], catalogue.category[order], sold[order]
    answer = Neighbours.none(product, keep)
    into = vectors.into / np.maximum(np.linalg.norm(vectors.into, axis=1, keepdims=True), 1e-9)
    found = Nearest.by_angle(into, threads=1).of(into, keep + 1)
    row = position(product, vectors.product)
    for start in range(0, len(row), ROWS_AT_ONCE):
        some = np.arange(start, min(start + ROWS_AT_ONCE, len(row)))
        near = found[some]
        angle = np.einsum("ij,ikj->ik", into[some], into[near])
        angle[(near < 0) | (near == some[:, None]) | (row[near] < 0)] = -1.0
        best = np.argsort(-angle, axis=1, kind="stable")[:, :keep]
        score = np.take_along_axis(angle, best, axis=1)
        other = vectors.product[np.take_along_axis(near, best, axis=1)]
        here = row[some] >= 0
        answer.neighbour[row[some][here], : best.shape[1]] = np.where(score > 0, other, NOBODY)[here]
        answer.score[row[some][here], : best.shape[1]] = np.maximum(score, 0.0)[here]
    _fill_from_shelves(answer, category, sold)
    return answer


def _fill_from_shelves(answer: Neighbours, category: Ids, sold: Floats) -> None:
    keep = answer.neighbour.shape[1]
    shelf = np.lexsort((answer.product, -sold, category))
    edges = np.searchsorted(category[shelf], np.unique(category))
    tops = {int(category[part[0]]): part[: keep + 1] for part in np.split(shelf, edges[1:]) if len(part)}
    for row in np.flatnonzero((answer.neighbour < 0).all(axis=1)):
        others = [one for one in tops[int(category[row])] if one != row][:keep]
        answer.neighbour[row, : len(others)] = answer.product[others]
        answer.score[row, : len(others)] = SHELF / (1 + np.arange(len(others)))


def _fetched(table: Any) -> dict[str, Any]:
    arrow = table.toArrow()
    return {name: arrow[name].to_numpy() for name in arrow.column_names}
