"""Goods stand in several stores, and a shopper is sold from the first that has them."""

import pytest
from oscar.core.loading import get_class, get_model

from tests import people

Partner, StockRecord = get_model("partner", "Partner"), get_model("partner", "StockRecord")


@pytest.mark.usefixtures("journey_market")
def test_each_store_has_only_what_it_has_sold_at_the_main_stores_price():
    main, *others = Partner.objects.order_by("pk")
    assert len(others) == 2
    for store in others:
        records = StockRecord.objects.filter(partner=store)
        assert 0 < records.count() < StockRecord.objects.filter(partner=main).count()
        prices = dict(StockRecord.objects.filter(partner=main).values_list("partner_sku", "price"))
        assert all(prices[record.partner_sku] == record.price for record in records)


def test_what_the_main_store_lacks_is_sold_from_the_next(shop: people.Shop):
    product = shop["honey"]
    main = product.stockrecords.get()
    other = StockRecord.objects.create(
        product=product, partner=Partner.objects.create(name="Next door"), partner_sku="next", price=main.price,
        num_in_stock=3,
    )  # fmt: skip
    strategy = get_class("partner.strategy", "Selector")().strategy()
    assert strategy.fetch_for_product(product).stockrecord == main
    StockRecord.objects.filter(pk=main.pk).update(num_in_stock=0)
    assert strategy.fetch_for_product(product).stockrecord == other
    StockRecord.objects.filter(pk=other.pk).update(num_in_stock=0)
    assert strategy.fetch_for_product(product).stockrecord == main
