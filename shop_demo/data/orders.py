"""Every basket of the loaded weeks as a complete order."""

from dataclasses import dataclass

import pandas as pd
from django.conf import settings
from oscar.core.loading import get_model

from shop_demo.data.catalogue import Shelf
from shop_demo.data.copying import copy_frame, reserve_ids
from shop_demo.stores import IN_STORE

Order = get_model("order", "Order")
Line = get_model("order", "Line")

STATUS = "Complete"


@dataclass(frozen=True)
class Counted:
    """How much was loaded."""

    orders: int
    lines: int


def load_orders(lines: pd.DataFrame, *, shelf: Shelf, users: "pd.Series[int]") -> Counted:
    """Adds one order for each basket and one line for each product in it."""
    merged = _merged(lines)
    orders = _orders(merged, users)
    copy_frame(Order, orders)
    placed = orders.set_index("number")["id"]
    copy_frame(Line, _order_lines(merged, shelf, placed))
    return Counted(len(orders), len(merged))


def _merged(lines: pd.DataFrame) -> pd.DataFrame:
    """One row for each product in a basket: the till scans some of them several times."""
    keys = ["basket_id", "product_id"]
    amounts = {"household_id": "first", "store_id": "first", "moment": "min", "quantity": "sum", "sales_value": "sum"}
    repeated = lines.duplicated(keys, keep=False)
    summed = lines[repeated].groupby(keys, as_index=False).agg(amounts)
    merged = pd.concat([lines.loc[~repeated, [*keys, *amounts]], summed])
    return merged.sort_values(["moment", "basket_id"], kind="stable")


def _orders(lines: pd.DataFrame, users: "pd.Series[int]") -> pd.DataFrame:
    amounts = {
        "household_id": ("household_id", "first"), "store_id": ("store_id", "first"), "moment": ("moment", "min"),
        "total": ("sales_value", "sum"),
    }  # fmt: skip
    baskets = lines.groupby("basket_id", sort=False).agg(**amounts).sort_values("moment", kind="stable").reset_index()
    return pd.DataFrame(
        {
            "id": reserve_ids(Order, len(baskets)),
            "number": baskets["basket_id"].astype(str),
            "site_id": settings.SITE_ID,
            "user_id": baskets["household_id"].map(users),
            "total_incl_tax": baskets["total"].round(2),
            "total_excl_tax": baskets["total"].round(2),
            "shipping_method": "Picked up in the store",
            "shipping_code": [f"{IN_STORE}{store}" for store in baskets["store_id"]],
            "status": STATUS,
            "date_placed": baskets["moment"].dt.strftime("%Y-%m-%d %H:%M:%S+00"),
        }
    )


def _order_lines(lines: pd.DataFrame, shelf: Shelf, placed: "pd.Series[int]") -> pd.DataFrame:
    goods = shelf.products.loc[lines["product_id"]].reset_index(drop=True)
    paid = lines["sales_value"].round(2).to_numpy()
    unit = (lines["sales_value"] / lines["quantity"]).round(2).to_numpy()
    prices = {f"line_price{when}_{tax}_tax": paid for when in ("", "_before_discounts") for tax in ("incl", "excl")}
    return pd.DataFrame(
        {
            "order_id": lines["basket_id"].astype(str).map(placed).to_numpy(),
            "partner_id": shelf.partner_id,
            "partner_name": shelf.partner_name,
            "partner_sku": goods["sku"],
            "stockrecord_id": goods["stockrecord_id"],
            "product_id": goods["id"],
            "title": goods["title"],
            "upc": goods["sku"],
            "quantity": lines["quantity"].to_numpy(),
            **prices,
            "unit_price_incl_tax": unit,
            "unit_price_excl_tax": unit,
            "status": STATUS,
            "num_allocated": 0,
        }
    )
