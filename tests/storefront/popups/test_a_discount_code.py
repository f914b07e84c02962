"""A code in a pop-up is made for whoever it comes up for, when it comes up, and for nobody who only looks."""

import pytest

from personalization.campaigns.offers.models import PersonalCode
from personalization.storefront.popups.models import PopupShowing
from personalization.storefront.popups.preview import preview
from tests.campaigns.offers.folk import offered
from tests.people import log_in
from tests.storefront.popups.conftest import popup


@pytest.fixture
def of_an_offer(walker):
    offer = offered()
    return popup(design="discount", design_parameters={"offer": offer.pk}, link="", frequency={}), offer


def test_it_shows_the_code_that_was_made_for_this_person(walker, anna, of_an_offer):
    one, offer = of_an_offer
    log_in(walker.client, anna)
    met = walker.opens().opens().meets(one)
    code = PersonalCode.objects.get(offer=offer)
    assert code.code in met["html"]
    assert code.reason == "popup"


def test_asking_and_looking_make_none(walker, anna, of_an_offer):
    one, _offer = of_an_offer
    log_in(walker.client, anna)
    assert walker.opens().opens().asks()
    assert "AB12-CD34-EF56" in preview(one, now=walker.now, user=anna).html
    assert PersonalCode.objects.count() == 0


def test_where_there_is_no_code_nobody_is_interrupted(walker, anna, of_an_offer):
    one, offer = of_an_offer
    log_in(walker.client, anna)
    type(offer).objects.filter(pk=offer.pk).update(status="paused")
    assert walker.opens().opens().meets(one) is None
    assert (PopupShowing.objects.count(), PersonalCode.objects.count()) == (0, 0)


def test_whoever_may_not_be_known_gets_none(walker, settings, of_an_offer):
    one, _offer = of_an_offer
    settings.PERSONALIZATION_CONSENT = "tests.storefront.popups.conftest.only_counted"
    one.trigger, one.trigger_parameters = "scrolled", {}
    one.save()
    walker.opens().asks()
    walker.opens().asks()
    assert walker.meets(one) is None
    assert PersonalCode.objects.count() == 0


def test_a_second_showing_brings_the_same_code(walker, anna, of_an_offer):
    one, _offer = of_an_offer
    log_in(walker.client, anna)
    first = walker.opens().opens().meets(one)
    again = walker.later(days=2).opens().opens().meets(one)
    code = PersonalCode.objects.get().code
    assert code in first["html"]
    assert code in again["html"]


def test_a_page_for_browsers_without_scripts_gives_none(walker, anna, of_an_offer, settings):
    settings.ROOT_URLCONF = "tests.storefront.popups.pages"
    log_in(walker.client, anna)
    for _ in range(2):
        page = walker.client.get("/shop/goods/1/").content.decode()
    assert "<noscript>" not in page
    assert PersonalCode.objects.count() == 0
