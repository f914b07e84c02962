"""The demo's own pop-ups: some that are true of this shop, so that a newcomer meets one and sees how it does."""

from django.utils import timezone

from personalization.campaigns.offers.models import PersonalOffer
from personalization.campaigns.offers.publish import publish
from personalization.storefront.popups.models import Popup
from personalization.storefront.popups.ready import ready_named

NAMES = ("nothing_found", "welcome_back")
FORM, FOR_AN_ADDRESS = "second_visit_lead", "demo: for an address"


def make_popups() -> int:
    """Puts them live, if the shop has none yet; gives how many are new."""
    if Popup.objects.exists():
        return 0
    begun = [one.popup() for name in NAMES if (one := ready_named(name)) is not None]
    for number, popup in enumerate(begun, start=1):
        popup.priority = 10 * number
        popup.save()
    return len(begun)


def ask_for_addresses() -> int:
    """A form for an e-mail before the welcome, with an offer of its own; gives how many are new."""
    ready = ready_named(FORM)
    if ready is None or Popup.objects.filter(design="lead").exists():
        return 0
    offer, is_new = PersonalOffer.objects.get_or_create(
        name=FOR_AN_ADDRESS, defaults={"title": "5 % off your next order", "value": 5, "trigger": "by_hand"}
    )
    if is_new:
        publish(offer, now=timezone.now())
    popup = ready.popup()
    popup.priority, popup.design_parameters = 15, {"offer": offer.pk}
    popup.save()
    return 1
