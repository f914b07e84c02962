"""What a fact says of a product is what the shop says."""

from datetime import timedelta
from decimal import Decimal
from typing import ClassVar

import pytest
from oscar.apps.partner import prices, strategy
from oscar.core.loading import get_class, get_model

from personalization import shop as door
from personalization.recommend.facts import fact as facts
from personalization.recommend.facts.models import PriceChange, ProductFact
from personalization.recommend.facts.refresh import CHUNK, refresh_all
from tests import people
from tests.people import NOW
from tests.recommend.facts.conftest import costs, holds, says

LATER = NOW + timedelta(hours=2)


class WithTax(strategy.Default):
    """A fifth on top, to the hundredth of a cent."""

    def pricing_policy(self, product, stockrecord):
        net = stockrecord.price
        return prices.TaxInclusiveFixedPrice(
            currency="EUR", excl_tax=net, tax=(net * Decimal("0.2")).quantize(Decimal("0.0001"))
        )


class Moody(strategy.Default):
    """Fails on one product."""

    fails_on: ClassVar[str] = "honey"

    def fetch_for_product(self, product, stockrecord=None):
        if product.title == self.fails_on:
            raise RuntimeError("no price today")
        return super().fetch_for_product(product, stockrecord)


@pytest.fixture
def shop_strategy(monkeypatch):
    selector = get_class("partner.strategy", "Selector")
    return lambda chosen: monkeypatch.setattr(selector, "strategy", lambda *_, **__: chosen())


def told_margins(product_ids):
    return dict(zip(product_ids, [0.25, Decimal("0.5"), 1.5, float("nan"), -0.1, None], strict=False))


def broken_margins(product_ids):
    return ProductFact.objects.raw("SELECT nonsense")[0]


class TestPlaces:
    def test_the_deepest_category_comes_first_and_those_above_follow(self, shop, looked, fact):
        assert fact("honey").category_ids == [shop.categories["Breakfast"].pk, shop.categories["Everything"].pk]

    def test_other_places_come_after_the_deepest_one(self, shop, fact):
        honey, breakfast = shop["honey"], shop.categories["Breakfast"]
        spreads = breakfast.add_child(name="Spreads")
        gifts = get_model("catalogue", "Category").add_root(name="Gifts")
        for one in (gifts, spreads):
            honey.categories.add(one)
        refresh_all(now=NOW)
        names = dict(get_model("catalogue", "Category").objects.values_list("pk", "name"))
        assert [names[one] for one in fact("honey").category_ids] == ["Spreads", "Breakfast", "Everything", "Gifts"]

    def test_a_product_without_category_has_none(self, shop, fact):
        shop["honey"].categories.clear()
        refresh_all(now=NOW)
        assert fact("honey").category_ids == []


class TestAttributes:
    def test_each_kind_of_value_becomes_text(self, shop, fact):
        honey = shop["honey"]
        group = get_model("catalogue", "AttributeOptionGroup").objects.create(name="Regions")
        region = get_model("catalogue", "AttributeOption").objects.create(group=group, option="Crete")
        for code, value, kind in [
            ("origin", "  Greece ", "text"), ("grams", 500, "integer"), ("organic", True, "boolean"),
            ("sugar", 0.8, "float"), ("story", "<p>From <b>bees</b></p>", "richtext"), ("picked", NOW.date(), "date"),
            ("region", region, "option"),
        ]:  # fmt: skip
            says(honey, code, value, kind)
        refresh_all(now=NOW)
        assert fact("honey").attributes == {
            "origin": "Greece", "grams": "500", "organic": "yes", "sugar": "0.8", "story": "From bees",
            "picked": "2026-03-10", "region": "Crete",
        }  # fmt: skip

    def test_several_options_are_several_values(self, shop, fact):
        says(shop["honey"], "uses", None, "text")
        group = get_model("catalogue", "AttributeOptionGroup").objects.create(name="Uses")
        attribute = get_model("catalogue", "ProductAttribute").objects.get()
        get_model("catalogue", "ProductAttribute").objects.update(type="multi_option", option_group=group)
        value = get_model("catalogue", "ProductAttributeValue").objects.get(attribute=attribute)
        for option in ("tea", "bread"):
            value.value_multi_option.add(
                get_model("catalogue", "AttributeOption").objects.create(group=group, option=option)
            )
        refresh_all(now=NOW)
        known = facts.read([shop["honey"].pk])[shop["honey"].pk]
        assert sorted(known.values_of("uses")) == ["bread", "tea"]
        assert known.values_of("colour") == []

    def test_a_family_says_what_its_variants_say_each_thing_once(self, shop):
        says(shop["apron"], "brand", "Linen & Sons")
        for variant, size in (("apron small", "S"), ("apron large", "L")):
            says(shop[variant], "size", size)
            says(shop[variant], "colour", "blue")
        refresh_all(now=NOW)
        known = facts.read([shop["apron"].pk])[shop["apron"].pk]
        assert known.brand == "Linen & Sons"
        assert known.values_of("size") == ["S", "L"]
        assert known.values_of("colour") == ["blue"]

    def test_a_long_text_is_cut(self, shop, fact):
        says(shop["honey"], "story", "bee " * 1000)
        refresh_all(now=NOW)
        assert len(fact("honey").attributes["story"]) == 200

    def test_the_brand_stands_where_the_settings_say(self, shop, fact, settings):
        settings.PERSONALIZATION_BRAND_ATTRIBUTE = "maker"
        says(shop["honey"], "maker", "Bees")
        refresh_all(now=NOW)
        assert fact("honey").brand == "Bees"
        assert fact("butter").brand == ""


class TestPriceAndStock:
    @pytest.mark.parametrize(("chosen", "honey"), [(strategy.Default, "4.99"), (WithTax, "5.99")])
    def test_are_those_of_the_cards_of_a_stranger(self, shop, shop_strategy, chosen, honey):
        shop_strategy(chosen)
        refresh_all(now=NOW)
        assert ProductFact.objects.get(product_id=shop["honey"].pk).price == Decimal(honey)
        cards, _ = door.cards([one.pk for one in shop.products.values()], buying=door.buying())
        shown = {card.id: (card.price.quantize(Decimal("0.01")), card.currency) for card in cards}
        assert len(shown) == 11
        assert shown == {
            one.product_id: (one.price, one.currency) for one in ProductFact.objects.filter(is_buyable=True)
        }

    def test_of_a_family_are_those_of_the_cheapest_variant_that_can_be_bought(self, shop, fact):
        holds(shop["apron small"], 0)
        refresh_all(now=NOW)
        assert (fact("apron").price, fact("apron").left) == (Decimal("14.00"), 4)

    def test_of_a_family_all_pieces_count(self, looked, fact):
        assert (fact("apron").price, fact("apron").left) == (Decimal("12.00"), 8)

    def test_what_is_sold_out_keeps_its_price(self, looked, fact):
        calendar = fact("advent calendar")
        assert (calendar.is_buyable, calendar.price, calendar.left) == (False, Decimal("7.99"), 0)

    def test_goods_that_are_not_counted_have_no_number(self, shop, fact):
        get_model("catalogue", "ProductClass").objects.update(track_stock=False)
        refresh_all(now=NOW)
        assert (fact("honey").is_buyable, fact("honey").left) == (True, None)

    def test_a_product_that_the_shop_s_strategy_fails_on_keeps_its_row_and_spoils_no_other(
        self, shop, looked, fact, shop_strategy, caplog
    ):
        costs(shop["butter"], "9.00")
        costs(shop["honey"], "9.00")
        shop_strategy(Moody)
        refresh_all(now=LATER)
        assert fact("butter").price == Decimal("9.00")
        assert fact("honey").price == Decimal("4.99")
        assert "gives no price" in caplog.text

    def test_the_place_of_a_price_is_the_share_of_the_category_that_is_cheaper(self, looked, fact):
        # Household: sponge 0.99, dish soap 1.49, candles 5.99, advent calendar 7.99, apron 12.00.
        places = [fact(one).price_place for one in ("sponge", "dish soap", "candles", "advent calendar", "apron")]
        assert places == [0, 0.25, 0.5, 0.75, 1]


class TestMargin:
    def test_is_what_the_shop_s_callable_says_as_far_as_it_is_a_share(self, shop, settings, caplog):
        settings.PERSONALIZATION_MARGIN = f"{__name__}.told_margins"
        refresh_all(now=NOW)
        margins = list(ProductFact.objects.order_by("product_id").values_list("margin", flat=True))
        assert margins == [0.25, 0.5, *[None] * 10]
        assert caplog.text.count("must be between 0 and 1") == 3

    def test_a_callable_that_fails_costs_the_margins_and_nothing_else(self, shop, looked, settings, fact, caplog):
        ProductFact.objects.update(margin=0.3)
        costs(shop["honey"], "3.00")
        settings.PERSONALIZATION_MARGIN = f"{__name__}.broken_margins"
        refresh_all(now=LATER)
        assert (fact("honey").margin, fact("honey").price) == (None, Decimal("3.00"))
        assert "PERSONALIZATION_MARGIN failed" in caplog.text


class TestWhatIsGone:
    @pytest.mark.parametrize("how", ["deleted", "hidden"])
    def test_is_forgotten_with_its_prices(self, shop, looked, how):
        honey = shop["honey"].pk
        costs(shop["honey"], "3.00")
        refresh_all(now=LATER)
        if how == "deleted":
            shop["honey"].delete()
        else:
            get_model("catalogue", "Product").objects.filter(pk=honey).update(is_public=False)
        assert refresh_all(now=LATER).gone == 1
        assert not ProductFact.objects.filter(product_id=honey).exists()
        assert not PriceChange.objects.exists()
        assert ProductFact.objects.count() == 11

    def test_is_forgotten_wherever_its_id_stands(self, shop, looked, monkeypatch):
        monkeypatch.setattr("personalization.recommend.facts.refresh.CHUNK", 3)
        ids = sorted(ProductFact.objects.values_list("product_id", flat=True))
        for gone in (ids[0], ids[5], ids[-1]):
            get_model("catalogue", "Product").objects.filter(pk=gone).delete()
        ProductFact.objects.filter(product_id=ids[1]).update(product_id=ids[-1] + 500)
        assert refresh_all(now=LATER).gone == 4
        listed = door.listed_after(0, limit=CHUNK)
        assert sorted(ProductFact.objects.values_list("product_id", flat=True)) == listed
        assert len(listed) == 9


class TestHowOftenItIsBought:
    def test_is_the_median_of_the_shoppers_mean_gaps(self, shop, fact):
        # Means: Anna (10 + 20) / 2 = 15, Boris 7, Clara 30, of whom the middle one is Anna.
        for name, days in {"Anna": (40, 30, 10), "Boris": (8, 1), "Clara": (35, 5)}.items():
            person = people.person(name)
            for day in days:
                people.bought(person, {shop["coffee"]: 1}, at=NOW - timedelta(days=day))
            people.bought(person, {shop["honey"]: 1}, at=NOW - timedelta(days=3))
        refresh_all(now=NOW)
        assert fact("coffee").usual_gap_days == 15
        assert fact("honey").usual_gap_days is None

    def test_of_two_shoppers_alone_nothing_is_said(self, shop, anna, boris, fact):
        for person in (anna, boris):
            for day in (20, 10, 10):
                people.bought(person, {shop["coffee"]: 1}, at=NOW - timedelta(days=day))
        refresh_all(now=NOW)
        assert fact("coffee").usual_gap_days is None
