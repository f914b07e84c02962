"""The tiny shop of the tests: products and people with names, and what they do there."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client
from oscar.core.loading import get_model

from personalization.events.identifiers import event_id
from personalization.events.purchases import purchase_events
from personalization.events.write import NewEvent, write
from personalization.recommend.facts.models import ProductFact
from personalization.shop import order_lines

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse"

# Category, title, price, pieces in stock.
GOODS = (
    ("Breakfast", "oat milk", "1.99", 20),
    ("Breakfast", "muesli", "3.49", 20),
    ("Breakfast", "rye bread", "2.79", 20),
    ("Breakfast", "butter", "2.29", 20),
    ("Breakfast", "honey", "4.99", 20),
    ("Breakfast", "coffee", "6.49", 20),
    ("Breakfast", "green tea", "3.99", 20),
    ("Household", "dish soap", "1.49", 20),
    ("Household", "sponge", "0.99", 20),
    ("Household", "candles", "5.99", 3),
    ("Household", "advent calendar", "7.99", 0),
)
FAMILY = ("Household", "apron", {"apron small": ("12.00", 4), "apron large": ("14.00", 4)})


@dataclass
class Shop:
    """The goods by name."""

    products: dict[str, Any] = field(default_factory=dict)
    categories: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, title: str) -> Any:
        return self.products[title]

    def ids(self, *titles: str) -> list[int]:
        """The ids of those products."""
        return [self.products[title].pk for title in titles]

    def titles(self, ids: Any) -> list[str]:
        """The names behind those ids."""
        names = {product.pk: title for title, product in self.products.items()}
        return [names[one] for one in ids]


def open_shop() -> Shop:
    """Makes the shop: eleven goods in two categories, and an apron in two sizes."""
    shop = Shop()
    category_model = get_model("catalogue", "Category")
    root = category_model.add_root(name="Everything")
    shop.categories["Everything"] = root
    for name in ("Breakfast", "Household"):
        shop.categories[name] = root.add_child(name=name)
        root.refresh_from_db()
    for category, title, price, stock in GOODS:
        shop.products[title] = product(title, price=price, stock=stock, category=shop.categories[category])
    category, title, variants = FAMILY
    shop.products |= family(title, variants, category=shop.categories[category])
    get_model("address", "Country").objects.get_or_create(
        iso_3166_1_a2="DE", defaults={"name": "Germany", "printable_name": "Germany", "is_shipping_country": True}
    )
    return shop


def know_goods(shop: Shop, **margins: float) -> None:
    """What the rules may know of every listed product, as the job would have written it."""
    for title, one in shop.products.items():
        if one.parent_id is None:
            variants = [other for other in shop.products.values() if other.parent_id == one.pk] or [one]
            price = min(other.stockrecords.get().price for other in variants)
            leaf = one.categories.get()
            ProductFact.objects.create(
                product_id=one.pk, category_ids=[leaf.pk, shop.categories["Everything"].pk], price=price,
                usual_price=price, currency="USD", is_buyable=True, listed_at=NOW, looked_at=NOW,
                margin=margins.get(title.replace(" ", "_")),
            )  # fmt: skip


def product(title: str, *, price: str = "2.00", stock: int = 20, category: Any = None, **more: Any) -> Any:
    """A stand-alone product that can be bought."""
    made = get_model("catalogue", "Product").objects.create(
        title=title, upc=title.replace(" ", "-"), product_class=_product_class(), **more
    )
    _stock(made, price, stock)
    if category is not None:
        made.categories.add(category)
    return made


def family(title: str, variants: dict[str, tuple[str, int]], *, category: Any = None) -> dict[str, Any]:
    """A parent and its variants, by title."""
    product_model = get_model("catalogue", "Product")
    parent = product_model.objects.create(title=title, structure="parent", upc=title, product_class=_product_class())
    if category is not None:
        parent.categories.add(category)
    made = {title: parent}
    for name, (price, stock) in variants.items():
        made[name] = product_model.objects.create(
            title=name, structure="child", parent=parent, upc=name.replace(" ", "-")
        )
        _stock(made[name], price, stock)
    return made


def person(name: str, **more: Any) -> Any:
    """Someone with an account: name@example.com."""
    return get_user_model().objects.create_user(
        username=name.lower(), email=f"{name.lower()}@example.com", password=PASSWORD, first_name=name, **more
    )


def log_in(client: Client, user: Any) -> Any:
    """Logs in through the shop's own form."""
    form = {"login-username": user.email, "login-password": PASSWORD, "login_submit": "1"}
    return client.post("/accounts/login/", form)


def ordered(user: Any, bought: dict[Any, int], *, at: datetime = NOW, status: str = "Pending") -> Any:
    """An order as the shop keeps it; no signal is sent, as when the process dies at once. Prices come from stock."""
    order_model, line_model = get_model("order", "Order"), get_model("order", "Line")
    lines = [(one, pieces, one.stockrecords.get().price * pieces) for one, pieces in bought.items()]
    total = sum((value for _, _, value in lines), Decimal(0))
    order = order_model.objects.create(
        number=str(100_000 + order_model.objects.count()), user=user, status=status, currency="USD",
        total_incl_tax=total, total_excl_tax=total, date_placed=at,
    )  # fmt: skip
    for one, pieces, value in lines:
        line_model.objects.create(
            order=order, product=one, title=one.get_title(), quantity=pieces, num_allocated=0,
            stockrecord=one.stockrecords.get(), partner=one.stockrecords.get().partner, partner_sku=one.upc,
            line_price_incl_tax=value, line_price_excl_tax=value,
            line_price_before_discounts_incl_tax=value, line_price_before_discounts_excl_tax=value,
        )  # fmt: skip
    return order


def bought(user: Any, goods: dict[Any, int], *, at: datetime = NOW) -> Any:
    """An order that the log knows of."""
    order = ordered(user, goods, at=at)
    write(purchase_events(order_lines(order_ids=[order.pk])))
    return order


def voucher(code: str) -> Any:
    """A voucher of ten per cent off everything, for anybody and as often as they like."""
    everything = get_model("offer", "Range").objects.create(name=f"All for {code}", includes_all_products=True)
    offer = get_model("offer", "ConditionalOffer").objects.create(
        name=f"Offer of {code}", offer_type="Voucher",
        condition=get_model("offer", "Condition").objects.create(range=everything, type="Count", value=1),
        benefit=get_model("offer", "Benefit").objects.create(range=everything, type="Percentage", value=10),
    )  # fmt: skip
    made = get_model("voucher", "Voucher").objects.create(
        name=code, code=code, usage="Multi-use",
        start_datetime=datetime(2020, 1, 1, tzinfo=UTC), end_datetime=datetime(2100, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    made.offers.add(offer)
    return made


def did(kind: str, product: Any, *, user: Any = None, visitor: Any = None, at: datetime = NOW) -> NewEvent:
    """Writes one deed of a person into the log."""
    variant_id = product.pk if product.parent_id else None
    event = NewEvent(
        id=event_id(at), kind=kind, happened_at=at, visitor_id=visitor, user_id=user.pk if user else None,
        product_id=product.parent_id or product.pk, variant_id=variant_id, quantity=1,
    )  # fmt: skip
    write([event])
    return event


def _product_class() -> Any:
    made, _ = get_model("catalogue", "ProductClass").objects.get_or_create(name="Goods", requires_shipping=True)
    return made


def _stock(product: Any, price: str, stock: int) -> None:
    partner, _ = get_model("partner", "Partner").objects.get_or_create(name="Warehouse")
    get_model("partner", "StockRecord").objects.create(
        product=product, partner=partner, partner_sku=product.upc, price=Decimal(price), num_in_stock=stock,
        price_currency="USD",
    )  # fmt: skip
