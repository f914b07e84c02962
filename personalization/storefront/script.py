"""Brings the script that tells what of a page was really looked at, and the banner that asks for leave."""

from typing import Any

from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe

from personalization.conf import conf
from personalization.events import visitors
from personalization.events.consent import Consent, answered, consent_of
from personalization.events.record import in_hand
from personalization.guard import guarded

TEMPLATE, BANNER = "personalization/script.html", "personalization/consent_banner.html"
NOTHING = mark_safe("")


def script(request: HttpRequest | None) -> SafeString:
    """The script's tag; nothing where the app is switched off, or has no addresses in this shop."""
    if not conf.ENABLED:
        return NOTHING
    return guarded(lambda: _script(request), doing="bringing the script", fallback=NOTHING)


def _script(request: HttpRequest | None) -> SafeString:
    try:
        told: dict[str, Any] = {
            "events": reverse("personalization:events"),
            "answer": reverse("personalization:answer"),
        }
    except NoReverseMatch:
        return NOTHING
    told |= {"version": conf.CONSENT_TEXT_VERSION, "obeys_signals": conf.OBEY_PRIVACY_SIGNALS}
    told |= _leave(request) | _made_ahead(request)
    # The nonce of django-csp is made when it is read, and is false until then: it can't be asked with an `if`.
    return render_to_string(TEMPLATE, told | {"nonce": str(getattr(request, "csp_nonce", ""))})


def _leave(request: HttpRequest | None) -> dict[str, Any]:
    if import_string(conf.CONSENT) is answered:
        # The cookie decides in the browser: the page is the same for everybody, and a cache may keep it.
        return {"may": "ask", "banner": _banner(request)}
    if request is None:
        return {"may": "no"}
    consent = _consent(request)
    return {"may": "yes" if consent.may_store else "no", "purposes": " ".join(sorted(consent.purposes))}


def _consent(request: HttpRequest) -> Consent:
    # What stands in the page is one person's answer.
    request._cache_update_cache = False  # type: ignore[attr-defined]
    gathered = in_hand()
    if gathered is None:
        return consent_of(request)
    gathered.is_personal = True
    return gathered.consent


def _banner(request: HttpRequest | None) -> SafeString:
    try:
        banner = get_template(BANNER)
    except TemplateDoesNotExist:
        return NOTHING
    return mark_safe(banner.render({"request": request}))  # noqa: S308 - a template of ours or of the shop


def _made_ahead(request: HttpRequest | None) -> dict[str, Any]:
    """The log counts no page that is fetched ahead: if it is looked at after all, the browser says so."""
    if request is None or visitors.is_looked_at(request):
        return {}
    gathered = in_hand()
    events = gathered.events if gathered else []
    return {"is_ahead": True, "viewed": next((one.product_id for one in events if one.kind == "product_viewed"), None)}
