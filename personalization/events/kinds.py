"""The kinds of event. One class each: what it is called, what its payload says and how much it teaches."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
    erased: ClassVar[str | Promise] = _("deleted with the person")


kinds: Registry[EventKind] = Registry("event kind")


def kind_choices() -> list[tuple[str, str | Promise]]:
    """For the model field, which keeps this function by reference: a new kind makes no migration."""
    return kinds.choices()


@kinds.register
class ProductViewed(EventKind):
    """A product page was opened."""

    name, label, training_weight = "product_viewed", _("Product viewed"), 1.0


@kinds.register
class BasketAdded(EventKind):
    """A product went into the basket."""

    name, label, training_weight, is_fact = "basket_added", _("Added to basket"), 3.0, True


@kinds.register
class Searched(EventKind):
    """Words were searched for."""

    name, label, payload = "searched", _("Searched"), ("query",)


@kinds.register
class Purchased(EventKind):
    """A line of an order; its id comes from the line, and the sweep keeps it equal to the order."""

    name, label, training_weight, is_fact = "purchased", _("Purchased"), 5.0, True
    payload = ("order", "line")


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


@dataclass(frozen=True)
class Traffic:
    """Who made an event; only shoppers are learned from and reported."""

    SHOPPER = "shopper"
    STAFF = "staff"
    BOT = "bot"
    CHOICES = ((SHOPPER, _("shopper")), (STAFF, _("staff")), (BOT, _("bot")))
