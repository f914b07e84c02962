"""item2vec by MLlib's Word2Vec. It gives IN vectors only, and has no negative sampling: a tree of words instead."""

from typing import Any

import numpy as np

from personalization.recommend.train.answers import Vectors
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import LARGEST_BASKET

# MLlib draws a window from 1 to this. With a new order in each copy that is a fair draw from the whole basket.
WINDOW = 5
RATE = 0.05
MOST_PARTS = 8

# MLlib reads sentences in the same order each time: so each basket comes in as many copies as there are epochs, each in
# an order of its own, decided by a hash: the same log gives the same vectors.
SENTENCES = f"""
WITH copies AS (SELECT explode(sequence(1, {{epochs}})) AS copy)
SELECT copy, xxhash64(basket, copy, {{seed}}) AS turn,
       transform(array_sort(collect_list(struct(xxhash64(basket, product, copy, {{seed}}) AS turn, product))),
                 one -> string(one.product)) AS words
FROM lines CROSS JOIN copies WHERE size BETWEEN 2 AND {LARGEST_BASKET} GROUP BY basket, copy
UNION ALL
SELECT copy, xxhash64(visitor, copy, {{seed}}),
       transform(array_sort(collect_list(struct(looked.day, product))), one -> string(one.product))
FROM (SELECT visitor, product, min(visits.day) AS day FROM visits JOIN catalogue USING (product)
      WHERE visits.day < {{now}} GROUP BY visitor, product) looked
CROSS JOIN copies GROUP BY visitor, copy HAVING count(*) BETWEEN 2 AND {LARGEST_BASKET}
"""


def embed(session: Any, *, settings: LearnSettings, now: float, parts: int) -> Vectors:
    """IN vectors of every product in enough sequences; OUT ones are noughts, which is how gensim starts them."""
    from pyspark.ml.feature import Word2Vec

    sentences = session.sql(SENTENCES.format(epochs=settings.epochs, seed=settings.seed, now=repr(now)))
    sentences = sentences.repartition(1).sortWithinPartitions("copy", "turn").select("words").persist()
    try:
        if sentences.isEmpty():
            return Vectors.none(size=settings.vector_size)
        learner = Word2Vec(
            inputCol="words", outputCol="vector", vectorSize=settings.vector_size, windowSize=WINDOW, stepSize=RATE,
            minCount=settings.minimum_baskets * settings.epochs, maxIter=1, numPartitions=parts, seed=settings.seed,
            maxSentenceLength=LARGEST_BASKET,
        )  # fmt: skip
        return _vectors(learner, sentences, settings.vector_size)
    finally:
        sentences.unpersist()


def _vectors(learner: Any, sentences: Any, size: int) -> Vectors:
    from pyspark.ml.functions import vector_to_array
    from pyspark.sql.functions import expr

    counts = sentences.selectExpr("explode(words) AS word").groupBy("word").count()
    if counts.where(f"count >= {learner.getMinCount()}").isEmpty():  # MLlib breaks off on an empty vocabulary
        return Vectors.none(size=size)
    found = learner.fit(sentences).getVectors().select(
        expr("bigint(word)").alias("product"), vector_to_array("vector", "float32").alias("into")
    )  # fmt: skip
    table = found.orderBy("product").toArrow()
    into = table["into"].combine_chunks().flatten().to_numpy(zero_copy_only=False).reshape(-1, size)
    into = into.astype(np.float32)
    return Vectors(table["product"].to_numpy().astype(np.int64), into, np.zeros_like(into))
