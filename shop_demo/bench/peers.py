"""The known ways, each at its best: knobs are chosen on the weeks before the cut, as ours are."""

import time
from collections.abc import Callable, Mapping

import numpy as np
from gensim.models import Word2Vec
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import linalg

from personalization.recommend import measure
from personalization.recommend.train.log import Ids, Purchases
from shop_demo.bench.answers import Scores, Sheet, Table, for_products, for_shoppers
from shop_demo.bench.protocol import Exam, K

RECENT_DAYS = 28.0
FADE_DAYS = 60.0
NEAREST = 200
Peer = Callable[[Exam, Exam], Sheet]


def popularity(exam: Exam, tuning: Exam) -> Sheet:
    """What most baskets held."""
    return _popularity(exam, since=-np.inf)


def recent_popularity(exam: Exam, tuning: Exam) -> Sheet:
    """What most baskets of the last 28 days held."""
    return _popularity(exam, since=exam.cut_day - RECENT_DAYS)


def _popularity(exam: Exam, *, since: float) -> Sheet:
    started, table = time.monotonic(), Table.of(exam)
    recent = exam.train.purchases.day >= since
    count = np.asarray(_baskets(exam, table)[_basket_rows(exam, recent)].sum(axis=0), dtype=np.float32).ravel()
    seconds = time.monotonic() - started

    def score(rows: Ids) -> Scores:
        return np.broadcast_to(count, (len(rows), len(count)))

    return Sheet(for_shoppers(exam, table, score) | for_products(exam, table, score), seconds)


def personal_frequency(exam: Exam, tuning: Exam) -> Sheet:
    """What the shopper had most often, fading over 60 days; the popular after that."""
    started, table = time.monotonic(), Table.of(exam)
    own = _fading(exam, table)
    popular = table.bought.mean(axis=0)
    seconds = time.monotonic() - started
    lists = for_shoppers(exam, table, lambda some: np.asarray(own[some].toarray() + 1e-3 * popular, dtype=np.float32))
    return Sheet({"next": lists["next"]}, seconds)


def item_knn(exam: Exam, tuning: Exam) -> Sheet:
    """implicit's item-kNN: for each task the best of cosine, TF-IDF and BM25."""
    kinds = (CosineRecommender, TFIDFRecommender, BM25Recommender)
    started = time.monotonic()
    sheets = [_item_knn(exam, kind) for kind in kinds]
    seconds = (time.monotonic() - started) / len(kinds)
    return Sheet(_best_of(sheets, [_item_knn(tuning, kind) for kind in kinds], tuning), seconds)


def _item_knn(exam: Exam, kind: type) -> Mapping[str, Ids]:
    table = Table.of(exam)
    counts = _counts(exam, table)
    model = kind(K=NEAREST, num_threads=1)
    model.fit(counts, show_progress=False)
    likeness = sparse.csr_matrix(model.similarity)
    return for_shoppers(exam, table, lambda rows: np.asarray((counts[rows] @ likeness).toarray())) | for_products(
        exam, table, lambda columns: np.asarray(likeness[columns].toarray())
    )


def cooccurrence(exam: Exam, tuning: Exam) -> Sheet:
    """Confidence: of the baskets with one product, how many hold the other; summed over a shopper's history."""
    started, table = time.monotonic(), Table.of(exam)
    baskets = _baskets(exam, table)
    together = sparse.csr_matrix(baskets.T @ baskets)
    together.setdiag(0)
    count = np.asarray(baskets.sum(axis=0)).ravel()
    confidence = sparse.csr_matrix(sparse.diags(1.0 / count) @ together, dtype=np.float32)
    seconds = time.monotonic() - started
    history = sparse.csr_matrix(table.bought, dtype=np.float32)
    return Sheet(
        for_shoppers(exam, table, lambda rows: np.asarray((history[rows] @ confidence).toarray()))
        | for_products(exam, table, lambda columns: np.asarray(confidence[columns].toarray())),
        seconds,
    )


def ease(exam: Exam, tuning: Exam) -> Sheet:
    """EASE (Steck 2019) over whole histories, alone; its penalty by tuning."""
    penalties = (50.0, 200.0, 500.0)
    tuned = [_ease(tuning, penalty) for penalty in penalties]
    started = time.monotonic()
    sheets = [_ease(exam, penalty) for penalty in penalties]
    return Sheet(_best_of(sheets, tuned, tuning), (time.monotonic() - started) / len(penalties))


def _ease(exam: Exam, penalty: float) -> Mapping[str, Ids]:
    table = Table.of(exam)
    history = np.asarray(np.log1p(_counts(exam, table).toarray()), dtype=np.float32)
    solver = np.linalg.inv(history @ history.T + penalty * np.eye(len(history), dtype=np.float32))
    solved = solver @ history
    leverage = 1.0 - (history * solved).sum(axis=0)  # X P = (XX' + aI)^-1 X, and P's diagonal is leverage / a
    return for_shoppers(exam, table, lambda rows: history[rows] - solved[rows] / (leverage / penalty))


def tifu_knn(exam: Exam, tuning: Exam) -> Sheet:
    """TIFU-kNN (Hu, He, Gao, Zhang 2020): a fading personal vector, mixed with that of the nearest shoppers."""
    knobs = [(neighbours, own) for neighbours in (100, 300) for own in (0.7, 0.9)]
    tuned = [_tifu(tuning, *knob) for knob in knobs]
    started = time.monotonic()
    sheets = [_tifu(exam, *knob) for knob in knobs]
    return Sheet(_best_of(sheets, tuned, tuning), (time.monotonic() - started) / len(knobs))


def _tifu(exam: Exam, neighbours: int, own: float) -> Mapping[str, Ids]:
    table = Table.of(exam)
    mine = sparse.csr_matrix(_fading(exam, table).toarray() / np.maximum(table.bought.sum(axis=1, keepdims=True), 1))
    unit = sparse.diags(1.0 / np.maximum(linalg.norm(mine, axis=1), 1e-9)) @ mine
    likeness = np.asarray((unit @ unit.T).toarray())
    np.fill_diagonal(likeness, -1.0)
    near = np.argpartition(-likeness, min(neighbours, len(likeness) - 1), axis=1)[:, :neighbours].ravel()
    share = np.full(len(near), 1.0 / neighbours)
    others = sparse.csr_matrix((share, near, np.arange(0, len(near) + 1, len(near) // len(likeness))), likeness.shape)
    mixed = sparse.csr_matrix(own * mine + (1.0 - own) * (others @ mine))
    return for_shoppers(exam, table, lambda rows: np.asarray(mixed[rows].toarray(), dtype=np.float32))


def als(exam: Exam, tuning: Exam) -> Sheet:
    """implicit's alternating least squares (Hu, Koren, Volinsky 2008), size and weight by tuning."""
    knobs = [(factors, alpha) for factors in (64, 128) for alpha in (1.0, 10.0)]
    tuned = [_als(tuning, *knob) for knob in knobs]
    started = time.monotonic()
    sheets = [_als(exam, *knob) for knob in knobs]
    return Sheet(_best_of(sheets, tuned, tuning), (time.monotonic() - started) / len(knobs))


def _als(exam: Exam, factors: int, alpha: float) -> Mapping[str, Ids]:
    table = Table.of(exam)
    model = AlternatingLeastSquares(
        factors=factors, alpha=alpha, regularization=0.05, iterations=10, random_state=1, num_threads=1
    )
    model.fit(_counts(exam, table), show_progress=False)
    unit = model.item_factors / np.maximum(np.linalg.norm(model.item_factors, axis=1, keepdims=True), 1e-9)
    return for_shoppers(exam, table, lambda rows: np.asarray(model.user_factors[rows] @ model.item_factors.T)) | (
        for_products(exam, table, lambda columns: np.asarray(unit[columns] @ unit.T))
    )


def gensim_defaults(exam: Exam, tuning: Exam) -> Sheet:
    """Word2Vec as it comes: CBOW, window 5, 5 epochs; a shopper is the mean of their products."""
    started, table = time.monotonic(), Table.of(exam)
    baskets = _baskets(exam, table)
    sentences = [[str(column) for column in row] for row in np.split(baskets.indices, baskets.indptr[1:-1])]
    model = Word2Vec(sentences, min_count=1, workers=1, seed=1)
    seconds = time.monotonic() - started
    vectors = model.wv.vectors[[model.wv.key_to_index[str(column)] for column in range(len(table.product))]]
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    history = sparse.csr_matrix(table.bought, dtype=np.float32)
    return Sheet(
        for_shoppers(exam, table, lambda rows: np.asarray((history[rows] @ unit) @ unit.T))
        | for_products(exam, table, lambda columns: np.asarray(unit[columns] @ unit.T)),
        seconds,
    )


def _best_of(sheets: list[Mapping[str, Ids]], tuned: list[Mapping[str, Ids]], tuning: Exam) -> dict[str, Ids]:
    """For each task the sheet whose knobs did best on the tuning weeks."""

    def mark(answers: Mapping[str, Ids], task: str) -> float:
        return float(measure.ndcg(answers[task], getattr(tuning, task).truths, k=K).mean())

    return {
        task: max(zip(tuned, sheets, strict=True), key=lambda pair: mark(pair[0], task))[1][task] for task in sheets[0]
    }


def _counts(exam: Exam, table: Table) -> sparse.csr_matrix:
    """In how many baskets each shopper had each product."""
    lines = _once_a_basket(exam)
    return _by_shopper(table, lines, np.ones(len(lines.day), np.float32))


def _fading(exam: Exam, table: Table) -> sparse.csr_matrix:
    """The same, each basket counting half for every 60 days that passed."""
    lines = _once_a_basket(exam)
    return _by_shopper(table, lines, np.exp2((lines.day - exam.cut_day) / FADE_DAYS).astype(np.float32))


def _once_a_basket(exam: Exam) -> Purchases:
    every = exam.train.purchases
    return every.only(np.unique(np.stack([every.basket, every.product], axis=1), axis=0, return_index=True)[1])


def _by_shopper(table: Table, lines: Purchases, values: Scores) -> sparse.csr_matrix:
    rows, columns = np.searchsorted(table.shopper, lines.shopper), np.searchsorted(table.product, lines.product)
    return sparse.csr_matrix((values, (rows, columns)), shape=table.bought.shape)


def _baskets(exam: Exam, table: Table) -> sparse.csr_matrix:
    """Which baskets hold which products."""
    lines = exam.train.purchases
    _, rows = np.unique(lines.basket, return_inverse=True)
    columns = np.searchsorted(table.product, lines.product)
    shape = (int(rows.max()) + 1, len(table.product))
    matrix = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    matrix.data[:] = 1.0
    return matrix


def _basket_rows(exam: Exam, lines: NDArray[np.bool_]) -> Ids:
    _, rows = np.unique(exam.train.purchases.basket, return_inverse=True)
    return np.unique(rows[lines])


PEERS: dict[str, tuple[str, Peer]] = {
    "popularity": ("popularity", popularity),
    "recent": ("recent popularity, 28 days", recent_popularity),
    "personal": ("personal frequency, fading", personal_frequency),
    "knn": ("item-kNN (implicit; best of three)", item_knn),
    "cooccurrence": ("co-occurrence, confidence", cooccurrence),
    "ease": ("EASE over histories, tuned", ease),
    "tifu": ("TIFU-kNN, tuned", tifu_knn),
    "als": ("implicit ALS, tuned", als),
    "gensim": ("gensim defaults", gensim_defaults),
}
