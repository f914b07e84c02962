"""What every page of the demo knows: the personas to switch between and who is active."""

from typing import Any

from django.http import HttpRequest


def demo(request: HttpRequest) -> dict[str, Any]:
    """Names for the demo's layout."""
    return {}
