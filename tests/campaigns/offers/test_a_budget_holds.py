"""Promise 14: one personal code is used once, a budget of ten is used ten times, whoever pays at the same moment.

Each claimant is a thread with a connection of its own and a browser that goes through Oscar's own checkout. A control
beside each takes the guard away, and sees too many.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from oscar.core.loading import get_model

from personalization.campaigns.offers import places
from personalization.campaigns.offers.models import OfferUse, PersonalOffer
from personalization.shop import codes
from tests.campaigns.offers.folk import (
    basket_of,
    browser_of,
    given,
    go_to_checkout,
    known,
    many,
    offered,
    pay,
    placed,
)
from tests.people import Shop, product

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
FEW = pytest.param(16, id="few")
# The server has a hundred connections, of which some are others'.
HUNDRED, AT_ONCE = pytest.param(100, id="hundred", marks=pytest.mark.long), 80
BUDGET = 10


@pytest.fixture(autouse=True)
def _patient(settings: Any) -> None:
    # A machine on which all of them want the processor at once lets each wait; the guard must not look like a deadline.
    settings.PERSONALIZATION_READ_TIMEOUT = settings.PERSONALIZATION_WRITE_TIMEOUT = timedelta(seconds=60)


def at_once(work: Callable[[Any], Any], those: Sequence[Any]) -> list[Any]:
    """All of them at the same moment, each on its own connection; what each came to, or the error."""
    ready = threading.Barrier(min(len(those), AT_ONCE))

    def one(arg: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            ready.wait(timeout=120)
        try:
            return work(arg)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(one, those[:AT_ONCE]))
        ready.abort()
        return found + list(pool.map(one, those[AT_ONCE:]))


def discounted() -> int:
    """Orders with a discount."""
    return get_model("order", "OrderDiscount").objects.values("order").distinct().count()


def used() -> int:
    """What Oscar itself noted."""
    return get_model("voucher", "VoucherApplication").objects.count()


def plenty() -> Any:
    """Something of which there is enough for everybody."""
    return product("tea", price="10.00", stock=1000)


def in_checkout(offer: PersonalOffer, tea: Any, count: int) -> list[Client]:
    """So many people with a code each, who have come as far as the last page before paying."""
    browsers = []
    for user in many(count):
        known(user)
        basket_of(user, tea, code=given(offer, user))
        browsers.append(browser_of(user))
    return browsers


@pytest.mark.parametrize("count", [FEW, HUNDRED])
def test_one_code_paid_for_at_once_is_used_once(open_shop: Shop, anna: Any, count: int) -> None:
    tea, code = plenty(), given(offered(), anna)
    baskets = [basket_of(anna, tea, code=code) for _ in range(count)]
    found = at_once(placed, baskets)
    assert Counter(type(one).__name__ for one in found)["Order"] == 1, Counter(map(str, found))
    assert (discounted(), used(), OfferUse.objects.exclude(order_id=None).count()) == (1, 1, 1)
    assert [one.discount for one in codes.redeemed([code.offer.shop_offer_id]).values()] == [Decimal("1.00")]


@pytest.mark.parametrize("count", [FEW, HUNDRED])
def test_once_per_customer_is_once(open_shop: Shop, anna: Any, count: int) -> None:
    tea, code = plenty(), given(offered(), anna)
    get_model("voucher", "Voucher").objects.update(usage="Once per customer")
    baskets = [basket_of(anna, tea, code=code) for _ in range(count)]
    at_once(placed, baskets)
    assert (discounted(), used()) == (1, 1)


@pytest.mark.parametrize("count", [FEW, HUNDRED])
def test_a_budget_of_ten_is_used_ten_times(open_shop: Shop, count: int) -> None:
    offer, tea = offered(most_uses=BUDGET), plenty()
    users = many(count)
    baskets = [basket_of(user, tea, code=given(offer, user)) for user in users]
    found = at_once(placed, baskets)
    # Who comes when all is over is not refused: they pay the full price, and keep their code.
    assert {type(one).__name__ for one in found} <= {"Order", "UnableToPlaceOrder"}, found
    assert (discounted(), used(), OfferUse.objects.exclude(order_id=None).count()) == (BUDGET, BUDGET, BUDGET)
    offer.refresh_from_db()
    assert (offer.status, offer.off_reason) == ("paused", "used_up")


@pytest.mark.parametrize("is_atomic", [True, False], ids=["atomic", "autocommit"])
@pytest.mark.parametrize("count", [FEW, HUNDRED])
def test_in_the_checkout_ten_pay_less_and_the_others_the_full_price(
    open_shop: Shop, count: int, is_atomic: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", is_atomic)
    offer, tea = offered(most_uses=BUDGET), plenty()
    browsers = in_checkout(offer, tea, count)

    def buy(client: Client) -> Any:
        # Not `context`: that one, the test client gathers from all threads.
        previewed = go_to_checkout(client).context_data["basket"].total_excl_tax
        answer = pay(client)
        return previewed, answer.status_code

    found = at_once(buy, browsers)
    assert {status for _previewed, status in found} == {302}, found
    orders = get_model("order", "Order").objects
    assert orders.count() == count
    assert (discounted(), used(), OfferUse.objects.exclude(order_id=None).count()) == (BUDGET, BUDGET, BUDGET)
    # Each paid what the page before paying said.
    assert Counter(previewed for previewed, _status in found) == Counter(
        orders.values_list("total_excl_tax", flat=True)
    )


@pytest.mark.parametrize("count", [FEW, HUNDRED])
def test_a_budget_of_money_is_never_exceeded(open_shop: Shop, count: int) -> None:
    # Each order may be worth 3.00 off, and takes 1.00: at least eight of ten must get theirs at once.
    offer, tea = offered(most_spent=Decimal(10), most_off=Decimal(3)), plenty()
    baskets = [basket_of(user, tea, code=given(offer, user)) for user in many(count)]
    while PersonalOffer.objects.filter(off_reason="").exists():
        before = discounted()
        at_once(placed, baskets)
        baskets = [one for one in baskets if not get_model("order", "Order").objects.filter(basket=one).exists()]
        assert discounted() > before
    spent = sum(get_model("order", "OrderDiscount").objects.values_list("amount", flat=True))
    assert Decimal(7) < spent <= Decimal(10)


def test_without_places_a_budget_is_exceeded(open_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    # The negative control: what Oscar counts by itself holds nothing back.
    monkeypatch.setattr(places, "settle", lambda *_, **__: True)
    offer, tea = offered(most_uses=BUDGET), plenty()
    get_model("offer", "ConditionalOffer").objects.update(max_global_applications=BUDGET)
    at_once(placed, [basket_of(user, tea, code=given(offer, user)) for user in many(16)])
    assert discounted() > BUDGET


def test_without_passing_over_what_others_have_in_hand_the_budget_is_exceeded(
    open_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The negative control of the lock: counting first and adding a row after is not the same.
    def counted(claim: places.Claim, placed: places.Placed, *, is_paid: bool) -> bool:
        if OfferUse.objects.exclude(order_id=None).count() >= BUDGET:
            return False
        OfferUse.objects.create(
            offer_id=claim.offer_id, order_id=placed.order_id, amount=placed.amount, used_at=placed.at
        )
        return True

    monkeypatch.setattr(places, "settle", counted)
    offer, tea = offered(most_uses=BUDGET), plenty()
    at_once(placed, [basket_of(user, tea, code=given(offer, user)) for user in many(24)])
    assert discounted() > BUDGET


def test_a_basket_that_left_gives_its_place_back(open_shop: Shop, anna: Any, boris: Any) -> None:
    offer, tea, now = offered(most_uses=1), plenty(), timezone.now()
    first, second = (basket_of(one, tea, code=given(offer, one)) for one in (anna, boris))
    one, other = (places.Claim(offer.pk, basket.pk, None, True) for basket in (first, second))
    assert places.take(one, now=now)
    assert not places.take(other, now=now)
    later = now + timedelta(minutes=16)
    assert places.take(other, now=later)
    assert not places.take(one, now=later)


def test_a_basket_that_is_being_paid_keeps_its_place(open_shop: Shop, anna: Any, boris: Any) -> None:
    offer, tea, now = offered(most_uses=1), plenty(), timezone.now()
    first, second = (basket_of(one, tea, code=given(offer, one)) for one in (anna, boris))
    one, other = (places.Claim(offer.pk, basket.pk, None, True) for basket in (first, second))
    assert places.take(one, now=now)
    first.freeze()
    assert not places.take(other, now=now + timedelta(hours=3))
    assert places.take(one, now=now + timedelta(hours=3))
