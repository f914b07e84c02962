"""The steps after the first ones: the script on the pages, and a first banner, pop-up and offer of one's own."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from personalization.campaigns.offers.models import PersonalCode, PersonalOffer
from personalization.events.identifiers import first_id
from personalization.events.models import Event, Visitor
from personalization.jobs.back_office import ago
from personalization.storefront.popups.models import Popup, PopupShowing
from personalization.storefront.slots.models import Banner
from personalization.storefront.steps import DONE, TODO, WAIT, Step

FORTNIGHT = timedelta(days=14)


def launch_steps(*, now: datetime) -> list[Step]:
    """In the order in which they are taken; each is done once a shopper has met it."""
    return [_script(now), _banner(now), _popup(now), _offer(now)]


def _script(now: datetime) -> Step:
    title = _("Browsers report what is looked at")
    seen = Visitor.objects.exclude(script_seen_at=None).order_by("-last_seen_at")
    last = seen.values_list("last_seen_at", flat=True).first()
    url, right = reverse("admin:personalization_tally_changelist"), "view_tally"
    if last is not None:
        told = _("The script is on the pages; the last visitor with it was here %(when)s.") % {
            "when": ago(last, now=now)
        }
        return Step(DONE, title, told, url, _("See what came"), right=right)
    told = _("The script stands at the end of the shop's base template: it counts what is seen, and asks for consent.")
    command = "{% load personalization %} {% personalization_script %} {% personalization_popups %}"
    return Step(TODO, title, told, url, _("See what came"), command=command, minutes=3, right=right)


def _banner(now: datetime) -> Step:
    title = _("A banner is live")
    more: dict[str, Any] = {"url": reverse("admin:personalization_banner_changelist"), "right": "view_banner"}
    if not Banner.objects.live(now).exists():
        told = _("A picture and a sentence that some people see and others do not. Start from a ready-made one.")
        return Step(TODO, title, told, button=_("Make a banner"), minutes=3, **more)
    since = first_id(now - FORTNIGHT)
    shown = (
        Event.objects.filter(kind="banner_shown", id__gte=since).order_by("-id").values_list("happened_at", flat=True)
    )
    if (last := shown.first()) is not None:
        return Step(DONE, title, _("The last one was shown %(when)s.") % {"when": ago(last, now=now)}, **more)
    told = _("Nobody has seen it yet: open the page with its place, in a window of your own as a shopper would.")
    command = '{% load personalization %} {% content_slot "home-hero" %} … {% endcontent_slot %}'
    return Step(WAIT, title, told, button=_("See the banners"), command=command, minutes=1, **more)


def _popup(now: datetime) -> Step:
    title = _("A pop-up is live")
    more: dict[str, Any] = {"url": reverse("admin:personalization_popup_changelist"), "right": "view_popup"}
    if not Popup.objects.live(now).exists():
        told = _(
            "One polite question or hint at the right moment. Start from a ready-made one; it is seldom by itself."
        )
        return Step(TODO, title, told, button=_("Make a pop-up"), minutes=2, **more)
    last = PopupShowing.objects.order_by("-shown_at").values_list("shown_at", flat=True).first()
    if last is not None:
        return Step(DONE, title, _("The last one was shown %(when)s.") % {"when": ago(last, now=now)}, **more)
    told = _("Nobody has met it yet: agree in a private window, and open a second page there.")
    return Step(WAIT, title, told, button=_("See the pop-ups"), minutes=1, **more)


def _offer(now: datetime) -> Step:
    title = _("An offer is live")
    more: dict[str, Any] = {
        "url": reverse("admin:personalization_personaloffer_changelist"), "right": "view_personaloffer",
    }  # fmt: skip
    of_it = PersonalCode.objects.filter(offer=OuterRef("pk"))
    live = PersonalOffer.objects.live(now).annotate(has_codes=Exists(of_it)).values_list("way", "has_codes")
    if not live:
        told = _("A lower price for some people, within bounds that you set. It begins as a draft.")
        return Step(TODO, title, told, button=_("Make an offer"), minutes=4, **more)
    if any(has_codes or way != PersonalOffer.Way.CODE for way, has_codes in live):
        return Step(DONE, title, _("People have it, within the bounds that you set."), **more)
    told = _("Nobody has a code yet: they go out every ten minutes, to whoever the offer is for.")
    return Step(WAIT, title, told, button=_("See the offers"), **more)
