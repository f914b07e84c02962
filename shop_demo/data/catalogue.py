"""The goods as Oscar's catalogue: categories, products with their sizes, attributes, stock and pictures."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from django.utils import timezone
from django.utils.text import slugify
from oscar.core.loading import get_model

from shop_demo.data.copying import copy_frame, reserve_ids
from shop_demo.data.departments import DEPARTMENTS
from shop_demo.data.stores import add_store
from shop_demo.data.titles import Named, by_parent
from shop_demo.pictures.drawing import Picture, save_pictures

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
ProductAttribute = get_model("catalogue", "ProductAttribute")
ProductAttributeValue = get_model("catalogue", "ProductAttributeValue")
ProductCategory = get_model("catalogue", "ProductCategory")
ProductClass = get_model("catalogue", "ProductClass")
ProductImage = get_model("catalogue", "ProductImage")
StockRecord = get_model("partner", "StockRecord")

LOW_STOCK = 8
SEED = 2017


@dataclass(frozen=True, eq=False)
class Shelf:
    """What the orders need to know: per data-set product its row, title, SKU and stock record."""

    products: pd.DataFrame
    partner_id: int
    partner_name: str


def load_catalogue(named: list[Named], figures: pd.DataFrame, *, store: int) -> Shelf:
    """Adds all goods; `figures` holds price and times bought by product_id."""
    now = timezone.now().isoformat()
    grocery = ProductClass.objects.create(name="Grocery", requires_shipping=True, track_stock=True)
    table = _products(named, grocery.pk, since=figures["since"]).assign(date_updated=now)
    copy_frame(Product, table.drop(columns=["product_id"]))
    _load_places(named, table)
    _load_attributes(named, table, grocery)
    _load_images(named, table, now)
    partner, partner_name = add_store(store)
    own = table[table["product_id"].notna()].copy()
    own["stockrecord_id"] = _load_stock(own, figures, partner, now)
    shelf = own.rename(columns={"upc": "sku"}).astype({"product_id": int}).set_index("product_id")
    return Shelf(shelf[["id", "title", "sku", "stockrecord_id"]], partner, partner_name)


def _products(named: list[Named], product_class: int, *, since: "pd.Series[pd.Timestamp]") -> pd.DataFrame:
    """One row for each product and one for each parent; a child has no class of its own."""
    parents = by_parent(named)
    parent_ids = dict(zip(parents, reserve_ids(Product, len(parents)), strict=True))
    rows = [_parent_row(parent_ids[title], children, since) for title, children in parents.items()]
    numbers = reserve_ids(Product, len(named))
    rows += [_own_row(number, item, parent_ids, since) for number, item in zip(numbers, named, strict=True)]
    table = pd.DataFrame(rows)
    is_child = table["structure"] == "child"
    return table.assign(
        slug=[slugify(title) or "product" for title in table["title"]],
        product_class_id=pd.Series(product_class, index=table.index, dtype="Int64").mask(is_child),
        parent_id=pd.array(table["parent_id"], dtype="Int64"),
        product_id=pd.array(table["product_id"], dtype="Int64"),
        date_created=table["date_created"].dt.strftime("%Y-%m-%d %H:%M:%S+00"),
    )


def _parent_row(number: int, children: list[Named], since: "pd.Series[pd.Timestamp]") -> dict[str, object]:
    return {
        "id": number,
        "structure": "parent",
        "title": children[0].parent,
        "description": _sizes(children),
        "date_created": min(since[child.product_id] for child in children),
    }


def _own_row(
    number: int, product: Named, parents: dict[str, int], since: "pd.Series[pd.Timestamp]"
) -> dict[str, object]:
    return {
        "id": number,
        "product_id": product.product_id,
        "upc": str(product.product_id),
        "structure": "child" if product.parent else "standalone",
        "parent_id": parents.get(product.parent),
        "title": product.title,
        "description": product.description,
        "date_created": since[product.product_id],
    }


def _sizes(children: list[Named]) -> str:
    first = children[0]
    sizes = ", ".join(child.size for child in children)
    return f"{first.parent}, in several sizes: {sizes}. You find it in {first.department}, under {first.good.aisle}."


def _load_places(named: list[Named], table: pd.DataFrame) -> None:
    aisles = _load_categories({product.good.aisle for product in named})
    aisle_of = {product.parent or product.title: product.good.aisle for product in named}
    shown = table[table["structure"] != "child"]
    links = {"product_id": shown["id"], "category_id": [aisles[aisle_of[title]] for title in shown["title"]]}
    copy_frame(ProductCategory, pd.DataFrame(links))


def _load_categories(used: set[str]) -> dict[str, int]:
    """The tree, as far as it has goods; returns the category of each aisle."""
    tree = {name: [aisle for aisle in aisles if aisle in used] for name, aisles in DEPARTMENTS.items()}
    rows: list[dict[str, object]] = []
    start = Category.objects.filter(depth=1).count()
    for place, (name, aisles) in enumerate(((n, a) for n, a in tree.items() if a), start=start + 1):
        rows.append({"path": Category._get_path("", 1, place), "depth": 1, "numchild": len(aisles), "name": name})
        rows.extend(
            {"path": Category._get_path(rows[-1]["path"], 2, step), "depth": 2, "numchild": 0, "name": aisle}
            for step, aisle in enumerate(aisles, start=1)
        )
    table = pd.DataFrame(rows)
    table = table.assign(id=reserve_ids(Category, len(table)), slug=table["name"].map(slugify))
    copy_frame(Category, table)
    return dict(table[table["depth"] == 2][["name", "id"]].itertuples(index=False))


def _load_attributes(named: list[Named], table: pd.DataFrame, grocery: object) -> None:
    """Brand and pack size; a parent has the brand, its children the size."""
    brand, size = (
        ProductAttribute.objects.create(product_class=grocery, name=name, code=code, type="text")
        for name, code in (("Brand", "brand"), ("Pack size", "size"))
    )
    number = dict(table[["title", "id"]].itertuples(index=False))
    brands = {number[product.parent or product.title]: product.brand for product in named}
    sizes = {number[product.title]: product.size for product in named if product.size}
    for attribute, values in ((brand, brands), (size, sizes)):
        frame = pd.DataFrame({"product_id": list(values), "value_text": list(values.values())})
        copy_frame(ProductAttributeValue, frame.assign(attribute_id=attribute.pk))


def _load_images(named: list[Named], table: pd.DataFrame, now: str) -> None:
    number = dict(table[["title", "id"]].itertuples(index=False))
    pictures = {number[product.title]: _picture(product, product.size) for product in named}
    for title, children in by_parent(named).items():
        pictures[number[title]] = _picture(children[0], "")
    files = save_pictures(set(pictures.values()))
    frame = pd.DataFrame({"product_id": list(pictures), "original": [files[found] for found in pictures.values()]})
    copy_frame(ProductImage, frame.assign(date_created=now))


def _picture(product: Named, size: str) -> Picture:
    return Picture.of(
        glyph=product.good.glyph, department=product.department, size=size, variety=product.variety, brand=product.brand
    )


def _load_stock(own: pd.DataFrame, figures: pd.DataFrame, partner: int, now: str) -> list[int]:
    """Stock that follows the sales; a few goods are low and a few are gone, but never a best-seller."""
    known = figures.loc[own["product_id"].astype(int)]
    dice = np.random.default_rng(SEED).random(len(own))
    plenty = 12 + (known["bought"].to_numpy() * (0.3 + dice) / 4).astype(int)
    is_slow = known["bought"].rank(pct=True).to_numpy() < 0.9
    stock = np.where(is_slow & (dice < 0.07), 1 + (dice * 100).astype(int) % 5, plenty)
    stock = np.where(is_slow & (dice < 0.02), 0, stock)
    numbers = reserve_ids(StockRecord, len(own))
    copy_frame(
        StockRecord,
        pd.DataFrame(
            {
                "id": numbers,
                "product_id": own["id"].to_numpy(),
                "partner_id": partner,
                "partner_sku": own["upc"].to_numpy(),
                "price": known["price"].round(2).clip(lower=0.05).to_numpy(),
                "num_in_stock": stock,
                "low_stock_threshold": LOW_STOCK,
                "date_created": now,
                "date_updated": now,
            }
        ),
    )
    return numbers
