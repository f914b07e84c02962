"""The demo shop as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

# Oscar's Ukrainian calls an order a sequence. Named here, its words stand in our catalogue, which is asked first.
SAID_BETTER = (gettext_noop("Order #%(number)s"), gettext_noop("Order History"))


class ShopDemoConfig(AppConfig):
    """Holds the demo's commands, views and translations."""

    name = "shop_demo"
    verbose_name = _("Demo shop")
