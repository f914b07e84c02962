"""One sentence that tells the owner what a pop-up does."""

from datetime import datetime

from django.utils.translation import gettext as _

from personalization.campaigns.audience_words import Known, audience_told, segments_in
from personalization.campaigns.campaign import Goal
from personalization.storefront.popups.models import Popup
from personalization.storefront.sentence import held_back, when_told


def sentence(popup: Popup, *, now: datetime, known: Known | None = None) -> str:
    """What it shows, at which moment, where, when, how often, and to whom."""
    design, trigger = popup.design_object(), popup.trigger_object()
    if design is None or trigger is None:
        return _("Shows nothing: the code of what it holds, or of its moment, is gone.")
    words = {
        "what": design.sentence, "moment": trigger.describe(popup.trigger_parameters),
        "where": str(Popup.Where(popup.where).label) if popup.where in Popup.Where.values else popup.where,
    }  # fmt: skip
    # Translators: for example "Shows a message: from visit number 2 on, on any page."
    told = [_("%(what)s: %(moment)s, %(where)s.") % words, *_seldom(popup), *when_told(popup, now=now)]
    whom = audience_told(popup.for_whom, segments_in([popup]) if known is None else known)
    return " ".join(filter(None, [*told, whom, *held_back(popup)]))


def _seldom(popup: Popup) -> list[str]:
    often, told = popup.how_often.told(), []
    if often:
        told.append(_("To one person it comes %(often)s, and never again once it was closed.") % {"often": often})
    else:
        told.append(_("It never comes again once it was closed."))
    if popup.goal not in (Goal.NONE, Goal.CLICK):
        told.append(_("Its goal: %(goal)s.") % {"goal": Goal(popup.goal).label})
    if not popup.in_arm.is_everybody:
        told.append(_("Only %(n)s of a hundred people may get it.") % {"n": popup.in_arm.share})
    return told
