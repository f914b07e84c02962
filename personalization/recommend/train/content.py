"""What products say about themselves: the only thing known of one that nobody bought yet."""

import re
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from personalization.recommend.train.answers import Scores, Vectors
from personalization.recommend.train.log import Ids
from personalization.recommend.train.shop import Shop, position
from personalization.recommend.train.top import ROWS_AT_ONCE, best_columns

TEACHERS = 10  # how many products alike in words lend a new one their vectors
CATEGORY_WORD = "category{}"
WORD = re.compile(r"\w+")  # one letter or digit may be the whole difference between two products


@dataclass(frozen=True, eq=False)
class Content:
    """TF-IDF over title, category words and the category itself; likeness is the cosine."""

    words: sparse.csr_matrix  # [products, words], rows of length 1, or 0 for a product without words

    @classmethod
    def learn(cls, shop: Shop) -> "Content":
        """Weigh every word by how rare it is in this catalogue."""
        texts = [_words(text, category) for text, category in zip(shop.text, shop.category.tolist(), strict=True)]
        if not any(text.strip() for text in texts):
            return cls(sparse.csr_matrix((shop.products, 1), dtype=np.float32))
        reader = TfidfVectorizer(dtype=np.float32, sublinear_tf=True, analyzer=_split)
        return cls(sparse.csr_matrix(reader.fit_transform(texts)))

    def likeness(self, rows: Ids) -> Scores:
        """Cosine of each given product with every product."""
        return np.asarray((self.words[rows] @ self.words.T).toarray(), dtype=np.float32)


def _split(text: str) -> list[str]:
    return WORD.findall(text.lower())


def _words(text: str, category: int) -> str:
    return f"{text} {CATEGORY_WORD.format(category)}"


def lend(vectors: Vectors, *, shop: Shop, content: Content) -> Vectors:
    """The vectors, and for each product without any the mean of those most alike in words."""
    if not len(vectors.product):
        return vectors
    place = position(vectors.product, shop.product)
    taught = np.flatnonzero(place >= 0)
    new = np.flatnonzero(place < 0)
    parts = [
        _borrowed(content, new[start : start + ROWS_AT_ONCE], taught) for start in range(0, len(new), ROWS_AT_ONCE)
    ]
    loans = sparse.csr_matrix(sparse.vstack(parts)) if parts else sparse.csr_matrix((0, len(taught)), dtype=np.float32)
    helped = np.flatnonzero(np.diff(loans.indptr))
    product = np.concatenate([shop.product[taught], shop.product[new[helped]]])
    order = np.argsort(product, kind="stable")
    into, out = (_with_loans(table[place[taught]], loans[helped])[order] for table in (vectors.into, vectors.out))
    return Vectors(product[order], into, out)


def _borrowed(content: Content, new: Ids, taught: Ids) -> sparse.csr_matrix:
    """Rows of weights that add up to 1, or to nothing where no word is shared."""
    likeness = np.asarray((content.words[new] @ content.words[taught].T).toarray(), dtype=np.float32)
    teacher = best_columns(likeness, TEACHERS)
    weight = np.take_along_axis(likeness, teacher, axis=1)
    total = weight.sum(axis=1, keepdims=True)
    weight = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    row = np.repeat(np.arange(len(new)), teacher.shape[1])
    loans = sparse.csr_matrix((weight.ravel(), (row, teacher.ravel())), shape=likeness.shape)
    loans.eliminate_zeros()
    return loans


def _with_loans(table: Scores, loans: sparse.csr_matrix) -> Scores:
    return np.concatenate([table, np.asarray(loans @ table, dtype=np.float32)])
