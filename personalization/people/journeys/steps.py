"""The steps of the way to an order, and the touchpoints that lie on it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
    """Where somebody was within a visit; the values are stored. Words so short are other apps' words, too."""

    HOME = "home", pgettext_lazy("stop on a way", "Home")
    SEARCH = "search", pgettext_lazy("stop on a way", "Search")
    CATEGORY = "category", pgettext_lazy("stop on a way", "Category")
    BLOCK = "block", pgettext_lazy("stop on a way", "Click in a block")
    PRODUCT = "product", pgettext_lazy("stop on a way", "Product")
    BASKET = "basket", pgettext_lazy("stop on a way", "Basket")
    CHECKOUT = "checkout", pgettext_lazy("stop on a way", "Checkout")
    ORDER = "order", pgettext_lazy("stop on a way", "Order")
    OTHER = "other", pgettext_lazy("stop on a way", "Other page")


# A visit's way is kept so far; longer ones say no more about how people find what they want.
LONGEST_PATH = 6
# What a visit that came from nowhere we know of is called.
DIRECT = "direct"


def step_named(key: str) -> Step | None:
    """The step of that key."""
    return next((step for step in Step if step.key == key), None)
