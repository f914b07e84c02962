"""What the demo keeps beside Oscar: the households behind the customers, and how far the shop was loaded."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Household(models.Model):
    """A household of the data set; where nothing is known a field is empty."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="household", verbose_name=_("customer")
    )
    number = models.PositiveIntegerField(_("number in the data set"), unique=True)
    store_id = models.PositiveIntegerField(_("store visited most"))
    age = models.CharField(_("age"), max_length=20, blank=True)
    income = models.CharField(_("income"), max_length=20, blank=True)
    home_ownership = models.CharField(_("home"), max_length=30, blank=True)
    marital_status = models.CharField(_("marital status"), max_length=20, blank=True)
    household_size = models.CharField(_("people"), max_length=10, blank=True)
    household_comp = models.CharField(_("who lives there"), max_length=40, blank=True)
    kids_count = models.CharField(_("children"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        ordering = ["number"]

    def __str__(self) -> str:
        return gettext("Household %(number)s") % {"number": self.number}


class LoadedShop(models.Model):
    """The mark that the shop's data is complete; without it the next start begins afresh."""

    loaded_at = models.DateTimeField(_("loaded"), auto_now_add=True)
    products = models.PositiveIntegerField(_("products"))
    households = models.PositiveIntegerField(_("households"))
    orders = models.PositiveIntegerField(_("orders"))
    lines = models.PositiveIntegerField(_("order lines"))
    is_remembered = models.BooleanField(_("the app knows the orders"), default=False)

    class Meta:
        verbose_name = _("loaded shop")
        verbose_name_plural = _("loaded shops")

    def __str__(self) -> str:
        return f"{self.products} products, {self.orders} orders"
