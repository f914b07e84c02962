"""One sentence that tells the owner what a banner does."""

from datetime import datetime

from django.utils.translation import gettext as _

from personalization.campaigns.audience_words import Known, audience_told, segments_in
from personalization.storefront.sentence import held_back, when_told
from personalization.storefront.slots.models import TITLE, Banner


def sentence(banner: Banner, *, now: datetime, known: Known | None = None) -> str:
    """What it shows, where, where it leads, when, and to whom."""
    words = {"title": banner.words(TITLE).text or "…", "place": banner.slot or "…", "link": banner.link}
    if banner.link:
        told = [_("Shows “%(title)s” in the place %(place)s and leads to %(link)s.") % words]
    else:
        told = [_("Shows “%(title)s” in the place %(place)s.") % words]
    whom = audience_told(banner.for_whom, segments_in([banner]) if known is None else known)
    told += [whom or _("It is for everybody for whom no banner before it is meant."), *when_told(banner, now=now)]
    if not banner.in_arm.is_everybody:
        told.append(_("Only %(n)s of a hundred people may get it.") % {"n": banner.in_arm.share})
    return " ".join([*told, *held_back(banner)])
