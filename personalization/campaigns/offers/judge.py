"""Says whom an offer is for: the judge that Oscar's offers ask, by way of `shop.promise`.

Of a code one query says whose it is. An offer without a code asks for the person's segments, once for all offers of a
request; what the offers themselves say is remembered by their revision, and costs nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from personalization.campaigns.offers import places
from personalization.campaigns.offers.keep import after_use
from personalization.campaigns.offers.models import PersonalCode, PersonalOffer
from personalization.campaigns.offers.places import Placed
from personalization.campaigns.state import State
from personalization.conf import conf
from personalization.events.models import Visitor
from personalization.events.person import Person
from personalization.events.record import in_hand
from personalization.guard import guarded, guarded_after_commit
from personalization.people.persons import account_of, number_of
from personalization.people.segments.now import Standing
from personalization.recommend.facts.models import ProductFact
from personalization.shop.checkouts import is_checkout
from personalization.shop.promise import CENT, Question, Refusal, Terms, sit, too_little_told

IsIn = Callable[[Iterable[int]], bool]
NOTHING = Refusal()
MOST_REMEMBERED = 500
# No payment is longer on its way.
MOST_DAYS = timedelta(days=60)


class OwnersJudge:
    """By codes, segments and budgets."""

    def __init__(self) -> None:
        self._remembered: dict[tuple[int, int], PersonalOffer] = {}
        # Asks for the segments of whoever is before the page; the storefront, which knows visits, puts its own here.
        self.standing: Callable[[HttpRequest], IsIn] | None = None

    def take_seat(self) -> None:
        """From now on Oscar's offers ask here."""
        sit(self)

    def judge(self, question: Question) -> Terms | Refusal:
        """Whatever fails refuses, and leaves the shop's transaction whole."""
        if not conf.ENABLED:
            return NOTHING
        nothing: Terms | Refusal = NOTHING
        asked, told = partial(self._judge, question, timezone.now()), "asking whom an offer is for"
        return guarded(asked, doing=told, fallback=nothing, writes=is_checkout(question.request))

    def settle(self, question: Question, *, order_id: int, order_number: str, amount: Decimal) -> bool:
        """Whatever fails lets the order go through: what its place lacks the job fills in."""
        work = partial(self._settle, question, order_id, order_number, amount, timezone.now())
        return guarded(work, doing="writing an order into its offer", fallback=True, writes=True)

    # --- whose it is --------------------------------------------------------------------------------------------------

    def _judge(self, question: Question, now: datetime) -> Terms | Refusal:
        in_checkout = is_checkout(question.request)
        if question.voucher_id is not None:
            code = PersonalCode.objects.select_related("offer").filter(voucher_id=question.voucher_id).first()
            offer, refusal = (code.offer, _of_code(code, question, now)) if code else (None, _foreign())
        else:
            code, offer = None, self._offer(question)
            refusal = self._of_audience(offer, question, now) if offer else NOTHING
        if offer is None:
            return _off(refusal or NOTHING, question, in_checkout)
        if refusal is not None and not _is_promised(refusal, offer, code, question, now):
            return _off(refusal, question, in_checkout)
        if in_checkout and (late := _without_place(offer, code, question, now)) is not None:
            return _off(late, question, in_checkout)
        return terms(offer)

    def _offer(self, question: Question) -> PersonalOffer | None:
        key = (question.offer_id, question.revision)
        if (known := self._remembered.get(key)) is None:
            known = PersonalOffer.objects.filter(shop_offer_id=question.offer_id).first()
            if known is None or known.revision != question.revision:
                return known
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = known
        return known

    def _of_audience(self, offer: PersonalOffer, question: Question, now: datetime) -> Refusal | None:
        if offer.is_by_code:
            return NOTHING
        if not offer.is_on(now):
            return Refusal(waits=True)
        audience, person = offer.for_whom, _person(question)
        if not offer.in_arm.is_everybody and not offer.in_arm.has(
            str(number_of(person)), otherwise=f"offer {offer.pk}"
        ):
            return NOTHING
        return None if audience.is_everybody or audience.has(self._is_in(question, person)) else NOTHING

    def _is_in(self, question: Question, person: Person) -> IsIn:
        request = question.request
        is_before_the_page = request is not None and _user_id(request) == question.owner_id
        if request is not None and is_before_the_page and self.standing is not None:
            return self.standing(request)
        standing = Standing.of(person)
        return lambda ids: any(standing.holds(one) for one in ids)

    # --- as the order is placed ---------------------------------------------------------------------------------------

    def _settle(self, question: Question, order_id: int, order_number: str, amount: Decimal, now: datetime) -> bool:
        code = None
        if question.voucher_id is not None:
            code = PersonalCode.objects.filter(voucher_id=question.voucher_id).first()
        offer = code.offer if code else PersonalOffer.objects.filter(shop_offer_id=question.offer_id).first()
        if offer is None or question.basket_id is None:
            return question.may_be_paid
        claim, is_paid = _claim(offer, code, question), question.may_be_paid
        placed = Placed(order_id, order_number, amount, now)
        if not places.settle(claim, placed, is_paid=is_paid):
            return False
        if offer.is_limited:
            guarded_after_commit(partial(after_use, offer.pk), doing="looking what is left of a budget")
        return True


judge = OwnersJudge()


def terms(offer: PersonalOffer) -> Terms:
    """What is taken off."""
    is_share = offer.kind == PersonalOffer.Kind.PERCENT
    return Terms(
        share=offer.value / 100 if is_share else Decimal(0),
        amount=Decimal(0) if is_share else offer.value,
        least_basket=offer.least_basket or Decimal(0),
        most_off=offer.most_off,
        shares=partial(most_shares, most_percent=offer.most_percent, least_margin=offer.least_margin),
    )


def most_shares(
    product_ids: Sequence[int], *, most_percent: int | None, least_margin: int | None
) -> Mapping[int, Decimal]:
    """Of each product, at most which share of its price may come off: one query, and none without bounds."""
    if most_percent is None and least_margin is None:
        return {}
    facts = ProductFact.objects.filter(product_id__in=product_ids).in_bulk()
    return {one: _most_share(facts.get(one), most_percent, least_margin) for one in product_ids}


def _most_share(fact: ProductFact | None, most_percent: int | None, least_margin: int | None) -> Decimal:
    bounds = [Decimal(1)]
    if most_percent is not None:
        # Against the usual price: what is reduced by a fifth already may come down by a tenth more, and no further.
        usual = fact.usual_price / fact.price if fact and fact.usual_price and fact.price else Decimal(1)
        bounds.append(1 - max(usual, Decimal(1)) * (100 - most_percent) / 100)
    if least_margin is not None and fact is not None and fact.margin is not None:
        bounds.append(1 - (1 - Decimal(str(fact.margin))) / (1 - Decimal(least_margin) / 100))
    return max(min(bounds), Decimal(0))


def _of_code(code: PersonalCode, question: Question, now: datetime) -> Refusal | None:
    if not _is_theirs(code.person, question):
        return _foreign() if question.owner_id is not None else Refusal(
            _("This code is personal: sign in as the one to whom it was given.")
        )  # fmt: skip
    if code.withdrawn_at is not None:
        return Refusal(_("This code was withdrawn."))
    if code.used_at is not None:
        return Refusal(_("This code has been used in the order %(number)s.") % {"number": code.order_number})
    if code.expires_at <= now:
        return Refusal(_("This code is no longer valid."))
    # An offer that has ended by its date gives no new codes; those given are valid until their own day.
    is_kept = code.offer.state(now) in (State.LIVE, State.ENDED) and not code.offer.off_reason
    if not is_kept:
        return Refusal(_("This offer is paused at the moment."), waits=True)
    hours = code.offer.at_hours
    if not hours.has(now):
        return Refusal(_("This code works at these hours: %(hours)s.") % {"hours": hours.told()}, waits=True)
    return None


def _is_promised(
    refusal: Refusal, offer: PersonalOffer, code: PersonalCode | None, question: Question, now: datetime
) -> bool:
    """It was promised on the way to this order, and what came between counts for the next one.

    A basket that is being paid keeps what it was frozen with; one in the checkout has its price as long as its place.
    """
    if question.basket_id is None or (code is not None and code.used_at is not None):
        return False
    if question.is_being_paid:
        return refusal.waits or places.holds(_claim(offer, code, question), since=now - MOST_DAYS)
    return refusal.waits and is_checkout(question.request) and places.holds(_claim(offer, code, question), since=now)


def _without_place(
    offer: PersonalOffer, code: PersonalCode | None, question: Question, now: datetime
) -> Refusal | None:
    """In the checkout: takes a place for the basket, or says why it has none."""
    if question.basket_id is None:
        return NOTHING
    if not question.is_being_paid and (value := question.worth()) < max(least := offer.least_basket or CENT, CENT):
        # A place would be held for nothing, and a code used up for it.
        return Refusal(too_little_told(value, least=least)) if code else NOTHING
    if places.take(_claim(offer, code, question), now=now) or question.is_being_paid:
        return None
    return Refusal(_late(offer, code))


def _is_theirs(person: UUID, question: Question) -> bool:
    account = account_of(person)
    if account is not None:
        return account == question.owner_id
    if question.owner_id is None:
        return _person(question).visitor_id == person
    # Given to a stranger who has an account by now.
    return Visitor.objects.filter(pk=person, user_id=question.owner_id).exists()


def _person(question: Question) -> Person:
    if question.owner_id is not None:
        return Person(user_id=question.owner_id)
    gathered = in_hand()
    # Nobody's basket belongs to whoever is before the page; without a request that is nobody.
    is_page = gathered is not None and question.request is not None
    return Person(visitor_id=gathered.person.visitor_id) if gathered and is_page else Person()


def _claim(offer: PersonalOffer, code: PersonalCode | None, question: Question) -> places.Claim:
    return places.Claim(offer.pk, question.basket_id or 0, code.pk if code else None, offer.is_limited)


def _off(refusal: Refusal, question: Question, in_checkout: bool) -> Refusal:
    # Where an order is on its way, a code that gives nothing leaves the basket: Oscar would note it as used.
    # Without a request nobody looks at a page: an order is placed by a program.
    is_on_its_way = in_checkout or question.request is None
    return replace(refusal, is_taken_off=is_on_its_way and question.voucher_id is not None)


def _foreign() -> Refusal:
    return Refusal(_("This code belongs to somebody else: only they can use it."))


def _late(offer: PersonalOffer, code: PersonalCode | None) -> str:
    if code is None:
        return _("“%(title)s” is all taken at the moment, so you see the full price.") % {"title": offer.title}
    return _(
        "This code can't be used right now: all of this offer is taken, or the code is in an order being paid. You see "
        "the full price; the code stays yours."
    )


def _user_id(request: HttpRequest) -> int | None:
    user = getattr(request, "user", None)
    return user.pk if user is not None and user.is_authenticated else None
