"""What a customer will need again and when, as far as anybody can know."""

from datetime import timedelta
from typing import Any

from django.test import Client

from personalization.events.models import AccountConsent
from personalization.recommend.facts.models import ProductFact
from tests.insight.people.conftest import page_of
from tests.people import NOW, Shop, bought

DAY = timedelta(days=1)


def panel(client: Client, who: Any) -> str:
    """What stands under "What they will need"."""
    return client.get(page_of(who)).content.decode().split('id="pz-needs"')[1].split("</section>")[0]


def every(days: int, user: Any, product: Any, *, times: int, last: int) -> None:
    for turn in range(times):
        bought(user, {product: 1}, at=NOW - (last + turn * days) * DAY)


def test_the_product_and_the_expected_day_by_their_own_rhythm(seller: Client, shop: Shop, anna: Any) -> None:
    every(10, anna, shop["oat milk"], times=4, last=4)
    told = panel(seller, anna)
    assert "oat milk" in told
    assert "16 Mar 2026" in told
    assert "bought on 4 days, the last one on 6 Mar 2026; expected after 10 days" in told


def test_the_shop_s_rhythm_counts_as_two_gaps(seller: Client, shop: Shop, anna: Any) -> None:
    every(10, anna, shop["oat milk"], times=3, last=4)
    ProductFact.objects.create(product_id=shop["oat milk"].pk, usual_gap_days=20.0, listed_at=NOW, looked_at=NOW)
    # (2 * 20 + 20) / (2 + 2) = 15 days after 6 March
    assert "21 Mar 2026" in panel(seller, anna)


def test_what_is_overdue_says_so_until_it_was_given_up(seller: Client, shop: Shop, anna: Any) -> None:
    every(10, anna, shop["oat milk"], times=3, last=15)
    every(10, anna, shop["honey"], times=3, last=31)
    told = panel(seller, anna)
    assert "due since 5 Mar 2026" in told
    assert "honey" not in told


def test_the_sooner_stands_first_and_there_are_not_too_many(seller: Client, shop: Shop, anna: Any) -> None:
    for turn, product in enumerate(shop.products.values()):
        if product.parent_id is None and not product.is_parent:
            every(20 + turn, anna, product, times=2, last=9)
    told = panel(seller, anna)
    assert told.count("<li>") == 8
    days = [one.split("</span>")[0] for one in told.split('<span class="pz-quiet">')[1:]]
    assert days == sorted(days)


def test_too_little_is_said_in_place_of_a_day(seller: Client, shop: Shop, anna: Any) -> None:
    assert "Not enough data yet" in panel(seller, anna)
    bought(anna, {shop["oat milk"]: 3}, at=NOW - 5 * DAY)
    assert "Not enough data yet" in panel(seller, anna)


def test_of_who_withdrew_nothing_is_foretold(seller: Client, shop: Shop, anna: Any) -> None:
    every(10, anna, shop["oat milk"], times=4, last=4)
    AccountConsent.objects.create(user_id=anna.pk, purposes=["analytics"], changed_at=NOW)
    assert "oat milk" not in panel(seller, anna)
