"""The query of a block's goods is put together once, and still says what the shop's own manager says."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import QuerySet
from django.db.models.sql import Query
from oscar.core.loading import get_model

from personalization import shop as door
from personalization.shop.prepared import Among, Numbers, Prepared
from tests.people import Shop

PRODUCTS = get_model("catalogue", "Product").objects


def ids(goods: QuerySet, wanted: Numbers) -> QuerySet:
    return goods.filter(Among("pk", wanted)).order_by("pk").values_list("pk")


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Query]]:
    put_together, seen = Query.get_compiler, []

    def noted(self: Query, *args: object, **kwargs: object) -> object:
        seen.append(self)
        return put_together(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Query, "get_compiler", noted)
        yield seen


def test_it_is_put_together_once_however_many_numbers_are_asked_for(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    milk, bread = shop["oat milk"].pk, shop["rye bread"].pk
    query = Prepared(ids)
    with counted(monkeypatch) as compiled:
        found = [query.rows(PRODUCTS.all(), wanted) for wanted in ([milk], [milk, bread], [], [bread, 0])]
    assert found == [[(milk,)], sorted([(milk,), (bread,)]), [], [(bread,)]]
    assert len(compiled) == 1


def test_what_a_manager_adds_is_asked_for_each_time(shop: Shop) -> None:
    milk, bread = shop["oat milk"].pk, shop["rye bread"].pk
    query, both = Prepared(ids), [milk, bread]
    assert query.rows(PRODUCTS.all(), both) == sorted([(milk,), (bread,)])
    assert query.rows(PRODUCTS.filter(pk=milk), both) == [(milk,)]
    assert query.rows(PRODUCTS.filter(pk=bread), both) == [(bread,)]
    assert query.rows(PRODUCTS.all(), both) == sorted([(milk,), (bread,)])


def test_values_are_converted_as_the_orm_converts_them(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    price = get_model("partner", "StockRecord")._meta.get_field("price")
    monkeypatch.setattr(type(price), "from_db_value", lambda *_: "converted", raising=False)
    records = get_model("partner", "StockRecord").objects
    query = Prepared(lambda found, wanted: found.filter(Among("product", wanted)).values_list("price"))
    assert [tuple(row) for row in query.rows(records.all(), [shop["honey"].pk])] == [("converted",)]


def test_goods_that_are_not_reached_are_not_made(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    made, asked = [], [shop[name].pk for name in ("honey", "oat milk", "rye bread", "butter")]
    product = get_model("catalogue", "Product")
    make = product.from_db.__func__
    monkeypatch.setattr(product, "from_db", classmethod(lambda cls, *told: made.append(told) or make(cls, *told)))
    first = next(iter(door.Shelf.of(asked, buying=door.buying())))
    assert first.id == shop["honey"].pk
    assert len(made) == 1


def test_a_made_product_is_whole(shop: Shop, django_assert_num_queries: Any) -> None:
    stock = door.cards([shop["apron"].pk], buying=door.buying())[0]
    with django_assert_num_queries(1):
        (card,) = door.Shelf.of([shop["apron"].pk], buying=door.buying())
        product = card._product
        assert product.get_product_class() == shop["apron"].product_class
        assert {one.parent for one in product.get_public_children()} == {product}
        assert [card.price] == [one.price for one in stock]
    assert product.description == shop["apron"].description, "what is long is there when it is asked for"


def test_stock_records_are_those_that_the_shop_s_own_manager_picks(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    record = get_model("partner", "StockRecord")
    monkeypatch.setattr(record.objects, "get_queryset", lambda: QuerySet(record).exclude(price__lt=Decimal(2)))
    cheap, asked = (
        record._base_manager.filter(price__lt=Decimal(2), product__parent=None).first().product_id,
        shop["honey"].pk,
    )
    with django_assert_num_queries(2):
        assert [card.id for card in door.Shelf.of([cheap, asked], buying=door.buying())] == [asked]


def test_several_partners_may_have_the_same_product(shop: Shop) -> None:
    record = get_model("partner", "StockRecord")
    honey = shop["honey"]
    other = get_model("partner", "Partner").objects.create(name="Another")
    record.objects.create(product=honey, partner=other, partner_sku="another", price=Decimal(3), num_in_stock=1)
    stock = door.Shelf.of([honey.pk], buying=door.buying()).stock
    product = stock.product(honey.pk)
    assert product is not None
    assert {one.partner_sku for one in product.stockrecords.all()} == {
        one.partner_sku for one in record.objects.filter(product=honey)
    }
    assert len(product.stockrecords.all()) == 2
