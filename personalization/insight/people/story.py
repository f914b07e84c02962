"""A customer in two or three sentences, from the columns of the profile; what is not known is not said."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization import shop
from personalization.events.wording import DEVICES
from personalization.insight.people.who import Answer, Who
from personalization.jobs.back_office import ago, number_told
from personalization.people.profiles.models import Profile

LIKED = 3
WORTH_SAYING = 0.05


def story(who: Who, answer: Answer, *, now: datetime) -> list[str]:
    """The sentences; in their place, why there are none yet."""
    profile = who.profile
    if profile is None:
        return [_why_none(who, answer)]
    parts = _bought(profile, now=now), _likes(profile), _comes(profile)
    return [told for part in parts if (told := " ".join(part))]


def _why_none(who: Who, answer: Answer) -> str:
    if answer.at is not None and not answer.may_use:
        return _("No profile is kept: they did not agree that what they do decides what they are shown.")
    if who.is_staff:
        return _("No profile is kept of the shop's own staff.")
    return _("Not enough is known yet: a profile is made within minutes of a visit or an order.")


def _bought(profile: Profile, *, now: datetime) -> Iterator[str]:
    if not profile.orders or profile.first_order_at is None:
        views = ngettext("looked at %(n)s product", "looked at %(n)s products", profile.views)
        views %= {"n": number_told(profile.views)}
        visits = ngettext("%(n)s visit", "%(n)s visits", profile.visits) % {"n": number_told(profile.visits)}
        yield _("Has not ordered yet: %(visits)s, %(views)s.") % {"visits": visits, "views": views}
        return
    orders = ngettext("%(n)s order", "%(n)s orders", profile.orders) % {"n": number_told(profile.orders)}
    words = {"orders": orders, "since": day_of(profile.first_order_at), "last": ago(profile.last_order_at, now=now)}
    if profile.orders == 1:
        yield _("One order so far, %(last)s.") % words
    elif profile.order_gap_days is None:
        yield _("%(orders)s since %(since)s, the last one %(last)s.") % words
    else:
        gap = max(round(profile.order_gap_days), 1)
        rhythm = ngettext("usually one every day", "usually one every %(n)s days", gap) % {"n": gap}
        words["rhythm"] = rhythm
        yield _("%(orders)s since %(since)s, %(rhythm)s, the last one %(last)s.") % words


def _likes(profile: Profile) -> Iterator[str]:
    liked = liked_categories(profile.categories)
    brands = [name for name, share in _best(profile.brands) if share >= WORTH_SAYING][:LIKED]
    if liked and brands:
        words = {"categories": ", ".join(liked), "brands": ", ".join(brands)}
        yield _("Likes %(categories)s; the brands %(brands)s.") % words
    elif liked:
        yield _("Likes %(categories)s.") % {"categories": ", ".join(liked)}
    tier = {
        1: _("Buys at low prices, compared with other customers."),
        2: _("Buys at middle prices, compared with other customers."),
        3: _("Buys at high prices, compared with other customers."),
    }.get(profile.price_tier or 0)
    if tier:
        yield tier


def liked_categories(shares: Mapping[str, float]) -> list[str]:
    """The names of those liked most, the nearest of each line: who likes coffee likes drinks, too."""
    if not shares:
        return []
    lines, tops = shop.category_lines(), shop.departments()
    liked = [int(key) for key, share in _best(shares) if share >= WORTH_SAYING]
    # A root that all others hang on is no taste.
    told = [lines[one] for one in liked if one in lines and ("›" in lines[one] or one in tops)]
    nearest = [line for line in told if not any(other.startswith(f"{line} ›") for other in told)]
    return [line.rpartition(" › ")[2] for line in nearest[:LIKED]]


def _best(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(shares.items(), key=lambda one: (-one[1], one[0]))


def _comes(profile: Profile) -> Iterator[str]:
    if profile.weekday is not None and profile.hour is not None:
        words = {"weekday": WEEKDAYS[profile.weekday], "hour": f"{profile.hour}:00"}
        yield _("Usual time: %(weekday)s, around %(hour)s.") % words
    if profile.store:
        yield _("Buys mostly in: %(stores)s.") % {"stores": profile.store}
    if profile.region:
        yield _("Mostly from %(region)s.") % {"region": profile.region}
    if profile.device:
        device = _(DEVICES[profile.device]) if profile.device in DEVICES else profile.device
        if profile.source:
            words = {"device": device, "source": profile.source}
            yield _("Mostly by %(device)s; came first from %(source)s.") % words
        else:
            yield _("Mostly by %(device)s.") % {"device": device}


def day_of(moment: datetime) -> str:
    """The day of a moment, in the shop's time zone."""
    return date_format(localtime(moment), "j M Y")
