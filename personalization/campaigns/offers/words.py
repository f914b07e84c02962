"""What an offer does, in one sentence for its owner; and its parts, for whoever needs one of them."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization.campaigns.audience import Audience
from personalization.campaigns.offers.models import PersonalOffer
from personalization.campaigns.offers.trigger import triggers
from personalization.campaigns.state import Status
from personalization.chosen.choosable import ASK, Names, learned
from personalization.jobs.back_office import number_told
from personalization.shop import money_told

# As `issue` is told them.
BY_HAND, POPUP = "by_hand", "popup"


def sentence(offer: PersonalOffer, *, now: datetime, names: Names | None = None) -> str:
    """What is taken off, of what, for whom, by what, until when, and within which bounds."""
    names = names_in([offer]) if names is None else names
    parts = [_gives(offer, names), *_bounds(offer), _held_back(offer, now)]
    return " ".join(filter(None, parts))


def names_in(offers: Iterable[PersonalOffer]) -> Names:
    """What all that these offers name is called: one query for each kind."""
    wanted: set[tuple[str, int | str]] = set()
    for offer in offers:
        wanted |= {("category", one) for one in offer.categories} | {("product", one) for one in offer.products}
        wanted |= {("segment", one) for one in offer.for_whom.segment_ids}
    return learned(wanted)


def off_told(offer: PersonalOffer) -> str:
    """For example "10 % off"."""
    if offer.kind == PersonalOffer.Kind.PERCENT:
        return _("%(n)s %% off") % {"n": number_told_plainly(offer.value)}
    return _("%(amount)s off") % {"amount": money_told(offer.value)}


def goods_told(offer: PersonalOffer, names: Names) -> str:
    """Off what."""
    chosen = [("category", offer.categories), ("product", offer.products)]
    told = [names.told(kind, list(ids)) for kind, ids in chosen if ids]
    return _(" and ").join(told) if told else _("everything")


def audience_told(audience: Audience, names: Names) -> str:
    """For whom."""
    among, but = (_(" or ").join(_("“%(title)s”") % {"title": names.told("segment", [one])} for one in ids)
                  for ids in (audience.among, audience.but))  # fmt: skip
    if audience.is_everybody:
        return _("everybody")
    if not but:
        return _("people in %(among)s") % {"among": among}
    if not among:
        return _("everybody but people in %(but)s") % {"but": but}
    return _("people in %(among)s, but not those in %(but)s") % {"among": among, "but": but}


def reason_told(reason: str) -> str:
    """Why somebody was given a code: what is stored may be a trigger, a way to give one, or words of the shop's own."""
    if reason == BY_HAND:
        return _("by hand")
    if reason == POPUP:
        return _("a pop-up")
    return str(triggers.get(reason).label) if reason in triggers else reason


def number_told_plainly(value: Decimal) -> str:
    """Without noughts after the point."""
    whole = value.quantize(Decimal(1))
    return number_told(int(whole)) if whole == value else str(value.normalize())


def _gives(offer: PersonalOffer, names: Names) -> str:
    words = {
        "off": off_told(offer), "goods": goods_told(offer, names), "people": audience_told(offer.for_whom, names),
        "when": _when(offer), "least": _least(offer), "n": offer.days_valid,
    }  # fmt: skip
    if not offer.is_by_code:
        # Translators: for example "10 % off coffee for people in “Loyal”, without a code, in baskets from 20.00 €."
        return _("%(off)s %(goods)s for %(people)s, without a code%(least)s.") % words
    text = ngettext(
        "%(off)s %(goods)s for %(people)s, %(when)s, by a code of their own that is valid for %(n)s day%(least)s.",
        "%(off)s %(goods)s for %(people)s, %(when)s, by a code of their own that is valid for %(n)s days%(least)s.",
        offer.days_valid,
    )
    return text % words


def _when(offer: PersonalOffer) -> str:
    if offer.trigger not in triggers:
        return _("never: the code of what decides it is gone")
    trigger = triggers.get(offer.trigger)
    values = trigger.values(offer.parameters if isinstance(offer.parameters, dict) else {})
    return trigger.describe(values, ASK) if values is not None else _("as soon as you say when")


def _least(offer: PersonalOffer) -> str:
    return _(", in baskets from %(amount)s") % {"amount": money_told(offer.least_basket)} if offer.least_basket else ""


def _bounds(offer: PersonalOffer) -> list[str]:
    told = []
    if offer.most_uses is not None:
        text = ngettext("At most %(n)s use.", "At most %(n)s uses.", offer.most_uses)
        told.append(text % {"n": number_told(offer.most_uses)})
    if offer.most_spent is not None:
        told.append(_("At most %(amount)s is given away.") % {"amount": money_told(offer.most_spent)})
    if offer.most_off is not None:
        told.append(_("Never more than %(amount)s off one order.") % {"amount": money_told(offer.most_off)})
    if offer.most_percent is not None:
        told.append(_("Never more than %(n)s %% off one product.") % {"n": offer.most_percent})
    if offer.least_margin is not None:
        told.append(_("A margin of %(n)s %% is kept.") % {"n": offer.least_margin})
    return told


def _held_back(offer: PersonalOffer, now: datetime) -> str:
    away = {
        Status.DRAFT: _("It is a draft: nobody gets it."),
        Status.PAUSED: _("It is paused: nobody gets it, and codes wait."),
        Status.ENDED: _("It has ended: nobody gets a new code."),
        Status.ARCHIVED: _("It is archived: nobody gets it."),
    }
    if offer.status in away:
        return away[Status(offer.status)]
    if offer.starts_at is not None and offer.starts_at > now:
        return _("It begins on %(day)s.") % {"day": _day(offer.starts_at)}
    return _("Until %(day)s.") % {"day": _day(offer.ends_at)} if offer.ends_at is not None else ""


def _day(moment: datetime) -> str:
    return date_format(localtime(moment), "j E Y")
