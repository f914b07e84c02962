"""A loaded shop is one that Oscar could have grown by itself."""

from datetime import date, timedelta

import pytest
from django.db.models import F, Sum
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from shop_demo.data.journey import read
from shop_demo.models import Household, LoadedShop
from shop_demo.personas import PERSONAS
from shop_demo.running.keeper import keeper_login

pytestmark = [pytest.mark.data, pytest.mark.django_db]

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
ProductImage = get_model("catalogue", "ProductImage")
Order = get_model("order", "Order")
Line = get_model("order", "Line")


def test_every_product_can_be_browsed_bought_and_seen(journey_market: LoadedShop) -> None:
    shown = Product.objects.browsable()
    assert shown.count() + Product.objects.filter(structure="child").count() == Product.objects.count()
    assert not shown.filter(categories=None).exists()
    assert not shown.filter(images=None).exists()
    assert not Product.objects.exclude(structure="parent").filter(stockrecords=None).exists()
    assert journey_market.products == Product.objects.exclude(structure="parent").count()


def test_a_parent_has_children_with_sizes_and_prices(journey_market: LoadedShop) -> None:
    parent = Product.objects.filter(structure="parent").first()
    children = list(parent.children.all())
    assert len(children) >= 2
    assert len({child.attr.size for child in children}) == len(children)
    assert all(child.stockrecords.first().price > 0 for child in children)
    assert parent.attr.brand
    for product in (parent, *children):
        product.clean()


def test_the_category_tree_is_sound_and_public(journey_market: LoadedShop) -> None:
    assert Category.find_problems() == ([], [], [], [], [])
    assert Category.objects.browsable().count() == Category.objects.count()
    assert Product.objects.filter(categories__depth=1).count() == 0


def test_orders_add_up_and_belong_to_households(journey_market: LoadedShop) -> None:
    wrong = Order.objects.annotate(sum=Sum("lines__line_price_incl_tax")).exclude(sum=F("total_incl_tax"))
    assert Order.objects.count() == journey_market.orders > 0
    assert not wrong.exists()
    assert not Order.objects.filter(user__household=None).exists()
    assert not Line.objects.filter(product=None).exists()
    assert not Line.objects.filter(product__structure="parent").exists()


def test_the_last_order_is_of_yesterday(journey_market: LoadedShop) -> None:
    assert Order.objects.latest("date_placed").date_placed.date() == date(2026, 3, 3)


def test_a_weekday_stays_a_weekday() -> None:
    one, other = (read(today=today, sample=True).lines for today in (date(2026, 3, 4), date(2026, 3, 11)))
    assert (other["moment"] - one["moment"]).unique() == [timedelta(weeks=1)]


def test_new_rows_find_free_numbers(journey_market: LoadedShop) -> None:
    before = set(Product.objects.values_list("pk", flat=True))
    assert Product.objects.create(title="Something new", product_class_id=None, structure="child").pk not in before


def test_the_sample_holds_every_persona(journey_market: LoadedShop) -> None:
    numbers = {persona.household_id for persona in PERSONAS}
    assert set(Household.objects.values_list("number", flat=True)) >= numbers
    for number in numbers:
        assert Order.objects.filter(user__household__number=number).count() >= 3


def test_pages_of_oscar_open(journey_market: LoadedShop, client: Client) -> None:
    login = keeper_login()
    assert client.login(username=login.email, password=login.password)
    order = Order.objects.first()
    for address in (
        reverse("dashboard:order-detail", args=[order.number]),
        reverse("dashboard:catalogue-product", args=[Product.objects.first().pk]),
        reverse("admin:shop_demo_household_changelist"),
    ):
        assert client.get(address).status_code == 200, address


def test_a_customer_sees_their_order(journey_market: LoadedShop, client: Client) -> None:
    order = Order.objects.filter(user__household__number=PERSONAS[0].household_id).first()
    client.force_login(order.user, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(reverse("customer:order", args=[order.number]))
    assert response.status_code == 200
    assert order.lines.first().title in response.content.decode().replace("&amp;", "&").replace("&#x27;", "'")
