"""What every page of the demo knows: departments, basket, and the personas to switch between."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from personalization.conf import conf
from shop_demo.personas import current, personas
from shop_demo.storefront.basket import priced_basket
from shop_demo.storefront.departments import departments


def demo(request: HttpRequest) -> dict[str, Any]:
    """Names for the demo's layout; all of them cost nothing until a template asks."""
    return {
        "departments": departments,
        "demo_basket": SimpleLazyObject(lambda: priced_basket(request)),
        "demo_low_stock": conf.LOW_STOCK,
        "demo_personas": personas,
        "demo_persona": SimpleLazyObject(lambda: current(request)),
    }
