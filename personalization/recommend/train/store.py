"""Writes a trained model into plain tables, all rows under the number of its version."""

from collections.abc import Iterator, Mapping

import numpy as np

from personalization.recommend.gone import drop_lists_of_the_gone
from personalization.recommend.models import ItemVector, NeighbourList, ShopperList
from personalization.recommend.train.answers import Lists, Neighbours, Scores, Vectors
from personalization.recommend.versions import drop_tables

BATCH = 1000


def store(run_id: int, *, neighbours: dict[str, Neighbours], lists: Mapping[str, Lists], vectors: Vectors) -> None:
    """Replaces the tables of this version; meant for one transaction, so that nobody meets half of it.

    `lists`: those of each task.
    """
    drop_tables(run_id)
    for relation, table in neighbours.items():
        NeighbourList.objects.bulk_create(_neighbour_rows(run_id, relation, table), batch_size=BATCH)
    for task, of_task in lists.items():
        ShopperList.objects.bulk_create(_shopper_rows(run_id, task, of_task), batch_size=BATCH)
    ItemVector.objects.bulk_create(_vector_rows(run_id, vectors), batch_size=BATCH)
    drop_lists_of_the_gone(run_id)


def as_chances(scores: Scores) -> Scores:
    """Log-odds as numbers between 0 and 1: a page adds them up, where negative ones would count against."""
    return np.asarray(1.0 / (1.0 + np.exp(-scores.astype(np.float64))), dtype=np.float32)


def _neighbour_rows(run_id: int, relation: str, table: Neighbours) -> Iterator[NeighbourList]:
    for row, product_id in enumerate(table.product.tolist()):
        real = table.neighbour[row] >= 0
        if real.any():
            yield NeighbourList(
                run_id=run_id,
                relation=relation,
                product_id=product_id,
                neighbour_ids=table.neighbour[row][real].tolist(),
                scores=np.round(table.score[row][real].astype(float), 6).tolist(),
                supports=table.support[row][real].tolist(),
            )


def _shopper_rows(run_id: int, task: str, lists: Lists) -> Iterator[ShopperList]:
    for row, user_id in enumerate(lists.shopper.tolist()):
        real = lists.product[row] >= 0
        if real.any():
            yield ShopperList(
                run_id=run_id,
                task=task,
                user_id=user_id,
                product_ids=lists.product[row][real].tolist(),
                scores=np.round(lists.score[row][real].astype(float), 6).tolist(),
                reasons=lists.reason[row][real].tolist(),
                because_ids=lists.because[row][real].tolist(),
            )


def _vector_rows(run_id: int, vectors: Vectors) -> Iterator[ItemVector]:
    into, out = vectors.into.astype("<f4"), vectors.out.astype("<f4")
    for row, product_id in enumerate(vectors.product.tolist()):
        yield ItemVector(run_id=run_id, product_id=product_id, inward=into[row].tobytes(), outward=out[row].tobytes())
