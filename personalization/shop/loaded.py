"""Listed products as a block needs them: read in one query, and made into Oscar's objects one by one, when asked for.

Most of the goods that are read are spare: making an object of Oscar's takes longer than reading its row.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from oscar.core.loading import get_model

from personalization.shop.buying import Models
from personalization.shop.prepared import Among, Numbers, Prepared, Row, is_plain
from personalization.shop.stock import give_family, give_records

# What no card shows, and what is long or, as a moment, slow to read. A shop's own code that asks for it gets it.
LONG = ("description", "meta_title", "meta_description")
UNREAD = (*LONG, "date_created", "date_updated")


@dataclass(frozen=True)
class Stock:
    """Rows of listed products, of their variants that may be seen, and of what is in stock of each."""

    database: str
    listed: dict[int, Row]
    variants: dict[int, dict[int, Row]]
    records: dict[int, list[Row]]
    _classes: dict[int, Models] = field(default_factory=dict)
    _products: dict[int, Models] = field(default_factory=dict)

    @classmethod
    def read(cls, asked: Sequence[int], named: Iterable[int]) -> "Stock":
        """One query, or none where nothing is asked for; two where the shop's own manager picks stock records."""
        goods = get_model("catalogue", "Product").objects.all()
        stock = get_model("partner", "StockRecord").objects.all()
        found = cls(goods.db, {}, defaultdict(dict), defaultdict(list))
        if wanted := [*asked, *named]:
            query = _BOTH if stock.db == goods.db and is_plain(stock) else _PRODUCTS
            for row in query.rows(goods, wanted, asked):
                found._take(row)
            if query is _PRODUCTS:
                for row in _RECORDS.rows(stock, [*found.listed, *chain(*found.variants.values())]):
                    found._take_record(row)
        return found

    def _take(self, row: Row) -> None:
        columns = _columns()
        pk, parent = row[columns.id_at], row[columns.parent_at]
        if parent:
            self.variants[parent].setdefault(pk, row)
        else:
            self.listed.setdefault(pk, row)
        if record := row[columns.end : -1]:
            self._take_record(record)

    def _take_record(self, record: Row) -> None:
        product_id = record[_columns().product_at]
        # Of what has no stock record, the joined row says nothing.
        if product_id is not None:
            self.records[product_id].append(record)

    @property
    def families(self) -> dict[int, list[int]]:
        """The variants of each product that has any."""
        return {pk: list(family) for pk, family in self.variants.items()}

    def product(self, pk: int) -> Models | None:
        """The product with its variants, the cheapest first, and their stock at hand; None for one not listed."""
        if pk not in self.listed:
            return None
        if pk not in self._products:
            product = self._made(self.listed[pk])
            give_family(product, [self._made(row) for row in self.variants.get(pk, {}).values()])
            self._products[pk] = product
        return self._products[pk]

    def title(self, pk: int) -> str | None:
        """How the product is called, as the shop's own class says it; None for one not listed."""
        if pk not in self.listed:
            return None
        product = self._products.get(pk) or self._bare(self.listed[pk])
        return str(product.get_title())

    def _bare(self, row: Row) -> Models:
        columns = _columns()
        names, end = columns.product, len(columns.product)
        product = get_model("catalogue", "Product").from_db(self.database, names, row[:end])
        product.picture_name = row[-1]
        # As select_related does it: the shop's own classes are few, and each is made once.
        product._state.fields_cache["product_class"] = self._class(row[end : columns.end])
        return product

    def _made(self, row: Row) -> Models:
        columns, product = _columns(), self._bare(row)
        record = get_model("partner", "StockRecord")
        give_records(
            product, [record.from_db(self.database, columns.record, one) for one in self.records.get(product.pk, ())]
        )
        return product

    def _class(self, row: Row) -> Models | None:
        columns = _columns()
        pk = row[columns.product_class.index("id")]
        if pk is not None and pk not in self._classes:
            made = get_model("catalogue", "ProductClass").from_db(self.database, columns.product_class, row)
            self._classes[pk] = made
        return self._classes.get(pk)


@dataclass(frozen=True)
class _Columns:
    """A row: the product, its class, a stock record of it where one query reads both, and its picture."""

    product: list[str]
    product_class: list[str]
    record: list[str]

    @cached_property
    def end(self) -> int:
        return len(self.product) + len(self.product_class)

    @cached_property
    def id_at(self) -> int:
        return self.product.index("id")

    @cached_property
    def parent_at(self) -> int:
        return self.product.index("parent_id")

    @cached_property
    def product_at(self) -> int:
        return self.record.index("product_id")


@cache
def _columns() -> _Columns:
    product, product_class, record = (
        [column.attname for column in get_model(*one)._meta.concrete_fields if column.name not in UNREAD]
        for one in (("catalogue", "Product"), ("catalogue", "ProductClass"), ("partner", "StockRecord"))
    )
    return _Columns(product, product_class, record)


def _ask_products(
    goods: QuerySet[Any, Any], wanted: Numbers, families: Numbers, *, beside: Sequence[str] = ()
) -> QuerySet[Any, Any]:
    image = get_model("catalogue", "ProductImage")
    pictures = image.objects.filter(product=OuterRef("pk")).order_by("display_order").values("original")[:1]
    columns = _columns()
    listed = Q(Among("pk", wanted), parent=None) | Q(Among("parent", families), is_public=True)
    names = [*columns.product, *(f"product_class__{name}" for name in columns.product_class), *beside, "picture_name"]
    asked: QuerySet[Any, Any] = goods.filter(listed).annotate(picture_name=Subquery(pictures)).values_list(*names)
    return asked


def _ask_both(goods: QuerySet[Any, Any], wanted: Numbers, families: Numbers) -> QuerySet[Any, Any]:
    return _ask_products(goods, wanted, families, beside=[f"stockrecords__{name}" for name in _columns().record])


def _ask_records(records: QuerySet[Any, Any], wanted: Numbers) -> QuerySet[Any, Any]:
    return records.filter(Among("product", wanted)).values_list(*_columns().record)


_BOTH, _PRODUCTS, _RECORDS = Prepared(_ask_both), Prepared(_ask_products), Prepared(_ask_records)
