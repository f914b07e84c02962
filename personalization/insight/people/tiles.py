"""What a customer is worth so far, and what is expected: each figure, or why there is none yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization import shop
from personalization.charts.scale import share_told
from personalization.conf import conf
from personalization.insight.people.story import day_of
from personalization.jobs.back_office import ago, minute_told, number_told
from personalization.people.profiles.models import Profile


@dataclass(frozen=True)
class Tile:
    """One figure, in digits or in words; `is_unknown` as long as there is none."""

    name: str
    told: str
    more: str = ""
    is_words: bool = False
    is_unknown: bool = False


def tiles(profile: Profile | None, *, now: datetime) -> list[Tile]:
    """None without a profile."""
    return [*_so_far(profile, now=now), *_expected(profile, now=now)] if profile else []


def _so_far(profile: Profile, *, now: datetime) -> Iterator[Tile]:
    pieces = ""
    if profile.units:
        pieces = ngettext("%(n)s piece", "%(n)s pieces", profile.units) % {"n": number_told(profile.units)}
    returned = ""
    if profile.returns:
        returned = ngettext("%(n)s came back", "%(n)s came back", profile.returns) % {"n": number_told(profile.returns)}
    yield Tile(_("Orders"), number_told(profile.orders), ", ".join(filter(None, [pieces, returned])))
    discount = ""
    if profile.discount_share is not None:
        discount = _("%(share)s of it at a discount") % {"share": share_told(profile.discount_share)}
    yield Tile(_("Revenue"), shop.money_told(profile.revenue), discount)
    if profile.average_order is None:
        yield _unknown(_("Average order"), _("no order yet"))
    else:
        yield Tile(_("Average order"), shop.money_told(profile.average_order))
    if profile.last_order_at is None:
        yield _unknown(_("Last order"), _("no order yet"))
    else:
        told = ago(profile.last_order_at, now=now)
        yield Tile(_("Last order"), told, minute_told(profile.last_order_at), is_words=True)


def _expected(profile: Profile, *, now: datetime) -> Iterator[Tile]:
    days, unknown = _horizon(), _("not enough data yet")
    named = {"orders": _("Expected orders"), "revenue": _("Expected revenue"), "risk": _("Risk of leaving")}
    if profile.expected_orders is None:
        yield _unknown(named["orders"], unknown)
    else:
        yield Tile(named["orders"], number_format(round(profile.expected_orders, 1), 1), days)
    if profile.expected_revenue is None:
        yield _unknown(named["revenue"], unknown)
    else:
        yield Tile(named["revenue"], shop.money_told(profile.expected_revenue), days)
    if profile.churn_risk is None:
        yield _unknown(named["risk"], unknown)
    else:
        yield Tile(named["risk"], share_told(profile.churn_risk), _("chance of no order %(days)s") % {"days": days})
    if profile.next_order_at is None:
        yield _unknown(_("Next order"), unknown)
    else:
        late = _("it is overdue") if profile.next_order_at < now else _("by their own rhythm")
        yield Tile(_("Next order"), day_of(profile.next_order_at), late, is_words=True)


def _horizon() -> str:
    days = conf.HORIZON
    return ngettext("in the next %(n)s day", "in the next %(n)s days", days) % {"n": days}


def _unknown(name: str, why: str) -> Tile:
    return Tile(name, why, is_words=True, is_unknown=True)
