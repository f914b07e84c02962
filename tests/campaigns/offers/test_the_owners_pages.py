"""An owner makes an offer in one form, sees whom it reaches before anybody has it, and takes it back."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from personalization.campaigns.offers.issue import issue_due
from personalization.campaigns.offers.models import PersonalCode, PersonalOffer
from personalization.people.segments.models import Membership, Segment
from tests.campaigns.offers.folk import BACKEND, given, known, offered
from tests.people import NOW, Shop, know_goods

ADD = "admin:personalization_personaloffer_add"


@pytest.fixture
def owner(shop: Shop) -> Client:
    """May do everything."""
    client = Client()
    boss = get_user_model().objects.create_superuser("olga", "olga@example.com", "secret")
    client.force_login(boss, backend=BACKEND)
    return client


@pytest.fixture
def loyal(anna: Any) -> Segment:
    """Anna."""
    segment = Segment.objects.create(name="Loyal", size=1, counted_at=NOW)
    Membership.objects.create(segment=segment, person=known(anna).person, since=NOW)
    return segment


def _form(shop: Shop, segment: Segment, **more: Any) -> dict[str, Any]:
    return {
        "title": "10 % off breakfast", "kind": "percent", "value": "10",
        "categories": [shop.categories["Breakfast"].pk],
        "way": "code",
        "audience_in": [segment.pk], "trigger": "segment", "days_valid": "14", "most_uses": "200",
        "most_percent": "30", "status": "live", **more,
    }  # fmt: skip


def test_one_form_makes_an_offer_whose_people_get_a_code(owner, shop, loyal, anna, boris):
    known(boris)
    answer = owner.post(reverse(ADD), _form(shop, loyal), follow=True)
    offer = PersonalOffer.objects.get()
    told = "10 % off Breakfast for people in “Loyal”, at once, by a code of their own that is valid for 14 days."
    assert told in answer.content.decode()
    assert offer.shop_offer_id is not None
    assert offer.uses.count() == 200
    assert issue_due(offer, now=NOW.replace(year=2030)) == 1
    assert [one.person.int for one in PersonalCode.objects.all()] == [anna.pk]


def test_the_form_shows_whom_it_reaches_and_what_goods_would_cost_and_gives_nothing_out(owner, shop, loyal):
    know_goods(shop)
    page = owner.post(
        reverse("admin:personalization_personaloffer_look"), _form(shop, loyal, value="50", status="draft")
    ).content.decode()
    assert "1 person is meant now." in page
    assert "4.55" in page  # coffee at 6.49, lowered by 30 % and no more
    assert "held back by your bound" in page
    assert not PersonalOffer.objects.exists()
    assert not PersonalCode.objects.exists()


def test_what_does_not_go_together_is_said_in_words(owner, shop, loyal):
    wrong = owner.post(reverse(ADD), _form(shop, loyal, value="120", most_spent="50"))
    assert "More than 100 % can&#x27;t be taken off" in wrong.content.decode()
    assert "Say how much off one order at most" in wrong.content.decode()
    assert not PersonalOffer.objects.exists()


def test_an_empty_list_says_what_an_offer_is_and_how_to_begin(owner):
    page = owner.get(reverse("admin:personalization_personaloffer_changelist")).content.decode()
    assert "There is no offer yet." in page
    assert "?trigger=birthday" in page


def test_the_list_says_how_an_offer_does_and_what_is_wrong(owner, shop, anna):
    offer = offered(most_uses=3, value="40", most_percent=30)
    given(offer, anna)
    page = owner.get(reverse("admin:personalization_personaloffer_changelist")).content.decode()
    assert "It promises 40 %, but no product gets more than 30 %." in page
    assert "3 left" in page
    assert "1 can be used" in page


def test_pausing_and_withdrawing_take_it_back(owner, shop, anna):
    offer = offered()
    code, address = given(offer, anna), reverse("admin:personalization_personaloffer_changelist")
    owner.post(address, {"action": "pause", "_selected_action": [offer.pk]})
    offer.refresh_from_db()
    assert offer.status == "paused"
    owner.post(address, {"action": "withdraw_codes", "_selected_action": [offer.pk]})
    code.refresh_from_db()
    assert code.withdrawn_at is not None


def test_an_offer_with_codes_can_t_be_deleted_and_one_without_can(owner, shop, anna):
    kept, gone = offered(title="kept"), offered(title="gone")
    given(kept, anna)
    for offer in (kept, gone):
        owner.post(reverse("admin:personalization_personaloffer_delete", args=[offer.pk]), {"post": "yes"})
    assert list(PersonalOffer.objects.all()) == [kept]


def test_a_change_can_be_taken_back(owner, shop, loyal):
    owner.post(reverse(ADD), _form(shop, loyal))
    offer = PersonalOffer.objects.get()
    change = reverse("admin:personalization_personaloffer_change", args=[offer.pk])
    owner.post(change, _form(shop, loyal, value="20"))
    history = owner.get(reverse("admin:personalization_personaloffer_history", args=[offer.pk]))
    entry = history.context["changes"][0].pk
    owner.post(reverse("admin:personalization_personaloffer_revert", args=[offer.pk, entry, "before"]))
    offer.refresh_from_db()
    assert offer.value == 10
    assert offer.shop_offer_id is not None


def test_the_list_of_codes_says_to_whom_why_and_by_whom(owner, shop, anna):
    given(offered(), anna)
    page = owner.get(reverse("admin:personalization_personalcode_changelist")).content.decode()
    assert anna.email in page
    assert "by hand" in page


def test_a_list_of_many_costs_no_more_than_one_of_few(owner, shop, django_assert_max_num_queries):
    for number in range(12):
        offered(title=f"offer {number}", trigger="lapsed", parameters={"days": 30})
    with django_assert_max_num_queries(40):
        owner.get(reverse("admin:personalization_personaloffer_changelist"))
