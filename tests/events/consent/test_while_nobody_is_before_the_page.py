"""What befalls an account while its owner is elsewhere: noted with a name only where their last answer allows it."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from oscar.core.loading import get_class, get_model

from personalization.events import record
from personalization.events.consent import STORING, Consent
from personalization.events.erase import erase
from personalization.events.ledger import note
from personalization.events.models import Event
from personalization.events.person import Person
from personalization.events.personal import whole_account
from tests import people
from tests.events.consent.browsers import BOTH, PAGE, answer, browser
from tests.people import Shop

ASKED_FIRST = "personalization.events.consent.answered"


@pytest.fixture
def asked_first(settings: Any) -> None:
    """Nothing without a yes."""
    settings.PERSONALIZATION_CONSENT = ASKED_FIRST


def said(user: Any, purposes: Any) -> None:
    """The account answered."""
    consent = Consent(frozenset(purposes), is_asked=True, given_at=timezone.now())
    note(consent, person=Person(user_id=user.pk), text="words", source="page")


def fill_a_basket(user: Any, shop: Shop) -> None:
    """By an import or a till, without a page."""
    basket = get_model("basket", "Basket").objects.create(owner=user)
    basket.strategy = get_class("partner.strategy", "Default")()
    basket.add_product(shop["honey"], 2)


def send_the_parcel(user: Any, shop: Shop) -> None:
    """The staff moves an order on."""
    order = people.bought(user, {shop["honey"]: 1}, at=timezone.now())
    order.set_status("Being processed")


def ask_for_an_alert(user: Any, shop: Shop) -> None:
    """Through a shop's own interface."""
    get_model("customer", "ProductAlert").objects.create(user=user, product=shop["honey"], status="Active")


def note_by_hand(user: Any, shop: Shop) -> None:
    """A shop's own command."""
    record.record("custom", user_id=user.pk, payload={"name": "called"})


ALL = [fill_a_basket, send_the_parcel, ask_for_an_alert, note_by_hand]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("bare_oscar", "asked_first")
class TestNobodyIsNamed:
    @pytest.mark.parametrize("deed", ALL)
    def test_who_was_never_asked(self, open_shop, anna, deed):
        deed(anna, open_shop)
        assert not Event.objects.filter(user_id=anna.pk).exclude(kind="purchased").exists()

    @pytest.mark.parametrize("deed", ALL)
    def test_who_said_no(self, open_shop, anna, deed):
        said(anna, ())
        deed(anna, open_shop)
        assert not Event.objects.filter(user_id=anna.pk).exists()

    @pytest.mark.parametrize("deed", ALL)
    def test_who_was_erased(self, open_shop, anna, deed, settings):
        settings.PERSONALIZATION_CONSENT = "personalization.events.consent.signal_or_yes"
        erase(whole_account(anna.pk), asked_by="the person", now=timezone.now())
        deed(anna, open_shop)
        assert not Event.objects.filter(user_id=anna.pk).exclude(kind="purchased").exists()

    def test_and_the_status_of_the_order_is_noted_all_the_same(self, open_shop, anna):
        send_the_parcel(anna, open_shop)
        assert Event.objects.get(kind="order_status_changed").user_id is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("bare_oscar", "asked_first")
class TestWhoAgreed:
    @pytest.mark.parametrize("deed", ALL)
    def test_is_named(self, open_shop, anna, deed):
        said(anna, STORING)
        deed(anna, open_shop)
        assert Event.objects.filter(user_id=anna.pk).exclude(kind="purchased").exists()

    @pytest.mark.parametrize("deed", ALL)
    def test_silence_is_a_yes_where_the_shop_says_so(self, open_shop, anna, deed, settings):
        settings.PERSONALIZATION_CONSENT = "personalization.events.consent.signal_or_yes"
        deed(anna, open_shop)
        assert Event.objects.filter(user_id=anna.pk).exclude(kind="purchased").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("bare_oscar", "asked_first")
def test_who_was_erased_on_one_device_has_agreed_to_nothing_on_another(open_shop, anna):
    laptop, phone = browser(), browser()
    for one in (laptop, phone):
        people.log_in(one, anna)
        answer(one, BOTH)
    assert laptop.post("/personalization/my-data/erase/", {"sure": "yes"}).status_code == 302
    page = phone.get(PAGE).content.decode()
    assert "checked" not in page
    assert "Your last answer" not in page
    phone.get(open_shop["honey"].get_absolute_url())
    assert not phone.cookies["pz_consent"].value
    assert not Event.objects.exclude(kind="purchased").exists()
    assert get_user_model().objects.filter(pk=anna.pk).exists()
