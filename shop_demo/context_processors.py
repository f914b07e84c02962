"""What every page of the demo knows: the departments, and the personas to switch between."""

from typing import Any

from django.http import HttpRequest

from shop_demo.storefront.departments import departments


def demo(request: HttpRequest) -> dict[str, Any]:
    """Names for the demo's layout; all of them cost nothing until a template asks."""
    return {"departments": departments, "demo_personas": _personas}


def _personas() -> list[Any]:
    try:
        from shop_demo.personas import personas
    except ImportError:
        return []
    return list(personas())
