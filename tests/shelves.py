"""A shop just large enough to learn from: sixty products in six shelves, and orders that stay on a shelf."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.utils import timezone
from oscar.core.loading import get_model
from oscar.test.factories import CategoryFactory, create_product

SHELVES = ("bread", "milk", "fruit", "pasta", "tea", "soap")
PRICE = Decimal("2.50")
PER_SHELF, ORDERS, SHOPPERS = 10, 240, 30


def open_shop(*, now: datetime | None = None) -> None:
    """Products, shoppers and orders of the last sixty days; the same every time but for the moment."""
    products = [_product(shelf, number) for shelf in SHELVES for number in range(PER_SHELF)]
    shoppers = [
        get_user_model().objects.create_user(f"shopper{n}", f"shopper{n}@example.com", "secret")
        for n in range(SHOPPERS)
    ]
    chance = random.Random(7)
    for number in range(ORDERS):
        placed_at = (now or timezone.now()) - timedelta(days=60 * (ORDERS - number) / ORDERS)
        shelf = chance.randrange(len(SHELVES))
        goods = chance.sample(products[shelf * PER_SHELF : (shelf + 1) * PER_SHELF], 4)
        _order(number, shoppers[chance.randrange(SHOPPERS)], goods, placed_at)


def _product(shelf: str, number: int) -> object:
    category = get_model("catalogue", "Category").objects.filter(name=shelf).first() or CategoryFactory(name=shelf)
    product = create_product(title=f"{shelf} {number}", upc=f"{shelf}-{number}", price=PRICE, num_in_stock=50)
    product.categories.add(category)
    return product


def _order(number: int, shopper: object, goods: list, placed_at: datetime) -> None:
    total = PRICE * len(goods)
    order = get_model("order", "Order").objects.create(
        number=f"o{number}", user=shopper, total_incl_tax=total, total_excl_tax=total, date_placed=placed_at
    )
    get_model("order", "Line").objects.bulk_create([_line(order, product) for product in goods])


def _line(order: object, product: object) -> object:
    prices = ("line_price_incl_tax", "line_price_excl_tax")
    before = ("line_price_before_discounts_incl_tax", "line_price_before_discounts_excl_tax")
    return get_model("order", "Line")(
        order=order,
        product=product,
        title=product.title,
        quantity=1,
        num_allocated=0,
        partner_sku=product.upc,
        **dict.fromkeys((*prices, *before), PRICE),
    )
