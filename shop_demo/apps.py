"""The demo shop as a Django app."""

from django.apps import AppConfig


class ShopDemoConfig(AppConfig):
    """Holds the demo's commands, views and translations."""

    name = "shop_demo"
    verbose_name = "Demo shop"
