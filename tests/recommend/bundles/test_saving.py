"""A saving is told only where Oscar really gives it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from oscar.core.loading import get_class, get_model

from personalization import shop as door
from personalization.recommend.bundles.models import Bundle
from personalization.recommend.bundles.price import price
from personalization.recommend.bundles.saving import joint
from tests.people import NOW

SET = ("coffee", "sponge", "candles")
# 6.49 + 0.99 + 5.99
FULL = Decimal("13.47")


@pytest.fixture
def joint_now(known):
    """What the page says of the set."""

    def read(now=NOW):
        cards, _ = door.cards(known.ids(*SET), buying=door.buying())
        return joint(cards, Bundle.objects.get(), now=now)

    return read


@pytest.fixture(autouse=True)
def _bundle(known, composed):
    composed("coffee", "sponge", "candles")


def in_the_basket(shop) -> Decimal:
    """What Oscar asks for it."""
    basket = get_model("basket", "Basket").objects.create()
    basket.strategy = door.buying().strategy
    for title in SET:
        basket.add_product(shop[title])
    get_class("offer.applicator", "Applicator")().apply(basket)
    return basket.total_incl_tax


def test_without_an_offer_there_is_a_sum_and_no_saving(joint_now):
    assert price(now=NOW) == 0
    assert (joint_now().full, joint_now().reduced) == (FULL, None)


def test_an_offer_for_everybody_is_told_to_the_cent(known, offer, joint_now):
    offer(value=10)
    assert price(now=NOW) == 1
    assert joint_now().reduced == in_the_basket(known) < FULL
    assert joint_now().saved == FULL - in_the_basket(known)


@pytest.mark.parametrize("benefit", ["Percentage", "Absolute", "Fixed price"])
def test_whatever_the_benefit_it_is_what_the_basket_says(known, offer, joint_now, benefit):
    offer(known["coffee"], known["sponge"], value=5, benefit=benefit)
    price(now=NOW)
    assert joint_now().reduced == in_the_basket(known)


def test_asking_writes_no_basket(offer):
    offer()
    price(now=NOW)
    assert not get_model("basket", "Basket").objects.exists()
    assert not get_model("basket", "Line").objects.exists()


def test_an_offer_on_other_goods_saves_nothing(known, offer, joint_now):
    offer(known["honey"], known["butter"])
    price(now=NOW)
    assert joint_now().reduced is None


@pytest.mark.parametrize("limit", [{"max_user_applications": 1}, {"max_global_applications": 5}, {"max_discount": 9}])
def test_what_only_some_get_is_no_promise(offer, joint_now, limit):
    offer(**limit)
    price(now=NOW)
    assert joint_now().reduced is None


def test_an_offer_of_vouchers_is_no_promise(offer, joint_now):
    offer(offer_type="Voucher")
    price(now=NOW)
    assert joint_now().reduced is None


class TestItIsNotToldAnyMore:
    @pytest.fixture(autouse=True)
    def _told(self, offer, joint_now):
        self.offer = offer(value=10)
        price(now=NOW)
        assert joint_now().reduced is not None

    def test_when_a_price_changes(self, known, joint_now):
        known["sponge"].stockrecords.update(price="1.09")
        assert joint_now().reduced is None

    def test_when_the_offer_changes(self, joint_now):
        get_model("offer", "Benefit").objects.update(value=5)
        assert joint_now().reduced is None

    def test_when_the_offer_ends(self, joint_now):
        self.offer.end_datetime = NOW - timedelta(days=1)
        self.offer.save()
        assert joint_now().reduced is None

    def test_when_another_offer_comes(self, offer, joint_now):
        offer(value=1, priority=9)
        assert joint_now().reduced is None

    def test_when_nobody_has_asked_for_long(self, joint_now):
        assert joint_now(NOW + timedelta(hours=7)).reduced is None

    def test_of_other_goods(self, known):
        cards, _ = door.cards(known.ids("coffee", "sponge"), buying=door.buying())
        assert joint(cards, Bundle.objects.get(), now=NOW).reduced is None

    def test_and_the_next_asking_finds_out(self, known, joint_now):
        get_model("offer", "Benefit").objects.update(value=5)
        assert price(now=NOW + timedelta(minutes=10)) == 1
        assert joint_now().reduced == in_the_basket(known)

    def test_what_is_sure_is_not_asked_again_at_once(self):
        assert price(now=NOW + timedelta(minutes=10)) == 0
        assert price(now=NOW + timedelta(hours=2)) == 1

    def test_without_any_offer_left_it_is_forgotten(self):
        get_model("offer", "ConditionalOffer").objects.all().delete()
        price(now=NOW)
        assert Bundle.objects.get().reduced_price is None


def test_a_page_asks_about_offers_only_where_there_is_a_saving(offer, known, django_assert_num_queries):
    cards, _ = door.cards(known.ids(*SET), buying=door.buying())
    price(now=NOW)
    bundle = Bundle.objects.get()
    with django_assert_num_queries(0):
        joint(cards, bundle, now=NOW)
    offer()
    price(now=NOW)
    bundle = Bundle.objects.get()
    with django_assert_num_queries(1):
        joint(cards, bundle, now=NOW)
