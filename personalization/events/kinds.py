"""The kinds of event. One class each: what it is called, what its payload says and how much it teaches."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from personalization.events.consent import STORING, Purpose
from personalization.registry import Registry


class EventKind:
    """Contract of a kind. `name` is stored (at most 32 letters) and never renamed."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    payload: ClassVar[tuple[str, ...]] = ()
    training_weight: ClassVar[float] = 0.0
    days_kept: ClassVar[int] = 400
    # A fact stands in the shop's database too: it is kept even when the page that caused it ended in an error.
    is_fact: ClassVar[bool] = False
    # The browser may report it; nothing that is about money ever is, and its columns of money are never filled.
    from_browser: ClassVar[bool] = False
    # What it is of use for: of somebody who agreed to none of these it is not taken.
    serves: ClassVar[frozenset[str]] = STORING
    erased: ClassVar[str | Promise] = _("deleted with the person")


COUNTING = frozenset({Purpose.ANALYTICS})
kinds: Registry[EventKind] = Registry("event kind")


def not_agreed_to(purposes: Collection[str]) -> frozenset[str]:
    """The names of the kinds that serve none of these purposes."""
    if STORING.issubset(purposes):
        return frozenset()
    return frozenset(kind.name for kind in kinds if kind.serves.isdisjoint(purposes))


def kind_choices() -> list[tuple[str, str | Promise]]:
    """For the model field, which keeps this function by reference: a new kind makes no migration."""
    return kinds.choices()


# --- what the shop's own pages and database say -----------------------------------------------------------------------


@kinds.register
class VisitStarted(EventKind):
    """A visitor came, after half an hour or more without a sign; its id is the visit's. `number`: which visit it is."""

    name, label = "visit_started", _("Visit started")
    payload = (
        "number", "landing", "source", "medium", "campaign", "term", "content", "referrer", "device", "language",
        "region",
    )  # fmt: skip


@kinds.register
class ProductViewed(EventKind):
    """A product page was opened. The browser reports it only for pages that a cache answers."""

    name, label, training_weight, from_browser = "product_viewed", _("Product viewed"), 1.0, True


@kinds.register
class CategoryViewed(EventKind):
    """A category's page was opened."""

    name, label, payload = "category_viewed", _("Category viewed"), ("category", "page")


@kinds.register
class PageViewed(EventKind):
    """Another page of the shop was opened: its name, and the offer or range that it is about."""

    name, label, payload, serves = "page_viewed", _("Page viewed"), ("name", "page", "offer", "range"), COUNTING


@kinds.register
class Searched(EventKind):
    """Words were searched for; `results` is how many goods were found, where the page says it."""

    name, label, payload = "searched", _("Searched"), ("query", "results")


@kinds.register
class BasketAdded(EventKind):
    """A product went into the basket."""

    name, label, training_weight, is_fact = "basket_added", _("Added to basket"), 3.0, True
    payload = ("line",)


@kinds.register
class BasketChanged(EventKind):
    """The number of pieces of a line was changed; `quantity` is the new one, `before` the old."""

    name, label, is_fact, payload = "basket_changed", _("Quantity changed"), True, ("line", "before")


@kinds.register
class BasketRemoved(EventKind):
    """A product left the basket; `before` is how many there were."""

    name, label, is_fact, payload = "basket_removed", _("Removed from basket"), True, ("line", "before")


@kinds.register
class WishListAdded(EventKind):
    """A product went onto a wish list."""

    name, label, training_weight, is_fact = "wishlist_added", _("Added to wish list"), 2.0, True


@kinds.register
class WishListRemoved(EventKind):
    """A product left a wish list."""

    name, label, is_fact = "wishlist_removed", _("Removed from wish list"), True


@kinds.register
class StockAlertAsked(EventKind):
    """Somebody asked to be told when a product is back in stock."""

    name, label, training_weight, is_fact = "stock_alert_asked", _("Asked for when it is back"), 2.0, True


@kinds.register
class VoucherAdded(EventKind):
    """A voucher was put on a basket and stayed there."""

    name, label, is_fact, payload, serves = "voucher_added", _("Voucher added"), True, ("voucher",), COUNTING


@kinds.register
class VoucherRemoved(EventKind):
    """A voucher was taken off a basket."""

    name, label, is_fact, payload, serves = "voucher_removed", _("Voucher removed"), True, ("voucher",), COUNTING


@kinds.register
class CheckoutStep(EventKind):
    """A step of the checkout was opened or finished: `step` is its name."""

    name, label, payload, serves = "checkout_step", _("Checkout step"), ("step",), COUNTING


@kinds.register
class Purchased(EventKind):
    """A line of an order; its id comes from the line, and the sweep keeps it equal to the order.

    `store` is where it was bought, where anybody knows. One from a file has no `line`, a negative number as its
    `order`, what the file calls it as its `receipt`, and whose file it was as its `source`.
    """

    name, label, training_weight, is_fact = "purchased", _("Purchased"), 5.0, True
    payload = ("order", "line", "receipt", "source", "store")
    erased = _("kept without the person: what was sold stays sold")


@kinds.register
class OrderStatusChanged(EventKind):
    """An order went from one status to another."""

    name, label, is_fact = "order_status_changed", _("Order status changed"), True
    payload = ("order", "before", "after")


@kinds.register
class OfferUsed(EventKind):
    """An order was made cheaper by an offer, or by a voucher; `value` is by how much."""

    name, label, is_fact, serves = "offer_used", _("Offer or voucher used"), True, COUNTING
    payload = ("order", "offer", "voucher")


@kinds.register
class OrderLineStatusChanged(EventKind):
    """A line of an order went from one status to another."""

    name, label, is_fact = "line_status_changed", _("Status of an order's line changed"), True
    payload = ("order", "line", "before", "after")


@kinds.register
class Reviewed(EventKind):
    """A product was reviewed; `score` is the number of stars."""

    name, label, training_weight, is_fact, payload = "reviewed", _("Reviewed"), 1.0, True, ("score",)


@kinds.register
class LoggedIn(EventKind):
    """A visitor said who they are."""

    name, label, is_fact = "logged_in", _("Logged in"), True


@kinds.register
class Registered(EventKind):
    """An account was opened."""

    name, label, is_fact = "registered", _("Registered"), True


@kinds.register
class BlockShown(EventKind):
    """A block was rendered into a page: an impression of each of its products."""

    name, label, days_kept = "block_shown", _("Block shown"), 180
    payload = ("block", "slot", "strategy", "served_by", "model", "products")
    # Only for a page that was made ahead of time and then looked at: the id is that of the block in the page.
    from_browser = True


@kinds.register
class BannerShown(EventKind):
    """A banner was drawn into its slot. The browser reports it only for pages that were made ahead of time."""

    name, label, days_kept, from_browser = "banner_shown", _("Banner shown"), 180, True
    payload = ("banner", "slot")


# --- what only the browser knows --------------------------------------------------------------------------------------


@kinds.register
class BlockSeen(EventKind):
    """At least half of a block stood on the screen for a second; `shown` is the id of its impression."""

    name, label, days_kept, from_browser = "block_seen", _("Block seen"), 180, True
    payload = ("shown", "slot", "block")


@kinds.register
class BlockClicked(EventKind):
    """A product of a block was clicked; `position` counts from 1."""

    name, label, training_weight, days_kept, from_browser = "block_clicked", _("Clicked in a block"), 1.0, 180, True
    payload = ("shown", "slot", "block", "position")


@kinds.register
class BannerSeen(EventKind):
    """At least half of a banner stood on the screen for a second; `shown` is the id of its impression."""

    name, label, days_kept, from_browser = "banner_seen", _("Banner seen"), 180, True
    payload = ("shown", "slot", "banner")


@kinds.register
class BannerClicked(EventKind):
    """Somebody followed a banner."""

    name, label, days_kept, from_browser = "banner_clicked", _("Banner clicked"), 180, True
    payload = ("shown", "slot", "banner")


@kinds.register
class PageLeft(EventKind):
    """A page was left: how long it was really looked at, and how far down (percent)."""

    name, label, days_kept, from_browser = "page_left", _("Page left"), 90, True
    payload, serves = ("path", "seconds", "scrolled"), COUNTING


@kinds.register
class Custom(EventKind):
    """What the shop itself reports by `personalization.track(name, data)`; no list is made from it."""

    name, label, from_browser, payload, serves = "custom", _("Custom event"), True, ("name", "data"), COUNTING


@dataclass(frozen=True)
class Traffic:
    """Who made an event; only shoppers are learned from and reported."""

    SHOPPER = "shopper"
    STAFF = "staff"
    BOT = "bot"
    CHOICES = ((SHOPPER, _("shopper")), (STAFF, _("staff")), (BOT, _("bot")))
