"""The steps of the way to an order, and the touchpoints that lie on it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Step(models.IntegerChoices):
    """How far a visit may come; the numbers are stored, and in order."""

    VISIT = 0, _("Visit")
    VIEW = 1, _("Product viewed")
    BASKET = 2, _("Put into the basket")
    CHECKOUT = 3, _("Checkout begun")
    ORDER = 4, _("Order placed")

    @property
    def key(self) -> str:
        """As addresses and stored rules name it."""
        return self.name.lower()


class Touchpoint(models.TextChoices):
    """Where somebody was within a visit; the values are stored."""

    HOME = "home", _("Home")
    SEARCH = "search", _("Search")
    CATEGORY = "category", _("Category")
    BLOCK = "block", _("Click in a block")
    PRODUCT = "product", _("Product")
    BASKET = "basket", _("Basket")
    CHECKOUT = "checkout", _("Checkout")
    ORDER = "order", _("Order")
    OTHER = "other", _("Other page")


# A visit's way is kept so far; longer ones say no more about how people find what they want.
LONGEST_PATH = 6
# What a visit that came from nowhere we know of is called.
DIRECT = "direct"


def step_named(key: str) -> Step | None:
    """The step of that key."""
    return next((step for step in Step if step.key == key), None)
