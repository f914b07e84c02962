"""The stores: the busiest ones of the data, each with the goods that it has really sold."""

import numpy as np
import pandas as pd
from oscar.core.loading import get_model

from shop_demo.data.copying import copy_frame, reserve_ids

Partner = get_model("partner", "Partner")
StockRecord = get_model("partner", "StockRecord")

STORES = 3
FEWEST = 4


def busiest(lines: pd.DataFrame) -> list[int]:
    """The stores with most lines, the main store first."""
    return [int(store) for store in lines["store_id"].value_counts().index[:STORES]]


def add_store(store: int) -> tuple[int, str]:
    """Opens a store: its key and name."""
    partner = Partner.objects.create(name=f"Journey Market, store {store}", code=f"store-{store}")
    return partner.pk, partner.name


def stock_others(lines: pd.DataFrame, *, stores: list[int], main: int) -> int:
    """Fills the other stores at the main store's prices; gives how many stock records that made."""
    columns = ["partner_sku", "product_id", "price", "low_stock_threshold", "date_created", "date_updated"]
    known = pd.DataFrame(StockRecord.objects.filter(partner=main).values_list(*columns), columns=columns)
    return sum([_stock_one(lines[lines["store_id"] == store], add_store(store)[0], known) for store in stores])


def _stock_one(lines: pd.DataFrame, partner: int, known: pd.DataFrame) -> int:
    times = lines.groupby("product_id").size().rename(index=str)
    rows = known[known["partner_sku"].isin(times.index)].copy()
    rows["num_in_stock"] = FEWEST + (np.sqrt(times.reindex(rows["partner_sku"]).to_numpy()) * 6).astype(int)
    rows["partner_id"] = partner
    rows["id"] = reserve_ids(StockRecord, len(rows))
    if len(rows):
        copy_frame(StockRecord, rows)
    return len(rows)
