"""The door of the Spark trainer: `learn` hands the log over, practises, counts, and brings plain arrays home."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from personalization.conf import conf
from personalization.recommend.train.answers import Vectors
from personalization.recommend.train.log import Ids, ShopLog
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.spark import collected, counts, lesson, session, weights
from personalization.recommend.train.spark.answers import SparkModel
from personalization.recommend.train.spark.embedding import MOST_PARTS, embed
from personalization.recommend.train.spark.shoppers import wanted
from personalization.recommend.train.spark.weights import NEXT, NOVEL, TOGETHER, Weights, weigh
from personalization.recommend.train.trainer import Progress
from personalization.recommend.train.trial import K, hold_out, next_questions, together_questions

AFTER = 1e-6  # of a day: the newest line is part of the log, too


def learn(
    log: ShopLog, *, settings: LearnSettings, blends: Any = None, previous: Vectors | None = None, progress: Progress,
) -> SparkModel:  # fmt: skip
    """A trainer like any other. MLlib can't go on from last night's vectors: `previous` is not looked at.

    Raises Refused where there is no Spark.
    """
    progress("read", 0.0)
    with session.opened() as spark, lesson.folder() as address:
        lesson.hand_over(spark, log, address)
        found: Mapping[str, Weights] = blends or _practise(spark, log, settings, progress)
        return _learned(spark, log, settings, found, progress)


def _practise(spark: Any, log: ShopLog, settings: LearnSettings, progress: Progress) -> dict[str, Weights]:
    """The weights that would have told the last weeks best from those before."""
    before, after = hold_out(log, days=settings.recent_days)
    shoppers, bought = next_questions(before.purchases, after)
    products, beside = together_questions(before.purchases, after)
    if not len(shoppers) or not len(products):
        return {task: Weights(prior) for task, prior in weights.PRIORS.items()}
    progress("practice", 0.0)
    cut = float(after.day.min())
    counts.count(spark, now=cut)
    _table(spark, "questions", number=np.arange(len(products)), product=products)
    _table(spark, "answers", **_truth("number", np.arange(len(products)), "other", beside))
    together = weigh(spark.sql(f"SELECT {', '.join(TOGETHER)}, int(answers.other IS NOT NULL) AS hit "
                               "FROM questions JOIN companions USING (product) "
                               "LEFT JOIN answers USING (number, other)"), "together", TOGETHER)  # fmt: skip
    progress("practice", 0.5)
    candidates = wanted(spark, _table(spark, "asked", shopper=shoppers), now=cut)
    truth = _table(spark, "bought", **_truth("shopper", shoppers, "product", bought)).selectExpr("*", "1 AS hit")
    tried = candidates.join(truth, ["shopper", "product"], "left").fillna(0, ["hit"])
    following = weigh(tried, "next", NEXT)
    new = weigh(tried.where("times = 0"), "novel", NOVEL)
    return {"together": together, "next": following, "novel": new}


def _learned(
    spark: Any, log: ShopLog, settings: LearnSettings, found: Mapping[str, Weights], progress: Progress
) -> SparkModel:
    now, products = log.last_day + AFTER, np.sort(log.catalogue.product)
    shoppers = np.unique(log.purchases.shopper[log.purchases.shopper >= 0])
    near, lists = max(conf.NEIGHBOURS, K), max(conf.CANDIDATES, K)
    counts.count(spark, now=now)
    progress("experts", 0.0)
    companions = spark.table("companions").selectExpr("*", f"{found['together'].sql} AS score")
    together = collected.neighbours(spark, companions, products, keep=near)
    progress("experts", 0.3)
    alike = counts.alike(spark, now=now).selectExpr("*", "0 AS support")
    also = collected.neighbours(spark, alike, products, keep=near)
    progress("experts", 0.6)
    candidates = wanted(spark, _table(spark, "asked", shopper=shoppers), now=now)
    following = collected.lists(spark, candidates, shoppers, found["next"], keep=lists)
    new = collected.lists(spark, candidates.where("times = 0"), shoppers, found["novel"], keep=lists)
    sold = spark.sql("SELECT product, baskets, recent FROM goods ORDER BY product").toArrow()
    progress("item2vec", 0.0)
    parts = 1 if session.is_alone() else min(MOST_PARTS, spark.sparkContext.defaultParallelism)
    vectors = embed(spark, settings=settings, now=now, parts=parts)
    progress("item2vec", 1.0)
    similar = collected.similar(vectors, log.catalogue, sold["baskets"].to_numpy(), keep=near)
    facts = {"engine": "spark", "blends": {task: one.stored() for task, one in found.items()},
             "vectors": len(vectors.product)}  # fmt: skip
    return SparkModel(
        vectors, facts, found, {"similar": similar, "together": together, "also": also},
        {"next": following, "novel": new}, _popular(sold, lists),
    )  # fmt: skip


def _popular(sold: Any, k: int) -> Ids:
    baskets, recent = sold["baskets"].to_numpy(), sold["recent"].to_numpy()
    best = np.lexsort((-baskets, -recent))[:k]
    return np.asarray(sold["product"].to_numpy()[best[baskets[best] > 0]], dtype=np.int64)


def _table(spark: Any, name: str, **columns: Any) -> Any:
    import pyarrow as arrow

    table = spark.createDataFrame(arrow.table(columns))
    table.createOrReplaceTempView(name)
    return table


def _truth(key: str, keys: Ids, value: str, truth: list[set[int]]) -> dict[str, Any]:
    """Which keys have which values, as two columns."""
    sizes = [len(one) for one in truth]
    return {key: np.repeat(keys, sizes), value: np.array([v for one in truth for v in sorted(one)], dtype=np.int64)}
