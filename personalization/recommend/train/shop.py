"""A log turned into numbered rows and columns, so that learners can multiply instead of look up."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from personalization.recommend.train.log import UNKNOWN, Catalogue, Floats, Ids, ShopLog

LARGEST_BASKET = 200  # a wholesale order says little about taste and costs its size squared


@dataclass(frozen=True, eq=False)
class Shop:
    """Columns are the catalogue's products, rows are shoppers or baskets; lines point at both, oldest first."""

    product: Ids  # column -> product id, ascending
    category: Ids  # column -> 0..categories-1
    groups: Mapping[str, Ids]  # the same for each way to group products that this shop knows, category among them
    text: tuple[str, ...]
    shopper: Ids  # row -> shopper id, ascending
    line_product: Ids
    line_shopper: Ids  # -1 for strangers
    line_basket: Ids
    line_day: Floats
    line_price: Floats
    basket_day: Floats
    basket_shopper: Ids
    visit_visitor: Ids
    visit_product: Ids
    now_day: float
    pace: float = 1.0  # how slowly interest fades here: half-lives are so many times the usual ones

    def at_pace(self, pace: float) -> "Shop":
        """The same shop; what was counted already is not counted again."""
        other = copy(self)
        object.__setattr__(other, "pace", pace)
        return other

    def fade(self, half_life: float) -> Floats:
        """What each basket counts for now: 1 if it is of today, half after so many days in a shop whose pace is 1."""
        return np.asarray(np.exp2((self.basket_day - self.now_day) / (half_life * self.pace)))

    @property
    def products(self) -> int:
        """How many products there are."""
        return len(self.product)

    @property
    def baskets(self) -> int:
        """How many baskets there are."""
        return len(self.basket_day)

    @property
    def shoppers(self) -> int:
        """How many shoppers are known by name."""
        return len(self.shopper)

    @cached_property
    def by_basket(self) -> sparse.csr_matrix:
        """Which baskets hold which products, 0 or 1; baskets of wholesale size are left out."""
        matrix = binary(self.line_basket, self.line_product, (self.baskets, self.products))
        sizes = np.diff(matrix.indptr)
        kept = sparse.csr_matrix(sparse.diags((sizes <= LARGEST_BASKET).astype(np.float32)) @ matrix)
        kept.eliminate_zeros()
        return kept

    @cached_property
    def by_shopper(self) -> sparse.csr_matrix:
        """In how many baskets of theirs each shopper had each product."""
        pairs = binary(self.line_basket, self.line_product, (self.baskets, self.products)).tocoo()
        return self.per_shopper(pairs.row, pairs.col, np.ones(len(pairs.row), np.float32))

    def per_shopper(self, baskets: Ids, columns: Ids, values: NDArray[np.float32]) -> sparse.csr_matrix:
        """Values of (basket, product) added up over the baskets of each known shopper."""
        rows = self.basket_shopper[baskets]
        known = rows >= 0
        shape = (self.shoppers, self.products)
        return sparse.csr_matrix((values[known], (rows[known], columns[known])), shape=shape, dtype=np.float32)

    @cached_property
    def pairs(self) -> tuple[Ids, Ids]:
        """Every (basket, product) once."""
        matrix = binary(self.line_basket, self.line_product, (self.baskets, self.products)).tocoo()
        return matrix.row.astype(np.int64), matrix.col.astype(np.int64)

    @cached_property
    def basket_counts(self) -> Floats:
        """In how many baskets each product was."""
        return np.bincount(self.pairs[1], minlength=self.products).astype(np.float64)

    def columns_of(self, products: Ids) -> Ids:
        """The columns of product ids; -1 for a product the catalogue does not show."""
        return position(self.product, products)

    def rows_of(self, shoppers: Ids) -> Ids:
        """The rows of shopper ids; -1 for a shopper who bought nothing."""
        return position(self.shopper, shoppers)


def number(log: ShopLog, *, now_day: float | None = None, pace: float = 1.0) -> Shop:
    """The log as rows and columns; lines of products that may not be shown are left out."""
    catalogue = log.catalogue.only(np.argsort(log.catalogue.product, kind="stable"))
    product, groups = catalogue.product, _groups(catalogue)
    bought = log.purchases.only(np.isin(log.purchases.product, product))
    seen = log.visits.only(np.isin(log.visits.product, product))
    shopper = np.unique(bought.shopper[bought.shopper >= 0])
    _, first_line, line_basket = np.unique(bought.basket, return_index=True, return_inverse=True)
    basket_shopper = position(shopper, bought.shopper)[first_line]
    return Shop(
        product=product,
        category=groups["category"],
        groups=groups,
        text=catalogue.text,
        shopper=shopper,
        line_product=position(product, bought.product),
        line_shopper=basket_shopper[line_basket],  # a basket has one owner, whatever its lines say
        line_basket=line_basket.astype(np.int64),
        line_day=bought.day,
        line_price=bought.price,
        basket_day=bought.day[first_line],
        basket_shopper=basket_shopper,
        visit_visitor=np.unique(seen.visitor, return_inverse=True)[1].astype(np.int64),
        visit_product=position(product, seen.product),
        now_day=log.last_day if now_day is None else now_day,
        pace=pace,
    )


def _groups(catalogue: Catalogue) -> Mapping[str, Ids]:
    """Groups as numbers from 0; a way to group that is the same for all products, or unknown, says nothing."""
    ways = {"category": catalogue.category, "aisle": catalogue.aisle, "maker": catalogue.maker}
    return {
        name: np.unique(way, return_inverse=True)[1].astype(np.int64)
        for name, way in ways.items()
        if way is not None and (name == "category" or len(np.unique(way[way != UNKNOWN])) > 1)
    }


def position(known: Ids, wanted: Ids) -> Ids:
    """Where each wanted id stands in the ascending known ones; -1 where it does not."""
    if not len(known):
        return np.full(len(wanted), -1, np.int64)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[place] == wanted, place, -1).astype(np.int64)


def cells(matrix: sparse.csr_matrix, rows: Ids, columns: Ids) -> NDArray[np.float32]:
    """Single cells of a sparse table; scipy answers an empty question with a table instead."""
    if not len(rows):
        return np.empty(0, np.float32)
    return np.asarray(matrix[rows, columns], dtype=np.float32).ravel()


def binary(rows: Ids, columns: Ids, shape: tuple[int, int]) -> sparse.csr_matrix:
    """A table of 0 and 1: 1 where the pair was seen at all."""
    matrix = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    matrix.data[:] = 1.0
    return matrix
