"""Events in the words of a shop owner."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization.events.kinds import Traffic, kinds
from personalization.events.models import Event, Visitor

TONES = {Traffic.SHOPPER: "good", Traffic.STAFF: "off", Traffic.BOT: "off"}


def kind_told(event: Event) -> str | Promise:
    """What happened; a kind whose code is gone keeps its stored name."""
    return kinds.get(event.kind).label if event.kind in kinds else event.kind


def details_told(event: Event) -> str:
    """What the event says besides product, quantity and value."""
    payload = event.payload
    if event.kind == "block_shown":
        return _block_told(payload)
    if event.kind == "searched":
        return _("“%(words)s”") % {"words": payload.get("query", "")}
    if payload.get("receipt"):
        return _("receipt %(number)s") % {"number": payload["receipt"]}
    if event.kind == "purchased":
        return _("order %(number)s") % {"number": payload.get("order", "?")}
    # What is only true or not, as a mark of where the event came from, is told with the whole payload alone.
    told = ((name, value) for name, value in payload.items() if not isinstance(value, bool) and value != "")
    plain = {name: value for name, value in told if isinstance(value, (str, int, float))}
    return ", ".join(f"{name}: {value}" for name, value in plain.items())


def traffic_told(visitor: Visitor) -> str:
    """Who the visitor is."""
    return str(visitor.get_traffic_display())


def _block_told(payload: dict[str, Any]) -> str:
    count = len(payload.get("products", []))
    products = ngettext("%(n)s product", "%(n)s products", count) % {"n": count}
    place = payload.get("slot")
    return _("%(products)s in the place %(place)s") % {"products": products, "place": place} if place else products
