"""item2vec: repeatable, warm, and at home with baskets and visits alike."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from personalization.recommend.train import item2vec
from personalization.recommend.train.answers import Vectors
from personalization.recommend.train.content import Content, lend
from personalization.recommend.train.embedding import Space
from personalization.recommend.train.item2vec import Sequences
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import number
from tests.recommend.train.shops import BREAD, BUTTER, CANDLE, JAM, MILK, SHELVES, SOAP, log_of, weekly_shop

SETTINGS = LearnSettings(vector_size=8, epochs=5)
HASH_OF_VECTORS = """
import hashlib
from tests.recommend.train.test_item2vec import vectors
learned = vectors()
print(hashlib.sha256(learned.into.tobytes() + learned.out.tobytes()).hexdigest())
"""


def quiet(fraction: float) -> None:
    """Nobody watches."""


def vectors(previous: Vectors | None = None, settings: LearnSettings = SETTINGS) -> Vectors:
    return item2vec.train(number(weekly_shop()), settings=settings, previous=previous, tick=quiet)


def test_two_fresh_processes_learn_the_same_vectors_to_the_byte() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", HASH_OF_VECTORS],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_another_seed_learns_other_vectors() -> None:
    assert not np.array_equal(vectors().into, vectors(settings=replace(SETTINGS, seed=99)).into)


def test_every_product_in_enough_baskets_has_both_vectors() -> None:
    learned = vectors()
    assert learned.product.tolist() == [MILK, BREAD, BUTTER, JAM, CANDLE, SOAP]
    assert learned.into.shape == learned.out.shape == (6, 8)
    assert np.isfinite(learned.into).all()
    assert learned.into.dtype == np.float32


def test_what_shares_baskets_goes_along() -> None:
    shop = number(weekly_shop())
    space = Space.of(shop, vectors(settings=replace(SETTINGS, epochs=20)))
    beside_butter = space.along(space.into[shop.columns_of(np.array([BUTTER]))])[0]
    assert beside_butter[shop.columns_of(np.array([JAM]))[0]] > beside_butter[shop.columns_of(np.array([SOAP]))[0]]


def test_a_warm_start_stays_near_last_night() -> None:
    first = vectors(settings=replace(SETTINGS, epochs=20))
    warm, cold = vectors(first), vectors(settings=replace(SETTINGS, seed=99))
    assert np.abs(warm.into - first.into).mean() < np.abs(cold.into - first.into).mean()


def test_a_warm_start_takes_new_products_in() -> None:
    first = vectors()
    known = Vectors(first.product[:4], first.into[:4], first.out[:4])
    assert vectors(known).product.tolist() == first.product.tolist()


def test_vectors_of_another_size_are_not_started_from() -> None:
    other = vectors(settings=replace(SETTINGS, vector_size=4))
    assert np.array_equal(vectors(other).into, vectors().into)


def test_nothing_to_learn_from_gives_no_vectors() -> None:
    empty = item2vec.train(number(log_of([])), settings=SETTINGS, previous=None, tick=quiet)
    assert empty.product.tolist() == []
    assert empty.into.shape == (0, 8)


def test_each_epoch_is_told() -> None:
    heard: list[float] = []
    item2vec.train(number(weekly_shop()), settings=SETTINGS, previous=None, tick=heard.append)
    assert heard == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])


def test_baskets_are_shuffled_and_visits_keep_their_order() -> None:
    long = Sequences(np.arange(50), np.array([0, 20, 50]))
    names = [str(number) for number in range(50)]
    in_order = list(long.words(names, chance=None))
    assert in_order[0] == names[:20]
    shuffled = sorted(long.words(names, chance=np.random.default_rng(1)), key=len)
    assert sorted(shuffled[0]) == sorted(names[:20])
    assert shuffled[0] != names[:20]


def test_visits_alone_are_enough() -> None:
    seen = [
        (visitor, visitor + place / 10, product)
        for visitor in range(20)
        for place, product in enumerate((CANDLE, SOAP))
    ]
    learned = item2vec.train(number(log_of([], visits=seen)), settings=SETTINGS, previous=None, tick=quiet)
    assert learned.product.tolist() == [CANDLE, SOAP]


def test_a_new_product_borrows_the_vectors_of_those_alike_in_words() -> None:
    shop = number(log_of(shelves={**SHELVES, 17: (1, "fresh butter organic")}))
    taught = Vectors(
        np.array([MILK, BREAD, BUTTER, JAM, CANDLE, SOAP]), np.eye(6, dtype=np.float32), np.eye(6, dtype=np.float32)
    )
    lent = lend(taught, shop=shop, content=Content.learn(shop))
    assert lent.product.tolist() == [MILK, BREAD, BUTTER, JAM, CANDLE, SOAP, 17]
    borrowed = lent.into[-1]
    assert borrowed.argmax() == 2  # butter shares most words
    assert borrowed[[4, 5]].tolist() == [0, 0]  # nothing of candle and soap, another category
    assert borrowed.sum() == pytest.approx(1.0)
    assert np.array_equal(lent.into[:6], taught.into)
