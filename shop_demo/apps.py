"""The demo shop as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShopDemoConfig(AppConfig):
    """Holds the demo's commands, views and translations."""

    name = "shop_demo"
    verbose_name = _("Demo shop")
