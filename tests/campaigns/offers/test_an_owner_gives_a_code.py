"""An owner gives one person a code by their e-mail: within the guards, and everybody can see who did."""

from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from personalization.campaigns.offers.models import OfferUse, PersonalCode
from tests.campaigns.offers.folk import BACKEND, browser_of, given, known, offered, told_in, total_in
from tests.journeys_of_oscar import enter_voucher, put_into_basket

GIVE = "/admin/personalization/personalcode/give/"


@pytest.fixture
def owner(shop) -> Client:
    """May do everything."""
    client = Client()
    boss = get_user_model().objects.create_superuser("olga", "olga@example.com", "secret")
    client.force_login(boss, backend=BACKEND)
    return client


def _give(owner, offer, email, **more):
    return owner.post(GIVE, {"offer": offer.pk, "email": email, **more}, follow=True)


def test_the_code_works_for_its_owner_and_the_list_says_who_gave_it(owner, anna, shop):
    answer = _give(owner, offered(), anna.email)
    code = PersonalCode.objects.get()
    assert any(f"The code {code.code} belongs to {anna.email} now" in one for one in told_in(answer))
    browser = browser_of(anna)
    put_into_basket(browser, shop["coffee"])
    enter_voucher(browser, code.code)
    assert total_in(browser) == Decimal("5.85")
    page = answer.content.decode()
    assert (code.asked_by, code.reason) == ("olga", "by_hand")
    assert ">by hand<" in page
    assert ">olga<" in page
    assert LogEntry.objects.get().object_id == str(code.pk)


def test_whoever_has_a_live_code_of_it_gets_no_second_one(owner, anna):
    offer = offered()
    code = given(offer, anna)
    told = told_in(_give(owner, offer, anna.email))
    assert any(f"No other code is given: {anna.email} has {code.code}" in one for one in told)
    assert PersonalCode.objects.get() == code
    assert not LogEntry.objects.exists()


def test_after_it_was_used_they_may_be_given_another(owner, anna):
    offer = offered()
    _give(owner, offer, anna.email)
    PersonalCode.objects.update(used_at="2026-01-01T00:00Z")
    _give(owner, offer, anna.email)
    assert PersonalCode.objects.count() == 2


def test_a_person_with_as_many_as_the_shop_allows_gets_none(owner, anna, settings):
    settings.PERSONALIZATION_CODES_AT_ONCE = 1
    given(offered(title="one"), anna)
    page = _give(owner, offered(title="two"), anna.email).content.decode()
    assert "They have 1 code already, and nobody has more at once" in page
    assert PersonalCode.objects.count() == 1


def test_an_empty_pool_and_an_empty_budget_give_none(owner, anna, boris):
    pool, budget = offered(title="pool", most_codes=1), offered(title="budget", most_uses=1)
    given(pool, boris)
    OfferUse.objects.filter(offer=budget).update(order_id=1, order_number="1", amount=1, used_at="2026-01-01T00:00Z")
    assert "All codes of this offer are given out" in _give(owner, pool, anna.email).content.decode()
    assert "Its budget is used up" in _give(owner, budget, anna.email).content.decode()
    assert PersonalCode.objects.count() == 1


def test_an_e_mail_that_nobody_has_is_said(owner):
    page = _give(owner, offered(), "nobody@example.com").content.decode()
    assert "No account has this e-mail" in page


def test_an_e_mail_of_several_accounts_is_settled_by_the_customer_s_page(owner, anna, boris):
    offer = offered()
    get_user_model().objects.update(email="same@example.com")
    assert "Several accounts have this e-mail" in _give(owner, offer, "same@example.com").content.decode()
    _give(owner, offer, "same@example.com", user=boris.pk)
    assert PersonalCode.objects.get().person.int == boris.pk


def test_only_live_offers_with_codes_can_be_given(owner, anna):
    wrong = (offered(title="draft", status="draft"), offered(title="open", way="open"))
    assert "No offer that gives codes is live." in owner.get(GIVE).content.decode()
    offered(title="right")
    for offer in wrong:
        assert "Select a valid choice" in _give(owner, offer, anna.email).content.decode()
    assert not PersonalCode.objects.exists()


def test_the_customer_s_page_leads_there_with_the_person_filled_in(owner, anna):
    offered()
    page = owner.get(reverse("admin:personalization_customer_page", args=[known(anna).person])).content.decode()
    assert f"{GIVE}?user={anna.pk}" in page
    assert f'value="{anna.email}"' in owner.get(GIVE, {"user": anna.pk}).content.decode()


def test_whoever_may_not_see_accounts_gives_nothing(shop, anna):
    clerk = get_user_model().objects.create_user("clerk", "clerk@example.com", "secret", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["change_personaloffer", "view_personalcode"]))
    browser = browser_of(clerk)
    assert browser.get(GIVE).status_code == 403
    assert _give(browser, offered(), anna.email).status_code == 403
    assert not PersonalCode.objects.exists()
