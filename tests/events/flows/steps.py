"""More of what a shopper does in bare Oscar, and what the log says of it afterwards."""

from typing import Any

from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_class, get_model

from personalization.events.models import Event

Told = tuple[str, int | None, int | None, int | None, dict[str, Any]]


def rows(*, since: set[Any] | None = None) -> list[Told]:
    """Kind, product, variant, pieces and payload of each event, oldest first; `since` leaves out those before."""
    events = Event.objects.exclude(pk__in=since or ()).order_by("happened_at", "product_id", "pk")
    return [(one.kind, one.product_id, one.variant_id, one.quantity, one.payload) for one in events]


def kinds(*, since: set[Any] | None = None) -> list[str]:
    """The kinds alone."""
    return [kind for kind, *_ in rows(since=since)]


def all_so_far() -> set[Any]:
    """The ids of all events there are."""
    return set(Event.objects.values_list("pk", flat=True))


def lines_of(user: Any = None) -> dict[str, int]:
    """What lies in the open basket of an account, or of a stranger."""
    lines = get_model("basket", "Line").objects.filter(basket__status="Open", basket__owner=user)
    return {line.product.get_title(): line.quantity for line in lines.select_related("product")}


PAGES_ABOUT_NO_PRODUCT = ("/catalogue/", "/offers/", "/offers/spring/", "/catalogue/ranges/green/")


def has_an_offer(shop: Any) -> None:
    """An offer for everybody that no basket is big enough for, and a range that is shown."""
    goods = get_model("offer", "Range").objects.create(name="Green", slug="green", is_public=True)
    goods.add_product(shop["oat milk"])
    get_model("offer", "ConditionalOffer").objects.create(
        name="Spring", slug="spring", offer_type="Site",
        condition=get_model("offer", "Condition").objects.create(range=goods, type="Count", value=100),
        benefit=get_model("offer", "Benefit").objects.create(range=goods, type="Percentage", value=10),
    )  # fmt: skip


def line() -> Any:
    """The newest line of any basket."""
    return get_model("basket", "Line").objects.order_by("-pk").first()


def send_basket(client: Client, **fields: Any) -> Any:
    """Sends the form of the basket's page, for its first line; what is not named stays as it is."""
    first = get_model("basket", "Line").objects.filter(basket__status="Open").order_by("pk").first()
    count = first.basket.lines.count()
    form = {"form-TOTAL_FORMS": count, "form-INITIAL_FORMS": count}
    for number, one in enumerate(first.basket.lines.order_by("pk")):
        form |= {f"form-{number}-id": one.pk, f"form-{number}-quantity": one.quantity}
    return client.post("/basket/", form | {f"form-0-{name}": value for name, value in fields.items()})


def fetch_back(client: Client) -> Any:
    """Moves the line that was saved for later back into the basket."""
    saved = get_model("basket", "Line").objects.get(basket__status="Saved")
    form = {"saved-TOTAL_FORMS": 1, "saved-INITIAL_FORMS": 1, "saved-0-id": saved.pk, "saved-0-move_to_basket": "on"}
    return client.post("/basket/saved/", form)


def strike_voucher(client: Client, voucher: Any) -> Any:
    """Takes a voucher off the basket."""
    return client.post(f"/basket/vouchers/{voucher.pk}/remove/")


def strike_wish(client: Client) -> Any:
    """Takes the newest line off its wish list."""
    wish = get_model("wishlists", "Line").objects.order_by("-pk").first()
    return client.post(
        reverse("customer:wishlists-remove-product", kwargs={"key": wish.wishlist.key, "line_pk": wish.pk})
    )


def ask_for_alert(client: Client, product: Any) -> Any:
    """Asks to be told when a product is back."""
    return client.post(reverse("customer:alert-create", kwargs={"pk": product.pk}), {"email": "guest@example.com"})


def register(client: Client, name: str) -> Any:
    """Opens an account."""
    form = {
        "registration-email": f"{name}@example.com", "registration-password1": "correct horse battery",
        "registration-password2": "correct horse battery", "registration_submit": "1",
    }  # fmt: skip
    return client.post("/accounts/login/", form)


def fill_from_a_command(product: Any, *, pieces: int = 1, owner: Any = None) -> Any:
    """A basket that no page has filled, as by an import or a task; gives it."""
    basket = get_model("basket", "Basket").objects.create(owner=owner)
    basket.strategy = get_class("partner.strategy", "Selector")().strategy()
    basket.add_product(product, quantity=pieces)
    return basket
