"""Somebody's tables as the log that learners see: the one way in, for data frames and for files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation.trans_null import gettext_noop as _  # the other one reads settings
from numpy.typing import NDArray

from personalization.recommend.measure.amounts import amounts
from personalization.recommend.measure.columns import Column, Columns, columns_of
from personalization.recommend.measure.faults import BadTransactions
from personalization.recommend.measure.moments import days_of
from personalization.recommend.measure.names import Names, numbered
from personalization.recommend.train.log import UNKNOWN, Catalogue, Floats, Ids, Purchases, ShopLog, Visits

NEEDED, OPTIONAL = ("user", "item", "time"), ("basket", "quantity", "price")
CLICKS, ITEMS = ("session", "item", "time"), ("category", "title", "text", "brand")
ALONE = 1.2  # lines to a basket: where one moment holds hardly more than one line, a day is the basket
WEEK = 7.0
LONGEST_BASKET = 1.0  # days; a number that comes back later is another basket


@dataclass(frozen=True, eq=False)
class Intake:
    """The log, the names behind its numbers, and what was left out of it."""

    log: ShopLog
    users: Names
    items: Names
    shift: float  # days that were added, so that none lies before 1970
    returned: int  # lines

    def day_of(self, moment: Any) -> float:
        """A moment on the log's scale."""
        return float(days_of([moment] if not isinstance(moment, np.generic) else np.array([moment]))[0]) + self.shift


def take_in(transactions: Any, *, clicks: Any = None, items: Any = None, date_format: str = "") -> Intake:
    """Reads the tables. Raises BadTransactions, which names the column and the fix."""
    bought = columns_of(transactions, what="transactions", needed=NEEDED, optional=OPTIONAL)
    seen = columns_of(clicks, what="clicks", needed=CLICKS)
    shelf = columns_of(items, what="items", needed=("item",), optional=ITEMS)
    users, (user,) = numbered(bought.get("user", []), column="user")
    goods, (item, looked, listed) = numbered(
        bought.get("item", []), seen.get("item", []), shelf.get("item", []), column="item"
    )
    for column, name in ((item, "transactions"), (looked, "clicks"), (listed, "items")):
        _all_named(column, name)
    day = days_of(bought.get("time", []), date_format=date_format)
    seen_day = days_of(seen.get("time", []), date_format=date_format)
    shift = _shift(day, seen_day)
    purchases, returned = _purchases(bought, user, item, day + shift)
    visits = _visits(seen, looked, seen_day + shift)
    return Intake(ShopLog(purchases, visits, _catalogue(shelf, listed, len(goods))), users, goods, shift, returned)


def _all_named(items: Ids, table: str) -> None:
    missing = int((items == UNKNOWN).sum())
    if missing:
        raise BadTransactions(
            _("%(table)s: the column “item” is empty in %(missing)s of %(lines)s lines. Leave these lines out."),
            table=table, missing=missing, lines=len(items),
        )  # fmt: skip


def _shift(*days: Floats) -> float:
    """Whole weeks, so that a Monday stays one."""
    first = min((float(one.min()) for one in days if len(one)), default=0.0)
    return float(np.ceil(-first / WEEK) * WEEK) if first < 0 else 0.0


def _purchases(bought: Columns, user: Ids, item: Ids, day: Floats) -> tuple[Purchases, int]:
    quantity = _amounts(bought, "quantity", len(item), otherwise=1.0)
    price = np.maximum(_amounts(bought, "price", len(item), otherwise=0.0), 0.0)
    basket = _baskets(bought.get("basket"), user, day)
    lines = Purchases(user, basket, item, day, quantity, price).only(quantity > 0)
    return lines.only(np.argsort(lines.day, kind="stable")), int((quantity <= 0).sum())


def _amounts(bought: Columns, column: str, lines: int, *, otherwise: float) -> Floats:
    if column not in bought:
        return np.full(lines, otherwise)
    return amounts(bought[column], column=column, otherwise=otherwise)


def _baskets(column: Column | None, user: Ids, day: Floats) -> Ids:
    """Baskets by the shop's own numbers; without any, what a shopper bought at one moment or, failing that, on one day.

    A stranger's lines without a number are baskets of their own. Numbers may start anew for each shopper, or come back.
    """
    alone = np.arange(len(user), dtype=np.int64)
    if column is None:
        of_moment = _together(user, day)
        many = user != UNKNOWN
        lonely = many.any() and many.sum() < ALONE * len(np.unique(of_moment[many]))
        basket = _together(user, np.floor(day)) if lonely else of_moment
        return _with_loners(basket, user == UNKNOWN, alone)
    _names, (number,) = numbered(column, column="basket")
    basket = _together(user, number)
    return _with_loners(_together(basket, _turn(basket, day)), number == UNKNOWN, alone)


def _turn(basket: Ids, day: Floats) -> Floats:
    """The day, for baskets whose lines lie further apart than one; else nothing to tell apart."""
    if not len(basket):
        return day
    first, last = np.full(basket.max() + 1, np.inf), np.full(basket.max() + 1, -np.inf)
    np.minimum.at(first, basket, day)
    np.maximum.at(last, basket, day)
    return np.where((last - first > LONGEST_BASKET)[basket], np.floor(day), 0.0)


def _together(one: NDArray[Any], other: NDArray[Any]) -> Ids:
    """A number for each pair."""
    left, right = (np.unique(part, return_inverse=True)[1].ravel().astype(np.int64) for part in (one, other))
    return np.unique(left * (right.max(initial=0) + 1) + right, return_inverse=True)[1].ravel().astype(np.int64)


def _with_loners(basket: Ids, is_alone: NDArray[np.bool_], alone: Ids) -> Ids:
    return np.where(is_alone, basket.max(initial=0) + 1 + alone, basket)


def _visits(seen: Columns, item: Ids, day: Floats) -> Visits:
    _names, (session,) = numbered(seen.get("session", []), column="session")
    order = np.argsort(day, kind="stable")
    order = order[session[order] != UNKNOWN]
    return Visits(session[order], item[order], day[order])


def _catalogue(shelf: Columns, listed: Ids, count: int) -> Catalogue:
    category, brand = (_group(shelf, name, listed, count) for name in ("category", "brand"))
    return Catalogue(
        product=np.arange(count, dtype=np.int64),
        category=np.full(count, UNKNOWN, np.int64) if category is None else category,
        text=_words(shelf, listed, count),
        maker=brand,
    )


def _group(shelf: Columns, name: str, listed: Ids, count: int) -> Ids | None:
    if name not in shelf:
        return None
    _names, (numbers,) = numbered(shelf[name], column=name)
    groups = np.full(count, UNKNOWN, np.int64)
    groups[listed] = numbers
    return groups


def _words(shelf: Mapping[str, Column], listed: Ids, count: int) -> tuple[str, ...]:
    words = [""] * count
    for column in (shelf[name] for name in ("title", "text") if name in shelf):
        for number, text in zip(listed.tolist(), column, strict=True):
            if isinstance(text, str) and text not in words[number]:
                words[number] = f"{words[number]} {text}".strip()
    return tuple(words)
