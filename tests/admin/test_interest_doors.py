"""The owner makes a door: two to four ways in with heading and categories, and sees how many went in by each."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from personalization.people.models import Preference
from personalization.storefront.doors.models import DoorChoice, InterestDoor
from tests.admin.stories import address
from tests.people import NOW, Shop

FORMS = {"choices-TOTAL_FORMS": "4", "choices-INITIAL_FORMS": "0", "choices-MIN_NUM_FORMS": "0",
         "choices-MAX_NUM_FORMS": "4"}  # fmt: skip


def sent(shop: Shop, *names: str, **more: Any) -> dict[str, Any]:
    """The form as a browser sends it: four ways in, of which these are filled in."""
    found: dict[str, Any] = {"slot": "home", "title_en": "What brings you here?", "is_active": "on", **FORMS}
    for number in range(4):
        found[f"choices-{number}-position"] = "1"
    for number, name in enumerate(names):
        found |= {
            f"choices-{number}-title_en": f"For {name}", f"choices-{number}-title_uk": f"Для {name}",
            f"choices-{number}-categories": [shop.categories[name].pk],
        }  # fmt: skip
    return found | more


def told(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_door_with_two_ways_in_is_saved(owner: Client, shop: Shop) -> None:
    answer = owner.post(address("interestdoor", "add"), sent(shop, "Breakfast", "Household"))
    assert answer.status_code == 302, answer.context["errors"]
    door = InterestDoor.objects.get()
    assert door.texts == {"en": {"title": "What brings you here?"}}
    first, second = door.choices.all()
    assert first.texts == {"en": {"title": "For Breakfast"}, "uk": {"title": "Для Breakfast"}}
    assert second.category_ids == (shop.categories["Household"].pk,)


@pytest.mark.parametrize("names", [(), ("Breakfast",)])
def test_fewer_than_two_ask_nothing(owner: Client, shop: Shop, names: tuple[str, ...]) -> None:
    assert "at least two ways in" in told(owner.post(address("interestdoor", "add"), sent(shop, *names)))
    assert not InterestDoor.objects.exists()


def test_a_way_in_needs_a_heading_and_categories(owner: Client, shop: Shop) -> None:
    without_words = sent(shop, "Breakfast", "Household", **{"choices-1-title_en": ""})
    assert "Give it a heading in English" in told(owner.post(address("interestdoor", "add"), without_words))
    without_goods = sent(shop, "Breakfast", "Household", **{"choices-1-categories": []})
    assert "Choose at least one." in told(owner.post(address("interestdoor", "add"), without_goods))


def test_a_way_in_is_changed_and_taken_out(owner: Client, shop: Shop) -> None:
    owner.post(address("interestdoor", "add"), sent(shop, "Breakfast", "Household", "Everything"))
    door = InterestDoor.objects.get()
    ids = [one.pk for one in door.choices.all()]
    form = sent(
        shop, "Breakfast", "Household", "Everything", **{"choices-INITIAL_FORMS": "3", "choices-2-DELETE": "on"}
    )
    form |= {f"choices-{number}-id": str(pk) for number, pk in enumerate(ids)}
    form |= {f"choices-{number}-door": str(door.pk) for number in range(3)}
    form["choices-0-title_en"] = "For mornings"
    answer = owner.post(address("interestdoor", "change", door.pk), form)
    assert answer.status_code == 302, answer.context["errors"]
    assert [str(one) for one in door.choices.all()] == ["For mornings", "For Household"]
    assert owner.get(address("interestdoor", "change", door.pk)).status_code == 200


def test_the_list_says_what_can_be_answered_and_how_many_did(owner: Client, shop: Shop, anna: Any) -> None:
    assert "There is no door yet." in told(owner.get(address("interestdoor")))
    owner.post(address("interestdoor", "add"), sent(shop, "Breakfast", "Household"))
    first = DoorChoice.objects.order_by("pk")[0]
    for category in (1, 2):
        Preference.objects.create(
            user_id=anna.pk, what="interest", value=str(first.pk), subject_id=category, told_at=NOW
        )
    page = told(owner.get(address("interestdoor")))
    assert "For Breakfast, For Household" in page
    assert "For Breakfast: 1, For Household: 0" in page


def test_whoever_may_look_only_sees_the_ways_in(reader: Client, owner: Client, shop: Shop) -> None:
    owner.post(address("interestdoor", "add"), sent(shop, "Breakfast", "Household"))
    page = reader.get(address("interestdoor", "change", InterestDoor.objects.get().pk))
    assert page.status_code == 200
    assert 'name="choices-0-title_en"' not in page.content.decode()


def test_categories_are_found_by_those_who_edit(owner: Client, shop: Shop) -> None:
    form = owner.get(address("interestdoor", "add")).content.decode()
    find = reverse("admin:personalization_shoprule_rule_find", args=["KIND"])
    assert f'data-pz-find="{find}"' in form
    assert form.count("data-pz-chosen") >= 4
