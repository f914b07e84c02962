"""Pages that send no signal, known by the name of their address and by what they are about to draw."""

from typing import Any

from django.http import HttpRequest


def note(request: HttpRequest, response: Any) -> None:
    """Records what this page is, if it is one that counts."""
