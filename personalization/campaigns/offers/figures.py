"""How offers do: whom they reach, what was given, used and earned, and what is wrong; for a page of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization.campaigns import lint
from personalization.campaigns.lint import Around
from personalization.campaigns.offers.issue import people_for
from personalization.campaigns.offers.models import OfferUse, PersonalCode, PersonalOffer
from personalization.campaigns.offers.trigger import triggers
from personalization.campaigns.offers.words import number_told_plainly
from personalization.campaigns.reach import Reach, reach_of
from personalization.campaigns.state import State
from personalization.conf import conf
from personalization.guard import guarded
from personalization.jobs.back_office import number_told
from personalization.people.profiles.models import Profile
from personalization.people.segments.models import Segment
from personalization.shop import codes, money_told
from personalization.shop.codes import Redeemed

# Of a budget, or a pool of codes: with less than this left its owner is warned.
FEW = Decimal("0.1")


@dataclass(frozen=True)
class Figures:
    """Of one offer."""

    issued: int = 0
    live: int = 0
    # Places in the budget that are not used; None for any number.
    left: int | None = None
    used: Redeemed = field(default_factory=Redeemed)
    problems: tuple[str, ...] = ()


def figures(offers: Sequence[PersonalOffer], *, now: datetime) -> dict[int, Figures]:
    """Of each: four queries, however many there are."""
    ids = [one.pk for one in offers]
    is_live = Q(used_at=None, withdrawn_at=None, expires_at__gt=now)
    given = PersonalCode.objects.filter(offer__in=ids).order_by().values("offer")
    counted = {row["offer"]: row for row in given.annotate(issued=Count("pk"), live=Count("pk", filter=is_live))}
    free = OfferUse.objects.filter(offer__in=ids, order_id=None).order_by().values("offer").annotate(n=Count("pk"))
    left = {row["offer"]: row["n"] for row in free}
    used = codes.redeemed([one.shop_offer_id for one in offers if one.shop_offer_id is not None])
    about = lint.around(offers)
    found = {}
    for one in offers:
        row = counted.get(one.pk, {"issued": 0, "live": 0})
        places = left.get(one.pk, 0) if one.is_limited else None
        told = Figures(row["issued"], row["live"], places, used.get(one.shop_offer_id or 0, Redeemed()))
        found[one.pk] = Figures(told.issued, told.live, told.left, told.used, tuple(_wrong(one, told, about, now)))
    return found


def reach(offer: PersonalOffer, *, now: datetime) -> int | None:
    """How many people it means now; None where nobody can say beforehand."""
    if not offer.is_by_code:
        return _members(offer)
    people = people_for(offer, now=now)
    return 0 if people is None else guarded(people.count, doing="counting whom an offer means", fallback=None)


def reach_told(offer: PersonalOffer, *, now: datetime) -> str:
    """Whom it reaches now, in words."""
    if offer.is_by_code and offer.trigger == "by_hand":
        return _("Nobody gets a code by itself: a pop-up, a message or you give them.")
    count = reach(offer, now=now)
    if count is None:
        return _("Who is meant is decided on each visit, so nobody can count them beforehand.")
    if offer.is_by_code:
        text = ngettext("%(n)s person is meant now.", "%(n)s people are meant now.", count)
    else:
        text = ngettext("%(n)s person pays less now.", "%(n)s people pay less now.", count)
    return text % {"n": number_told(count)}


def reach_now(offer: PersonalOffer, *, now: datetime) -> Reach:
    """The same as every campaign tells it; of codes, those whom audience and trigger mean together."""
    if not offer.is_by_code:
        return reach_of(offer, now=now)
    people = None if offer.trigger == "by_hand" else reach(offer, now=now)
    why = reach_told(offer, now=now) if people is None else ""
    return Reach(people, Profile.objects.count(), why=why)


def _members(offer: PersonalOffer) -> int | None:
    audience = offer.for_whom
    if Segment.objects.filter(pk__in=audience.segment_ids, is_live=True).exists():
        return None
    people = people_for(PersonalOffer(audience=offer.audience, created_at=offer.created_at), now=offer.created_at)
    return people.count() if people is not None else None


def _wrong(offer: PersonalOffer, told: Figures, about: Around, now: datetime) -> list[str]:
    return [*_now_wrong(offer, told, about, now), *_of_overrun(offer, told)]


def _now_wrong(offer: PersonalOffer, told: Figures, about: Around, now: datetime) -> list[str]:
    if offer.off_reason:
        return [_("Switched off by itself: %(why)s. Raise it and put it live, or archive it.") % {
            "why": offer.get_off_reason_display()
        }]  # fmt: skip
    state = offer.state(now)
    if over := lint.over(offer, now=now):
        return [over]
    if state not in (State.LIVE, State.SCHEDULED):
        return []
    found = lint.problems(offer, about, now=now)
    return [*found, *_of_codes(offer, about), *_of_trigger(offer), *_of_pool(offer, told), *_of_bounds(offer)]


def _of_codes(offer: PersonalOffer, about: Around) -> list[str]:
    text = _(
        "Who is in “%(name)s” is decided on each visit, so nobody can be given a code: choose another, or let "
        "the offer work without a code."
    )
    named = [about.known[one] for one in offer.for_whom.segment_ids if one in about.known]
    return [text % {"name": one.name} for one in named if one.is_live and one.is_active] if offer.is_by_code else []


def _of_trigger(offer: PersonalOffer) -> list[str]:
    if not offer.is_by_code:
        return []
    if offer.trigger not in triggers:
        return [_("What decides who gets a code is gone: choose anew.")]
    trigger = triggers.get(offer.trigger)
    values = trigger.values(offer.parameters if isinstance(offer.parameters, dict) else {})
    if values is None:
        return [_("It lacks a setting that says who gets a code.")]
    needs = trigger.needs(values)
    if needs is not None and not Profile.objects.filter(needs).exists():
        return [_("The shop knows of nobody what this asks for, so nobody gets a code.")]
    return []


def _of_pool(offer: PersonalOffer, told: Figures) -> list[str]:
    found = []
    if told.left is not None:
        budget = told.left + told.used.orders
        if not told.left:
            found.append(_("No use is left: nobody gets it any more."))
        elif told.left <= budget * FEW:
            text = ngettext("Only %(n)s use is left.", "Only %(n)s uses are left.", told.left)
            found.append(text % {"n": told.left})
    if offer.is_by_code and offer.most_codes is not None:
        room = max(offer.most_codes - told.issued, 0)
        if not room:
            found.append(_("No code is left to give: raise their number, or archive the offer."))
        elif room <= offer.most_codes * FEW:
            text = ngettext("Only %(n)s code is left to give.", "Only %(n)s codes are left to give.", room)
            found.append(text % {"n": room})
    return found


def _of_overrun(offer: PersonalOffer, told: Figures) -> list[str]:
    why, found = _("an order that was already being paid is never refused, or you lowered the budget since."), []
    if offer.most_uses is not None and (over := told.used.orders - offer.most_uses) > 0:
        text = ngettext(
            "Used %(n)s time, %(over)s more than its budget: %(why)s",
            "Used %(n)s times, %(over)s more than its budget: %(why)s",
            told.used.orders,
        )
        words = {"n": number_told(told.used.orders), "over": number_told(over), "why": why}
        found.append(text % words)
    if offer.most_spent is not None and told.used.discount > offer.most_spent:
        words = {"amount": money_told(told.used.discount - offer.most_spent), "why": why}
        found.append(_("%(amount)s more than its budget was given away: %(why)s") % words)
    return found


def _of_bounds(offer: PersonalOffer) -> list[str]:
    found = []
    is_percent = offer.kind == PersonalOffer.Kind.PERCENT
    if is_percent and offer.most_percent is not None and offer.value > offer.most_percent:
        found.append(
            _("It promises %(n)s %%, but no product gets more than %(most)s %%.")
            % {"n": number_told_plainly(offer.value), "most": offer.most_percent}
        )
    if offer.least_margin is not None and conf.MARGIN is None:
        found.append(_("The shop tells no margins (PERSONALIZATION_MARGIN), so none can be kept."))
    if offer.most_off is not None and offer.most_spent is not None and offer.most_off > offer.most_spent:
        found.append(_("One order may take more than all that is to be given away, so nobody gets it."))
    return found
