"""Events in the words of a shop owner."""

from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from personalization.events.kinds import Traffic, kinds
from personalization.events.models import Event, Visitor

TONES = {Traffic.SHOPPER: "good", Traffic.STAFF: "off", Traffic.BOT: "off"}
# Parts of a payload as an owner reads them; one that is not here is the shop's own and keeps its name.
PARTS = {
    "number": gettext_noop("visit no."),
    "landing": gettext_noop("first page"),
    "source": gettext_noop("came from"),
    "campaign": gettext_noop("campaign"),
    "device": gettext_noop("device"),
    "language": gettext_noop("language"),
    "region": gettext_noop("region"),
    "category": gettext_noop("category no."),
    "page": gettext_noop("page no."),
    "before": gettext_noop("before"),
    "after": gettext_noop("after"),
    "order": gettext_noop("order no."),
    "voucher": gettext_noop("voucher"),
    "offer": gettext_noop("offer no."),
    "range": gettext_noop("range no."),
    "step": gettext_noop("step"),
    "score": gettext_noop("stars"),
    "slot": gettext_noop("place"),
    "position": gettext_noop("card no."),
    "path": gettext_noop("page"),
    "seconds": gettext_noop("seconds looked at"),
    "scrolled": gettext_noop("scrolled down, %"),
    "name": gettext_noop("name"),
}
DEVICES = {"phone": gettext_noop("phone"), "tablet": gettext_noop("tablet"), "desktop": gettext_noop("computer")}
# Numbers of rows and what another part says already: they stand in the whole payload alone.
UNTOLD = frozenset({"shown", "block", "banner", "line", "medium", "referrer", "term", "content"})


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
    told = ((name, value) for name, value in payload.items() if name not in UNTOLD and value != "")
    plain = {
        name: value for name, value in told if isinstance(value, (str, int, float)) and not isinstance(value, bool)
    }
    return ", ".join(_part_told(name, value) for name, value in plain.items())


def traffic_told(visitor: Visitor) -> str:
    """Who the visitor is."""
    return str(visitor.get_traffic_display())


def _part_told(name: str, value: str | float) -> str:
    label = _(PARTS[name]) if name in PARTS else name
    if isinstance(value, str):
        return f"{label}: {_(DEVICES[value]) if name == 'device' and value in DEVICES else value}"
    return f"{label}: {number_format(round(value) if value == round(value) else value)}"


def _block_told(payload: dict[str, Any]) -> str:
    count = len(payload.get("products", []))
    products = ngettext("%(n)s product", "%(n)s products", count) % {"n": count}
    place = payload.get("slot")
    return _("%(products)s in the place %(place)s") % {"products": products, "place": place} if place else products
