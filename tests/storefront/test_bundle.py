"""One button adds all: on the page of a product, by the plain form, and all or nothing."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.template import engines
from django.test import Client
from oscar.core.loading import get_model

from personalization.events.models import Event
from personalization.recommend.bundles.models import Bundle
from personalization.recommend.models import ServedModel, TrainingRun
from personalization.recommend.rules.models import ShopRule
from personalization.storefront.blocks import Wish, select
from personalization.storefront.request import page_of
from tests import people
from tests.people import NOW

pytestmark = pytest.mark.usefixtures("bare_oscar")
ADD, TAKE_OUT = "/personalization/together/", "/personalization/together/take-out/"


@pytest.fixture
def milk(shop):
    """Oat milk with muesli, honey and sponge."""
    people.know_goods(shop)
    run = TrainingRun.objects.create(status="published", asked_by="test", asked_at=NOW, published_at=NOW)
    ServedModel.objects.create(run=run, flipped_at=NOW)
    ids = shop.ids("muesli", "honey", "sponge")
    Bundle.objects.create(
        product_id=shop["oat milk"].pk, run_id=run.pk, composed_at=NOW, companion_ids=ids, scores=[3, 2, 1]
    )
    return shop["oat milk"]


@pytest.fixture
def page(rf, shop, milk):
    def render(product=None, line="{% bundle_for product %}") -> str:
        request = rf.get("/")
        request.user = AnonymousUser()
        return (
            engines["django"]
            .from_string("{% load personalization %}" + line)
            .render({"product": product or milk}, request)
        )

    return render


def titles(html: str) -> list[str]:
    return [one.strip() for one in re.findall(r"<h3[^>]*>(?:<a[^>]*>)?([^<]*)", html)]


def in_basket() -> dict[str, int]:
    lines = get_model("basket", "Line").objects.filter(basket__status="Open")
    return {line.product.title: line.quantity for line in lines}


def told(response) -> str:
    return " ".join(str(one) for one in get_messages(response.wsgi_request))


class TestThePage:
    def test_shows_the_product_and_two_that_go_with_it_at_their_joint_price(self, page):
        html = page()
        assert titles(html) == ["oat milk", "muesli", "honey"]
        # 1.99 + 3.49 + 4.99
        assert "10.47" in html
        assert "You save" not in html
        assert "Add all 3 to the basket" in html

    def test_each_of_them_has_its_picture_the_page_s_own_product_too(self, page, milk, shop, rf):
        for one in (milk, shop["muesli"], shop["honey"]):
            get_model("catalogue", "ProductImage").objects.create(product=one, original=f"{one.title}.jpg")
        request = rf.get("/")
        request.user = AnonymousUser()
        block = Wish("bundle", limit=3, minimum=2)
        cards = select(block, page_of(request), product=milk).cards
        assert [str(card.picture) for card in cards] == ["oat milk.jpg", "muesli.jpg", "honey.jpg"]

    def test_one_that_is_sold_out_gives_way_to_the_next(self, shop, page):
        shop["muesli"].stockrecords.update(num_in_stock=0)
        assert titles(page()) == ["oat milk", "honey", "sponge"]

    def test_with_one_companion_left_it_is_a_pair(self, shop, page):
        Bundle.objects.update(companion_ids=shop.ids("honey"), scores=[1])
        assert titles(page()) == ["oat milk", "honey"]

    @pytest.mark.parametrize("missing", ["oat milk", "muesli honey sponge"])
    def test_without_the_product_or_any_companion_there_is_nothing(self, shop, page, missing):
        for title in ("oat milk", "muesli", "honey", "sponge"):
            if title in missing:
                shop[title].stockrecords.update(num_in_stock=0)
        assert page() == ""

    def test_of_a_product_without_a_bundle_there_is_nothing(self, shop, page):
        assert page(shop["coffee"]) == ""

    def test_variants_are_left_out(self, shop, page):
        Bundle.objects.update(companion_ids=shop.ids("apron", "honey"), scores=[2, 1])
        assert titles(page()) == ["oat milk", "honey"]

    @pytest.mark.parametrize("title", ["oat milk", "muesli"])
    def test_the_owner_s_no_counts_for_the_product_too(self, shop, page, title):
        ShopRule.objects.create(
            name="Not this", action="never", condition="product", values={"products": [shop[title].pk]}, is_active=True
        )
        assert titles(page()) == ([] if title == "oat milk" else ["oat milk", "honey", "sponge"])

    def test_a_saving_is_shown_beside_the_price(self, shop, page, monkeypatch):
        everything = get_model("offer", "Range").objects.create(name="All", includes_all_products=True)
        get_model("offer", "ConditionalOffer").objects.create(
            name="A tenth off", offer_type="Site",
            condition=get_model("offer", "Condition").objects.create(range=everything, type="Count", value=3),
            benefit=get_model("offer", "Benefit").objects.create(range=everything, type="Percentage", value=10),
        )  # fmt: skip
        from django.utils import timezone

        from personalization.recommend.bundles.price import price

        assert price(now=timezone.now()) == 1
        html = page()
        assert "You save" in html
        assert "10.47" in html
        Bundle.objects.update(full_price="99.00")
        assert "You save" not in page()

    def test_as_an_owner_s_block_it_has_its_own_look(self, shop, page, milk):
        from personalization.storefront.models import Block

        Block.objects.create(slot="product-1", strategy="bundle", limit=6, minimum=2)
        html = page(line='{% block_at "product-1" %}')
        assert "pz-bundle__sum" in html
        assert titles(html) == ["oat milk", "muesli", "honey"]


class TestTheButton:
    def test_adds_one_of_each_and_goes_back_to_the_page(self, client, shop):
        ids = shop.ids("oat milk", "muesli", "honey")
        answer = client.post(ADD, {"product": ids, "next": "/catalogue/"})
        assert (answer.status_code, answer.url) == (302, "/catalogue/")
        assert in_basket() == {"oat milk": 1, "muesli": 1, "honey": 1}
        assert "“oat milk”, “muesli” and “honey” are in your basket" in told(answer)

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
    def test_never_leads_to_another_site(self, client, shop, elsewhere):
        answer = client.post(ADD, {"product": shop.ids("oat milk"), "next": elsewhere})
        assert answer.url == "/basket/"

    def test_what_lies_there_becomes_one_more(self, client, shop):
        ids = shop.ids("oat milk", "muesli")
        client.post(ADD, {"product": ids[:1]})
        client.post(ADD, {"product": ids})
        assert in_basket() == {"oat milk": 2, "muesli": 1}

    def test_all_or_nothing_and_the_missing_one_is_named(self, client, shop):
        answer = client.post(ADD, {"product": shop.ids("oat milk", "advent calendar", "honey")})
        assert in_basket() == {}
        assert "advent calendar" in told(answer)
        assert "honey" not in told(answer)

    def test_the_last_pieces_are_counted_with_those_in_the_basket(self, client, shop):
        shop["candles"].stockrecords.update(num_in_stock=1)
        client.post(ADD, {"product": shop.ids("candles")})
        answer = client.post(ADD, {"product": shop.ids("candles", "honey")})
        assert in_basket() == {"candles": 1}
        assert "candles" in told(answer)

    def test_a_basket_that_holds_as_much_as_it_may_stays_as_it_is(self, client, shop, settings):
        settings.OSCAR_MAX_BASKET_QUANTITY_THRESHOLD = 2
        answer = client.post(ADD, {"product": shop.ids("oat milk", "muesli", "honey")})
        assert in_basket() == {}
        assert "2" in told(answer)

    @pytest.mark.parametrize("title", ["apron", "apron small"])
    def test_what_has_variants_is_not_put_in_blindly(self, client, shop, title):
        client.post(ADD, {"product": shop.ids("oat milk", title)})
        assert in_basket() == {}

    @pytest.mark.parametrize("sent", [[], ["x"], ["-1"], ["9" * 40], ["1"] * 50, ["٣"]])
    def test_nonsense_is_told_and_changes_nothing(self, client, shop, sent):
        answer = client.post(ADD, {"product": sent})
        assert answer.status_code == 302
        assert told(answer)
        assert in_basket() == {}

    def test_a_frozen_basket_is_left_alone(self, client, shop, anna, monkeypatch):
        client.force_login(anna)
        client.post(ADD, {"product": shop.ids("honey")})
        basket_model = get_model("basket", "Basket")
        # As when another window begins to pay between the page's first look and this one.
        basket_model.objects.update(status="Frozen")
        monkeypatch.setattr(
            "oscar.apps.basket.middleware.BasketMiddleware.get_basket", lambda self, request: basket_model.objects.get()
        )
        answer = client.post(ADD, {"product": shop.ids("oat milk", "muesli")})
        assert get_model("basket", "Line").objects.count() == 1
        assert "being paid" in told(answer)

    def test_only_a_form_of_this_shop_may_do_it(self, shop):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(ADD, {"product": shop.ids("oat milk")}).status_code == 403
        assert strict.get(ADD).status_code == 405
        assert in_basket() == {}

    def test_it_is_logged_as_any_addition_is(self, client, open_shop):
        client.post(ADD, {"product": open_shop.ids("oat milk", "muesli")})
        added = Event.objects.filter(kind="basket_added").values_list("product_id", "quantity")
        assert sorted(added) == [(one, 1) for one in sorted(open_shop.ids("oat milk", "muesli"))]


class TestTheWayBack:
    def test_takes_one_of_each_out_again(self, client, shop):
        ids = shop.ids("oat milk", "muesli")
        client.post(ADD, {"product": ids[:1]})
        message = told(client.post(ADD, {"product": ids, "next": "/catalogue/"}))
        assert TAKE_OUT in message
        assert all(f'name="product" value="{one}"' in message for one in ids)
        answer = client.post(TAKE_OUT, {"product": ids, "next": "/catalogue/"})
        assert answer.url == "/catalogue/"
        assert in_basket() == {"oat milk": 1}

    def test_of_nothing_is_harmless(self, client, shop):
        assert client.post(TAKE_OUT, {"product": shop.ids("oat milk")}).status_code == 302
