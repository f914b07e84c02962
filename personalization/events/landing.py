"""Where a visit came from: read from the request that began it, with nothing in it that names a person."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from personalization.conf import conf

LONGEST = 100
SEARCH_ENGINES = ("google.", "bing.", "yandex.", "ya.ru", "duckduckgo.", "yahoo.", "baidu.", "ecosia.")
SOCIAL = ("facebook.", "instagram.", "vk.com", "t.me", "telegram.", "twitter.", "t.co", "x.com", "youtube.",
          "pinterest.", "tiktok.", "ok.ru", "linkedin.", "reddit.")  # fmt: skip
TABLETS, PHONES = ("ipad", "tablet", "kindle", "silk/"), ("mobi", "iphone", "ipod", "android")


def landing_of(request: HttpRequest) -> dict[str, Any]:
    """The payload of `visit_started`: page, campaign, referring site, device class, language and region."""
    referrer = _referrer(request)
    told = {
        "landing": request.path[:LONGEST],
        "source": _asked(request, "utm_source") or referrer,
        "medium": _asked(request, "utm_medium") or _medium(request, referrer),
        "campaign": _asked(request, "utm_campaign"),
        "term": _asked(request, "utm_term"),
        "content": _asked(request, "utm_content"),
        "referrer": referrer,
        "device": device_of(request),
        "language": get_language() or "",
        "region": region_of(request),
    }
    return {name: value for name, value in told.items() if value}


def device_of(request: HttpRequest) -> str:
    """Phone, tablet or desktop, by what the browser says of itself."""
    agent = request.headers.get("User-Agent", "").lower()[:512]
    if any(word in agent for word in TABLETS) or ("android" in agent and "mobi" not in agent):
        return "tablet"
    if request.headers.get("Sec-CH-UA-Mobile") == "?1" or any(word in agent for word in PHONES):
        return "phone"
    return "desktop"


def region_of(request: HttpRequest) -> str:
    """Where the shopper is, as the shop's own callable says; empty without one."""
    return str(import_string(conf.REGION)(request) or "")[:LONGEST] if conf.REGION else ""


def _asked(request: HttpRequest, name: str) -> str:
    # A NUL is what PostgreSQL's text can't hold.
    return request.GET.get(name, "").replace("\0", "").strip()[:LONGEST]


def _referrer(request: HttpRequest) -> str:
    try:
        host = (urlsplit(request.headers.get("Referer", "")).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    own = request.get_host().partition(":")[0].removeprefix("www.")
    return "" if host == own else host[:LONGEST]


def _medium(request: HttpRequest, referrer: str) -> str:
    if any(request.GET.get(name) for name in ("gclid", "yclid", "fbclid", "msclkid")):
        return "cpc"
    if not referrer:
        return ""
    if any(engine in referrer for engine in SEARCH_ENGINES):
        return "organic"
    return "social" if any(network in referrer for network in SOCIAL) else "referral"
