"""The owner turns a dial, sees what it costs and brings, and shoppers get it once it is saved."""

from itertools import pairwise

import pytest
from django.test import Client

from personalization.recommend.facts.models import ProductFact
from personalization.recommend.models import RankedList
from personalization.storefront.models import Block
from personalization.storefront.trade_off import trade_offs
from tests import people
from tests.admin.stories import address
from tests.admin.test_the_form_of_a_block import FORM
from tests.people import NOW, Shop

MARGINS = {"coffee": 0.1, "honey": 0.2, "butter": 0.6, "muesli": 0.6}


@pytest.fixture
def best(shop: Shop) -> Block:
    people.know_goods(shop)
    for title, margin in MARGINS.items():
        ProductFact.objects.filter(product_id=shop[title].pk).update(margin=margin, left=None)
    RankedList.objects.create(
        measure="units", period="month", product_ids=shop.ids(*MARGINS), scores=[4.0, 3.0, 1.0, 0.0], refreshed_at=NOW
    )
    return Block.objects.create(
        slot="home-1", strategy="bestsellers", limit=2, minimum=1, parameters={"period": "month"}
    )


def test_the_curve_says_what_is_kept_and_what_is_brought(best: Block) -> None:
    margin, stock = trade_offs(best, now=NOW)
    assert margin.chart is not None
    fits, brought = ([one or 0.0 for one in line.values] for line in margin.chart.lines)
    # Of four places 1, 1/2, 1/3 and 1/4, from 0 to 1: 1, 1/3, 1/9 and 0. Coffee and honey are .15 of the price on the
    # average; with all of the dial it is butter and muesli.
    assert (fits[0], brought[0]) == pytest.approx((1.0, 0.15))
    assert (fits[-1], brought[-1]) == pytest.approx((1 / 9 / (4 / 3), 0.6))
    assert all(one >= other for one, other in pairwise(fits))
    assert all(one <= other for one, other in pairwise(brought))
    assert margin.told[-1] == (
        100,
        "At 100: 8 % of what fits is kept; of the price you keep 60 %, without the dial 15 %.",
    )
    assert stock.chart is None
    assert "does not count" in stock.why_not


def test_where_the_dial_stands_changes_nothing_in_its_curve(best: Block) -> None:
    before = trade_offs(best, now=NOW)[0].told
    best.lean_margin = 80
    assert trade_offs(best, now=NOW)[0].told == before


def test_where_no_margin_is_known_it_says_where_it_would_come_from(best: Block) -> None:
    ProductFact.objects.update(margin=None)
    margin, _stock = trade_offs(best, now=NOW)
    assert margin.chart is None
    assert "PERSONALIZATION_MARGIN" in margin.why_not


def test_where_nothing_would_be_shown_it_says_so(best: Block) -> None:
    RankedList.objects.all().delete()
    (told,) = trade_offs(best, now=NOW)
    assert "showed nothing" in told.why_not


def test_it_is_drawn_from_the_form_as_it_stands_and_nothing_is_saved_or_noted(owner: Client, best: Block) -> None:
    page = owner.post(
        address("block", "trade_off"), FORM | {"block": best.pk, "parameter_period": "month", "limit": 1, "minimum": 1}
    )
    told = page.content.decode()
    assert "At 100:" in told
    assert "<svg" in told
    best.refresh_from_db()
    assert (best.limit, best.lean_margin) == (2, 0)


def test_a_dial_is_saved_said_and_obeyed(owner: Client, best: Block, shop: Shop) -> None:
    owner.post(
        address("block", "change", best.pk),
        FORM | {"slot": "home-1", "parameter_period": "month", "lean_margin": 100, "lean_stock": 0},
    )
    best.refresh_from_db()
    assert (best.lean_margin, best.lean_stock) == (100, 0)
    page = owner.get(address("block", "change", best.pk)).content.decode()
    assert "It leans towards margin by 100 of 100." in page
    assert 'type="range"' in page
    preview = owner.get(address("block", "preview"), {"block": best.pk}).content.decode()
    assert preview.index("butter") < preview.index("coffee")


def test_a_form_without_dials_leaves_them(owner: Client, best: Block) -> None:
    Block.objects.update(lean_margin=30)
    owner.post(address("block", "change", best.pk), FORM | {"slot": "home-1", "parameter_period": "month"})
    best.refresh_from_db()
    assert best.lean_margin == 30


@pytest.mark.parametrize("sent", ["101", "-1", "much"])
def test_nonsense_is_refused(owner: Client, best: Block, sent: str) -> None:
    owner.post(
        address("block", "change", best.pk), FORM | {"slot": "home-1", "parameter_period": "month", "lean_margin": sent}
    )
    best.refresh_from_db()
    assert best.lean_margin == 0
