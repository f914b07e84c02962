"""Where the browsers' messages come in: wherever the shop hung our addresses, looked up once."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.translation import get_language

from personalization.conf import conf


def is_message(request: HttpRequest) -> bool:
    """A browser reports, and nothing of the shop's own has to look at its session first."""
    urlconf = getattr(request, "urlconf", None) or settings.ROOT_URLCONF
    if request.path != _address(urlconf, get_script_prefix(), get_language()):
        return False
    # The shop's callable may ask for the account, which is not there before AuthenticationMiddleware.
    return not conf.REGION or hasattr(request, "user")


@lru_cache(maxsize=64)
def _address(urlconf: Any, script_prefix: str, language: str | None) -> str | None:
    # All that an address can hang on: other addresses by host, a folder of the server's, and a language in the path.
    # Who does not find us by this one finds us by the shop's own way through them.
    try:
        return reverse("personalization:events", urlconf=urlconf)
    except NoReverseMatch:
        return None
