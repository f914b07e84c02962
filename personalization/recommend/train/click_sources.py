"""Ideas about what is looked at after a product: each a table of chances, one row for each product or group of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from gensim.models import Word2Vec
from scipy import sparse

from personalization.recommend.train.answers import Scores
from personalization.recommend.train.log import Floats, Ids
from personalization.recommend.train.sessions import Sessions
from personalization.recommend.train.shop import Shop, cells
from personalization.recommend.train.top import ROWS_AT_ONCE, best_columns, strongest, thin

KEPT = 100
RULE_STEPS = 10
DOUBT = 20.0  # added to every count: two products met once are not yet alike
HALF_LIVES = {"week": 3.0, "month": 30.0}
WINDOW, SIZE, EPOCHS, SHARE = 2, 64, 5, 0.75  # item2vec of visits; the power by which training divides popularity away


@dataclass(frozen=True, eq=False)
class Source:
    """Chances by row, and the row of each product."""

    table: sparse.csr_matrix
    row: Ids

    def rows(self, columns: Ids) -> sparse.csr_matrix:
        """One row for each of the products."""
        return self.table[self.row[columns]]

    def cells(self, columns: Ids, following: Ids) -> Scores:
        """The chance of each of these pairs."""
        return cells(self.table, self.row[columns], following)


def sources_of(
    sessions: Sessions, shop: Shop, bought: sparse.csr_matrix, *, embed: bool, seed: int
) -> Mapping[str, Source]:
    """Sequential rules, company, item-kNN, shelves, baskets and item2vec."""
    each = np.arange(shop.products)
    rule = _pairs(sessions, 1)
    rules = sum((_pairs(sessions, back) / back for back in range(2, RULE_STEPS + 1)), rule)
    tables = {"rule": rule, "rules": rules, "company": _company(sessions), "likeness": likeness(sessions)}
    tables["bought"] = bought
    found = {name: Source(_chances(table), each) for name, table in tables.items()}
    if embed:
        found["item2vec"] = Source(_chances(_item2vec(sessions, seed=seed)), each)
    return found | _shelves(sessions, shop, found["rules"].table)


def popularity_of(sessions: Sessions) -> Mapping[str, Floats]:
    """Each product's share of all looks, older ones fading."""
    now = float(sessions.day.max(initial=0.0))
    fades = {name: np.exp2((sessions.day - now) / life)[sessions.row] for name, life in HALF_LIVES.items()}
    counts = {name: np.bincount(sessions.column, fade, sessions.products) for name, fade in fades.items()}
    return {name: count / max(float(count.sum()), 1e-9) for name, count in counts.items()}


def likeness(sessions: Sessions) -> sparse.csr_matrix:
    """item-kNN: the cosine over sessions, steadied."""
    holds = sessions.holds
    weight = sparse.diags((np.bincount(holds.indices, minlength=sessions.products) + DOUBT) ** -0.5)
    return strongest(sparse.csr_matrix(holds.T), sparse.csr_matrix(holds @ weight), keep=KEPT)


def _company(sessions: Sessions) -> sparse.csr_matrix:
    """Sessions that hold both: V-SkNN with all neighbours, each speaking the softer the more it looked at."""
    holds = sessions.holds
    soft = sparse.diags(np.maximum(np.diff(holds.indptr), 1) ** -0.5)
    return strongest(sparse.csr_matrix(holds.T), sparse.csr_matrix(soft @ holds), keep=KEPT)


def _pairs(sessions: Sessions, back: int) -> sparse.csr_matrix:
    before, after = sessions.steps(back)
    other = before != after
    shape = (sessions.products, sessions.products)
    return sparse.csr_matrix((np.ones(int(other.sum())), (before[other], after[other])), shape=shape)


def _shelves(sessions: Sessions, shop: Shop, rules: sparse.csr_matrix) -> dict[str, Source]:
    """By category, aisle and maker: what is popular there, and by category also what comes after."""
    found: dict[str, Source] = {}
    each, popular = np.arange(shop.products), popularity_of(sessions)["month"]
    for name, group in shop.groups.items():
        shape = (int(group.max(initial=0)) + 1, shop.products)
        found[f"of_{name}"] = Source(_chances(sparse.csr_matrix((popular, (group, each)), shape=shape)), group)
        if name == "category":
            of = sparse.csr_matrix((np.ones(shop.products), (group, each)), shape=shape)
            found["after_category"] = Source(_chances(sparse.csr_matrix(of @ rules)), group)
    return found


def _item2vec(sessions: Sessions, *, seed: int) -> sparse.csr_matrix:
    """log P(next | last) is about IN x OUT and what training divided away; the softmax of that."""
    words = [
        [str(one) for one in visit] for visit in np.split(sessions.column, np.flatnonzero(np.diff(sessions.row)) + 1)
    ]
    model = Word2Vec(
        vector_size=SIZE, window=WINDOW, sg=1, negative=5, sample=0, min_count=3, shrink_windows=False, workers=1,
        seed=seed, alpha=0.05, min_alpha=0.001, epochs=EPOCHS,
    )  # fmt: skip
    model.build_vocab(words)
    shape = (sessions.products, sessions.products)
    if len(model.wv) < 2:
        return sparse.csr_matrix(shape)
    model.train(words, total_examples=len(words), epochs=EPOCHS)
    column = np.array([int(one) for one in model.wv.index_to_key])
    count = np.bincount(sessions.column, minlength=sessions.products)[column]
    inward, outward, prior = model.wv.vectors, model.syn1neg, SHARE * np.log(count).astype(np.float32)
    row, near, chance = [], [], []
    for start in range(0, len(column), ROWS_AT_ONCE):
        said = inward[start : start + ROWS_AT_ONCE] @ outward.T + prior
        said[np.arange(len(said)), np.arange(start, start + len(said))] = -np.inf
        best = best_columns(said, KEPT)
        top = np.take_along_axis(said, best, axis=1)
        row.append(np.repeat(column[start : start + len(said)], best.shape[1]))
        near.append(column[best].ravel())
        chance.append(np.exp(top - top[:, :1]).ravel())
    return sparse.csr_matrix((np.concatenate(chance), (np.concatenate(row), np.concatenate(near))), shape=shape)


def _chances(table: sparse.csr_matrix) -> sparse.csr_matrix:
    """The best of each row, adding up to 1."""
    kept = thin(sparse.csr_matrix(table, dtype=np.float32), keep=KEPT)
    total = np.asarray(kept.sum(axis=1)).ravel()
    scale = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    return sparse.csr_matrix(sparse.diags(scale) @ kept, dtype=np.float32)
