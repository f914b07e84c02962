"""A door asks what somebody came for; what they choose moves up, can be changed, and is forgotten with them."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from personalization.people import carried, preferences
from personalization.people.models import Preference
from personalization.people.segments.compile import people as people_of
from personalization.people.segments.tree import read as tree
from personalization.storefront.doors.models import DoorChoice, InterestDoor
from tests.people import NOW, Shop
from tests.people.folk import known, rule
from tests.safety.conftest import fill_tables

TASTE = "/personalization/taste/"
PAGE = "/a-door/"


def agreed_to_nothing(request: Any) -> list[str]:
    """Consent of somebody who refused everything."""
    return []


@pytest.fixture
def full_shop(open_shop: Shop, bare_oscar: None, settings: Any) -> Shop:
    settings.ROOT_URLCONF = "tests.storefront.doors.pages"
    fill_tables(open_shop)
    return open_shop


@pytest.fixture
def door(full_shop: Shop) -> InterestDoor:
    made = InterestDoor.objects.create(slot="home", texts={"en": {"title": "What brings you here?"}})
    for position, name in enumerate(("Breakfast", "Household"), start=1):
        DoorChoice.objects.create(
            door=made, position=position, texts={"en": {"title": f"For {name}"}, "uk": {"title": f"Для {name}"}},
            categories=[full_shop.categories[name].pk],
        )  # fmt: skip
    return made


def way(name: str) -> DoorChoice:
    return DoorChoice.objects.get(texts__en__title=f"For {name}")


def goes_in(client: Client, name: str, **more: Any) -> Any:
    return client.post(reverse("personalization:door"), {"choice": way(name).pk, "next": PAGE} | more)


def leaves(client: Client, name: str) -> Any:
    return client.post(reverse("personalization:door"), {"leave": way(name).pk, "next": PAGE})


def goods_of(page: str) -> list[str]:
    return re.findall(r'data-pz-product="(\d+)"', page)


def places_of(client: Client, goods: set[str]) -> int:
    """Where these stand in the row of products, added up: less is further up."""
    row = goods_of(client.get(PAGE).content.decode())
    assert goods & set(row)
    return sum(row.index(one) for one in goods if one in row)


class TestWhoeverAgreed:
    def test_meets_the_door_and_what_they_choose_moves_up(self, door: InterestDoor, full_shop: Shop) -> None:
        client = Client()
        page = client.get(PAGE).content.decode()
        assert "What brings you here?" in page
        assert page.count('class="pz-door__way"') == 2
        of_household = {str(one.pk) for one in full_shop.categories["Household"].product_set.all()}
        before = places_of(client, of_household)
        answer = goes_in(client, "Household")
        assert (answer.status_code, answer["Location"]) == (302, PAGE)
        assert places_of(client, of_household) < before

    def test_is_told_what_they_chose_and_may_change_it(self, door: InterestDoor) -> None:
        client = Client()
        goes_in(client, "Household")
        for where in (PAGE, TASTE):
            page = client.get(where).content.decode()
            assert "<strong>For Household</strong>" in page
            assert "Change" in page
        goes_in(client, "Breakfast")
        page = client.get(TASTE).content.decode()
        assert "<strong>For Breakfast</strong>" in page
        assert "<strong>For Household</strong>" not in page
        leaves(client, "Breakfast")
        assert "What brings you here?</h2>" in client.get(PAGE).content.decode()
        assert not Preference.objects.exists()

    def test_what_was_liked_by_hand_stays_as_it_was(self, door: InterestDoor, full_shop: Shop, anna: Any) -> None:
        liked = full_shop.categories["Breakfast"].pk
        Preference.objects.create(user_id=anna.pk, what="liked_category", subject_id=liked, told_at=NOW)
        client = Client()
        client.force_login(anna, backend="django.contrib.auth.backends.ModelBackend")
        for name in ("Breakfast", "Household"):
            goes_in(client, name)
        leaves(client, "Household")
        assert [one.what for one in Preference.objects.all()] == ["liked_category"]

    def test_saving_the_taste_page_leaves_the_door_as_it_is(self, door: InterestDoor) -> None:
        client = Client()
        goes_in(client, "Household")
        client.post(TASTE, {})
        assert "<strong>For Household</strong>" in client.get(TASTE).content.decode()

    def test_is_forgotten_with_all_the_rest(self, door: InterestDoor) -> None:
        client = Client()
        goes_in(client, "Household")
        assert Preference.objects.filter(what="interest").count() == 1
        client.post("/personalization/my-data/erase/", {"sure": "yes"})
        assert not Preference.objects.exists()


class TestWhoeverRefused:
    @pytest.fixture(autouse=True)
    def _refused(self, settings: Any) -> None:
        settings.PERSONALIZATION_CONSENT = f"{__name__}.agreed_to_nothing"

    def test_keeps_it_for_the_visit_and_nothing_is_written(self, door: InterestDoor, full_shop: Shop) -> None:
        client = Client()
        of_household = {str(one.pk) for one in full_shop.categories["Household"].product_set.all()}
        before = places_of(client, of_household)
        goes_in(client, "Household")
        assert places_of(client, of_household) < before
        assert "<strong>For Household</strong>" in client.get(TASTE).content.decode()
        assert not Preference.objects.exists()
        cookie = client.cookies[carried.COOKIE]
        assert cookie["max-age"] == "", "it goes as the browser is closed"
        assert cookie["httponly"]
        leaves(client, "Household")
        assert places_of(client, of_household) == before

    def test_a_forged_cookie_is_none(self, door: InterestDoor) -> None:
        client = Client()
        goes_in(client, "Household")
        client.cookies[carried.COOKIE] = client.cookies[carried.COOKIE].value.replace("-", "-9", 1)
        assert "<strong>" not in client.get(PAGE).content.decode()

    def test_another_browser_sees_the_open_door(self, door: InterestDoor) -> None:
        goes_in(Client(), "Household")
        page = Client().get(PAGE)
        assert "What brings you here?</h2>" in page.content.decode()
        assert "private" in page["Cache-Control"]


class TestTheDoorItself:
    def test_a_closed_one_is_not_there(self, door: InterestDoor) -> None:
        InterestDoor.objects.update(is_active=False)
        assert "pz-door" not in Client().get(PAGE).content.decode()
        assert goes_in(Client(), "Household").status_code == 404

    def test_one_way_in_is_no_question(self, door: InterestDoor) -> None:
        way("Household").delete()
        assert "pz-door" not in Client().get(PAGE).content.decode()

    @pytest.mark.parametrize("sent", [{}, {"choice": "0"}, {"choice": "x"}, {"choice": "9" * 40}, {"leave": "-1"}])
    def test_whatever_else_is_sent_is_no_door(self, door: InterestDoor, sent: dict[str, str]) -> None:
        assert Client().post(reverse("personalization:door"), sent).status_code == 404
        assert Client().get(reverse("personalization:door")).status_code == 405

    def test_nobody_is_led_to_another_site(self, door: InterestDoor) -> None:
        assert goes_in(Client(), "Household", next="https://elsewhere.example/")["Location"] == TASTE

    def test_it_speaks_the_reader_s_language_and_words_are_data(self, door: InterestDoor) -> None:
        bad = "<script>alert(1)</script>{% now %}"
        InterestDoor.objects.update(texts={"en": {"title": bad}})
        page = Client().get(PAGE, headers={"Accept-Language": "uk"}).content.decode()
        assert "Для Household" in page
        assert "&lt;script&gt;alert(1)" in page
        assert 'lang="en"' in page, "the heading that stands in for a missing one says so"
        assert bad not in page

    def test_it_costs_two_queries_beside_what_the_page_asks(self, door: InterestDoor) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = Client()
        goes_in(client, "Household")
        client.get(PAGE)
        with CaptureQueriesContext(connection) as sent:
            client.get(PAGE)
        ours = [one["sql"] for one in sent if "interestdoor" in one["sql"] or "doorchoice" in one["sql"]]
        assert len(ours) == 2


def test_a_segment_can_be_made_of_those_who_went_in(door: InterestDoor, anna: Any, boris: Any) -> None:
    known("Anna", anna)
    known("Boris", boris)
    household, breakfast = way("Household"), way("Breakfast")
    for user, choice in ((anna, household), (boris, breakfast)):
        Preference.objects.create(user_id=user.pk, what="interest", value=str(choice.pk), subject_id=1, told_at=NOW)
    stranger = known("a stranger")
    Preference.objects.create(
        visitor_id=stranger.person, what="interest", value=str(household.pk), subject_id=1, told_at=NOW
    )
    found = people_of(tree(rule("interest", doors=[household.pk])), now=NOW)
    assert set(found.values_list("person", flat=True)) == {stranger.person, _number(anna)}


def _number(user: Any) -> Any:
    from personalization.events.person import Person
    from personalization.people.persons import number_of

    return number_of(Person(user_id=user.pk))


def test_what_is_read_of_nobody_is_nothing() -> None:
    told = preferences.with_doors(preferences.Preferences(), {})
    assert told == preferences.Preferences()
