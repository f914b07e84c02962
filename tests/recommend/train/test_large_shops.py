"""Of very many products only a few are weighed beside each, and that finds what weighing all of them finds."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from personalization.recommend.train import nearest
from personalization.recommend.train.answers import Neighbours
from personalization.recommend.train.candidates import placed
from personalization.recommend.train.experts import Experts
from personalization.recommend.train.model import LearnSettings, Model, learn
from personalization.recommend.train.nearest import Nearest
from personalization.recommend.train.shortlist import MANY
from shop_demo.bench.scale_shop import NOW, made_up

K = 10
RELATIONS = ("similar", "also", "together")


@pytest.fixture(scope="module")
def model() -> Model:
    return learn(made_up(products=400, events=20_000), settings=LearnSettings(vector_size=16, epochs=2, tune=False))


@pytest.fixture(scope="module")
def large(model: Model) -> Model:
    """The same knowledge, asked as in a shop of a hundred thousand products."""
    return replace(model, experts=replace(model.experts, many=1))


def asked(model: Model, relation: str) -> Neighbours:
    return getattr(model, relation)(model.experts.shop.product, K)


def recall(short: Neighbours, long: Neighbours) -> float:
    found = [len(set(short.of(one)) & set(long.of(one))) for one in long.product.tolist()]
    return sum(found) / sum(len(long.of(one)) for one in long.product.tolist())


@pytest.mark.parametrize("relation", RELATIONS)
def test_the_short_way_finds_what_the_long_way_finds(model: Model, large: Model, relation: str) -> None:
    short, long = asked(large, relation), asked(model, relation)
    assert recall(short, long) >= 0.95
    same = short.neighbour[:, 0] == long.neighbour[:, 0]
    assert same.mean() > 0.9
    if relation != "together":  # its score hangs on the places among all that were named
        assert np.allclose(short.score[same, 0], long.score[same, 0], atol=1e-4), "by the very same scores"
    assert (short.support[same, 0] == long.support[same, 0]).all()


@pytest.mark.parametrize("relation", RELATIONS)
def test_the_same_knowledge_gives_the_same_lists(large: Model, relation: str) -> None:
    # A new space has to build its graphs anew.
    again = replace(large, experts=replace(large.experts, space=replace(large.experts.space)))
    assert (asked(large, relation).neighbour == asked(again, relation).neighbour).all()


def test_nothing_is_beside_itself_or_beside_it_twice(large: Model) -> None:
    for relation in RELATIONS:
        found = asked(large, relation)
        for product in found.product.tolist():
            row = found.of(product).tolist()
            assert product not in row
            assert len(row) == len(set(row))


def test_where_too_much_is_missed_everything_is_compared(
    model: Model, large: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Nearest, "of", lambda self, rows, k: np.full((len(rows), k), nearest.NOBODY, np.int64))
    assert (asked(large, "similar").neighbour == asked(model, "similar").neighbour).all()


def test_only_a_large_shop_goes_the_short_way(model: Model) -> None:
    assert not model.experts.is_large
    assert Experts.many == MANY == 20_000


def test_a_large_shop_practises_on_the_same_evidence(model: Model, large: Model) -> None:
    rows = np.arange(40)
    ((_, long),) = model.experts.candidates(["together"], rows, now_day=NOW)
    ((_, short),) = large.experts.candidates(["together"], rows, now_day=NOW)
    long, short = long["together"], short["together"]
    assert short.names == long.names
    known = {(row, column): line for line, (row, column) in enumerate(zip(long.row, long.column, strict=True))}
    both = [(line, known[pair]) for line, pair in enumerate(zip(short.row, short.column, strict=True)) if pair in known]
    assert len(both) > 0.8 * len(short.row)
    mine, theirs = (np.array(lines) for lines in zip(*both, strict=True))
    # A place in the list of a source hangs on what was found of that list; what is told of the pair itself does not.
    told = [number for number, name in enumerate(long.names) if not name.startswith("place_")]
    assert np.allclose(short.features[mine][:, told], long.features[theirs][:, told], atol=1e-3)
    places = [number for number, name in enumerate(long.names) if name.startswith("place_")]
    apart = np.abs(short.features[mine][:, places] - long.features[theirs][:, places])
    assert (apart < 0.02).mean() > 0.95


def test_what_a_source_does_not_bring_has_no_place_in_its_list() -> None:
    """Else it would hang on what the other sources brought, and those bring more where everything is compared."""
    row, score = np.array([0, 0, 0, 1, 1]), np.array([-1.0, -3.0, -2.0, -5.0, -4.0], np.float32)
    assert placed(row, score, depth=2).tolist() == pytest.approx([1, 0, 1 / np.log2(3), 1 / np.log2(3), 1])
    fewer = np.array([True, False, True, True, True])
    assert placed(row[fewer], score[fewer], depth=2).tolist() == placed(row, score, depth=2)[fewer].tolist()
    assert placed(row, np.array([2, 0, 0, 0, 0], np.float32), depth=2).tolist() == [1, 0, 0, 0, 0], (
        "nor what it knows nothing of"
    )


FIT = """
import sys
import {first}
from personalization.recommend.train import ranker
import numpy as np
if not ranker.is_there():
    sys.exit()
features = np.random.default_rng(1).random((400, 8), dtype=np.float32)
ranker.Ranker.fit(features, features[:, 0] > 0.5, np.full(8, 50), rounds=2, seed=1, kinds=("lambdarank",))
"""


def test_the_graph_and_the_trees_stand_each_other() -> None:
    """The one's library, loaded first, breaks the other's."""
    settings = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    fit = FIT.format(first="personalization.recommend.train.nearest")
    done = subprocess.run([sys.executable, "-c", fit], env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_vectors_of_nobody_are_near_to_nobody() -> None:
    table = np.array([[1.0, 0.0], [0.0, 0.0], [0.9, 0.1]], np.float32)
    found = Nearest.by_angle(table, threads=1).of(table, 3)
    assert found.tolist() == [[0, 2, -1], [-1, -1, -1], [2, 0, -1]]


def test_the_largest_product_wins_over_the_smallest_angle() -> None:
    table = np.array([[0.1, 0.0], [5.0, 5.0]], np.float32)
    asked_for = np.array([[1.0, 0.0]], np.float32)
    assert Nearest.by_product(table, threads=1).of(asked_for, 1).tolist() == [[1]]
    assert Nearest.by_angle(table, threads=1).of(asked_for, 1).tolist() == [[0]]
