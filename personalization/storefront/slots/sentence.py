"""One sentence that tells the owner what a banner does."""

from datetime import datetime

from django.utils.translation import gettext as _

from personalization.campaigns.audience_words import Known, audience_told, segments_in
from personalization.campaigns.state import Status
from personalization.storefront.sentence import day_told
from personalization.storefront.slots.models import TITLE, Banner


def sentence(banner: Banner, *, now: datetime, known: Known | None = None) -> str:
    """What it shows, where, where it leads, when, and to whom."""
    words = {"title": banner.words(TITLE).text or "…", "place": banner.slot or "…", "link": banner.link}
    if banner.link:
        told = [_("Shows “%(title)s” in the place %(place)s and leads to %(link)s.") % words]
    else:
        told = [_("Shows “%(title)s” in the place %(place)s.") % words]
    whom = audience_told(banner.for_whom, segments_in([banner]) if known is None else known)
    told += [whom or _("It is for everybody for whom no banner before it is meant."), *_when(banner, now)]
    if not banner.in_arm.is_everybody:
        told.append(_("Only %(n)s of a hundred people may get it.") % {"n": banner.in_arm.share})
    return " ".join([*told, *_held_back(banner)])


def _when(banner: Banner, now: datetime) -> list[str]:
    since, until, told = banner.starts_at, banner.ends_at, []
    if until is not None and until <= now:
        told.append(_("It ended on %(day)s.") % {"day": day_told(until, now=now)})
    elif until is not None:
        told.append(_("It ends on %(day)s.") % {"day": day_told(until, now=now)})
    if since is not None and since > now:
        told.append(_("It begins on %(day)s.") % {"day": day_told(since, now=now)})
    if hours := banner.at_hours.told():
        told.append(_("Hours: %(hours)s.") % {"hours": hours})
    return told


def _held_back(banner: Banner) -> list[str]:
    away = {
        Status.DRAFT: _("It is a draft: shoppers do not see it."),
        Status.PAUSED: _("It is paused: shoppers do not see it."),
        Status.ENDED: _("It has ended: shoppers do not see it."),
        Status.ARCHIVED: _("It is archived: shoppers do not see it."),
    }
    return [away[Status(banner.status)]] if banner.status in away else []
