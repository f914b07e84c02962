"""Counts out an offer's budget so that it holds under any number of checkouts at once, and nobody waits for anybody.

A budget of 200 uses is 200 rows. A basket on its way through the checkout takes one that is free, passing over those
that another transaction has in hand: so no lock is ever waited for, however long somebody's payment takes, and a
transaction that is rolled back leaves its place as it was. A place is held until the order is placed or HOLD is over;
of a basket whose payment is on its way (Oscar calls it frozen) for a day, and of one whose order Oscar has placed for
good, whether we have written it down or not.

What is paid is never refused: where no place is left for such an order, it is written down as one more than there are.

A budget of money is as many places as it has room for the dearest order (`most_off`); what an order did not need of it
comes back as further places. So it is never exceeded, and used up but for less than one such order.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from personalization.campaigns.offers.models import PersonalOffer
from personalization.conf import conf
from personalization.shop import codes

logger = logging.getLogger("personalization")
FROZEN = timedelta(days=1)

_MINE = """
SELECT held_until FROM personalization_offeruse
WHERE offer_id = %(offer)s AND basket_id = %(basket)s AND order_id IS NULL ORDER BY held_until DESC LIMIT 1
"""
_LONGER = """
UPDATE personalization_offeruse SET held_until = %(until)s WHERE id = (
    SELECT id FROM personalization_offeruse
    WHERE offer_id = %(offer)s AND basket_id = %(basket)s AND order_id IS NULL LIMIT 1 FOR UPDATE SKIP LOCKED)
"""
# Whoever has the code's row in hand decides; a second basket with the same code is refused at once.
_CODE = """
SELECT id FROM personalization_personalcode WHERE id = %(code)s AND used_at IS NULL AND withdrawn_at IS NULL
FOR UPDATE SKIP LOCKED
"""
_HELD = """(use.order_id IS NOT NULL OR use.held_until > %(now)s OR (
    use.held_until > %(now)s - %(frozen_for)s AND EXISTS (
        SELECT FROM {baskets} AS basket WHERE basket.id = use.basket_id AND basket.status = %(frozen)s)
) OR EXISTS (
    SELECT FROM {orders} AS placed JOIN {discounts} AS lowered ON lowered.order_id = placed.id
    JOIN personalization_personaloffer AS ours ON ours.shop_offer_id = lowered.offer_id
    WHERE placed.basket_id = use.basket_id AND ours.id = use.offer_id))
"""
_HOLDS = """
SELECT EXISTS (SELECT FROM personalization_offeruse AS use WHERE use.offer_id = %(offer)s
AND use.basket_id = %(basket)s AND use.code_id IS NOT DISTINCT FROM %(code)s AND use.order_id IS NULL
AND use.held_until > %(since)s)
"""
_CODE_IS_TAKEN = """
SELECT EXISTS (SELECT FROM personalization_offeruse AS use
WHERE use.code_id = %(code)s AND use.basket_id IS DISTINCT FROM %(basket)s AND {held})
"""
_TAKE = """
UPDATE personalization_offeruse SET basket_id = %(basket)s, code_id = %(code)s, held_until = %(until)s WHERE id = (
    SELECT use.id FROM personalization_offeruse AS use
    WHERE use.offer_id = %(offer)s AND use.order_id IS NULL AND (use.basket_id IS NULL OR NOT {held})
    ORDER BY use.basket_id NULLS FIRST, use.id LIMIT 1 FOR UPDATE SKIP LOCKED)
"""
_ADD = """
INSERT INTO personalization_offeruse (offer_id, code_id, basket_id, held_until, order_number)
VALUES (%(offer)s, %(code)s, %(basket)s, %(until)s, '')
"""
_SETTLE = """
UPDATE personalization_offeruse
SET order_id = %(order)s, order_number = %(number)s, amount = %(amount)s, used_at = %(now)s
WHERE id = (SELECT id FROM personalization_offeruse
            WHERE offer_id = %(offer)s AND basket_id = %(basket)s AND order_id IS NULL ORDER BY id LIMIT 1 FOR UPDATE)
"""
# One code is in one order, whatever else was paid with it.
_OVER = """
INSERT INTO personalization_offeruse (offer_id, code_id, basket_id, order_id, order_number, amount, used_at)
SELECT %(offer)s, CASE WHEN EXISTS (
        SELECT FROM personalization_offeruse WHERE code_id = %(code)s AND order_id IS NOT NULL
    ) THEN NULL ELSE %(code)s::bigint END, %(basket)s, %(order)s, %(number)s, %(amount)s, %(now)s
"""
_USED = """
UPDATE personalization_personalcode SET used_at = %(now)s, order_number = %(number)s
WHERE id = %(code)s AND used_at IS NULL
"""
# One row tells it all at one moment: what is used, and what may still be.
_COUNTED = """
SELECT count(*) FILTER (WHERE order_id IS NOT NULL), coalesce(sum(amount) FILTER (WHERE order_id IS NOT NULL), 0),
       count(*) FILTER (WHERE order_id IS NULL)
FROM personalization_offeruse WHERE offer_id = %(offer)s
"""
_MAKE = """
INSERT INTO personalization_offeruse (offer_id, order_number) SELECT %(offer)s, '' FROM generate_series(1, %(count)s)
"""
_UNMAKE = """
DELETE FROM personalization_offeruse WHERE id IN (
    SELECT use.id FROM personalization_offeruse AS use
    WHERE use.offer_id = %(offer)s AND use.order_id IS NULL AND (use.basket_id IS NULL OR NOT {held})
    ORDER BY use.id DESC LIMIT %(count)s FOR UPDATE SKIP LOCKED)
"""
_CLEAR = """
DELETE FROM personalization_offeruse AS use USING personalization_personaloffer AS offer
WHERE offer.id = use.offer_id AND offer.most_uses IS NULL AND offer.most_spent IS NULL
  AND use.order_id IS NULL AND NOT {held}
"""


@dataclass(frozen=True)
class Claim:
    """A basket that asks for a place."""

    offer_id: int
    basket_id: int
    code_id: int | None
    is_limited: bool


@dataclass(frozen=True)
class Placed:
    """An order that has the discount."""

    order_id: int
    number: str
    amount: Decimal
    at: datetime


def take(claim: Claim, *, now: datetime) -> bool:
    """Holds a place for this basket, or says that there is none; waits for nobody. Asked again, it is held longer."""
    hold: timedelta = conf.OFFER_HOLD
    asked = _asked(now) | {
        "offer": claim.offer_id, "basket": claim.basket_id, "code": claim.code_id, "until": now + hold,
    }  # fmt: skip
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(_MINE, asked)
        if (mine := cursor.fetchone()) and mine[0] > now:
            if mine[0] < now + hold / 2:
                cursor.execute(_LONGER, asked)
            return True
        if claim.code_id is not None:
            cursor.execute(_CODE, asked)
            if cursor.fetchone() is None:
                return False
            cursor.execute(_told(_CODE_IS_TAKEN), asked)
            if cursor.fetchone()[0]:
                return False
        if mine:
            # Its time is over, but nobody has taken it.
            cursor.execute(_LONGER, asked)
            if cursor.rowcount:
                return True
        cursor.execute(_told(_TAKE) if claim.is_limited else _ADD, asked)
        return bool(cursor.rowcount)


def holds(claim: Claim, *, since: datetime) -> bool:
    """The basket has a place of this offer that was held at that time."""
    asked = {"offer": claim.offer_id, "basket": claim.basket_id, "code": claim.code_id, "since": since}
    with connection.cursor() as cursor:
        cursor.execute(_HOLDS, asked)
        return bool(cursor.fetchone()[0])


def settle(claim: Claim, placed: Placed, *, is_paid: bool) -> bool:
    """Writes the order into the place that its basket holds; takes one if it holds none.

    Where none is left, what is paid counts over the budget, and anything else is refused: False.
    """
    asked = {
        "offer": claim.offer_id, "basket": claim.basket_id, "code": claim.code_id, "order": placed.order_id,
        "number": placed.number, "amount": placed.amount, "now": placed.at,
    }  # fmt: skip
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(_SETTLE, asked)
        if not cursor.rowcount:
            if take(claim, now=placed.at):
                cursor.execute(_SETTLE, asked)
            elif is_paid:
                cursor.execute(_OVER, asked)
                logger.warning(
                    "Order %s was being paid when offer %s ran out: it keeps its price, one more than the budget",
                    placed.number, claim.offer_id,
                )  # fmt: skip
            else:
                return False
        if claim.code_id is not None:
            cursor.execute(_USED, asked)
    return True


def top_up(offer: PersonalOffer, *, now: datetime) -> int | None:
    """Brings the places in line with the budget; gives how many are left, None for any number."""
    with transaction.atomic(), connection.cursor() as cursor:
        PersonalOffer.objects.select_for_update().get(pk=offer.pk)
        asked = _asked(now) | {"offer": offer.pk}
        if not offer.is_limited:
            # What is left of a budget that the offer had before.
            cursor.execute(_told(_UNMAKE), asked | {"count": 10_000_000})
            return None
        cursor.execute(_COUNTED, asked)
        used, spent, places = cursor.fetchone()
        left = _left(offer, used=used, spent=spent)
        if left > places:
            cursor.execute(_MAKE, asked | {"count": left - places})
        elif left < places:
            cursor.execute(_told(_UNMAKE), asked | {"count": places - left})
    return left


def clear(*, now: datetime) -> int:
    """Forgets what baskets held of offers without a budget and never came back for."""
    with connection.cursor() as cursor:
        cursor.execute(_told(_CLEAR), _asked(now))
        return int(cursor.rowcount)


def _left(offer: PersonalOffer, *, used: int, spent: Decimal) -> int:
    lefts = [] if offer.most_uses is None else [offer.most_uses - used]
    if offer.most_spent is not None and offer.most_off:
        lefts.append(int((offer.most_spent - spent) // offer.most_off))
    return max(min(lefts), 0)


def _told(sql: str) -> str:
    # The names of Oscar's own tables are the only thing put into the text.
    told = sql.replace("{held}", _HELD)
    for name, table in codes.tables().items():
        told = told.replace(f"{{{name}}}", table)
    return told


def _asked(now: datetime) -> dict[str, Any]:
    return {"now": now, "frozen_for": FROZEN, "frozen": codes.frozen()}
