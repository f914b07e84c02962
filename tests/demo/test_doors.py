"""The demo's page of recommendations has a door, in every language, with pictures."""

import pytest
from django.test import Client

from personalization.storefront.doors.models import InterestDoor
from shop_demo.doors import make_door


@pytest.fixture(autouse=True)
def _pictures(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_it_is_opened_once_and_stands_on_the_page_of_recommendations(shop, settings):
    settings.LANGUAGES = [("en", "English"), ("ru", "Russian"), ("uk", "Ukrainian")]
    for name in ("Pets", "Fruit & vegetables", "Pantry"):
        shop.categories["Everything"].add_child(name=name)
    assert make_door() == 1
    assert make_door() == 0
    door = InterestDoor.objects.get()
    assert set(door.texts) == {"en", "ru", "uk"}
    assert door.texts["en"] != door.texts["ru"] != door.texts["uk"]
    assert [one.picture.storage.size(one.picture.name) < 60_000 for one in door.choices.all()] == [True] * 3
    page = Client().get("/personalization/taste/").content.decode()
    assert "What is your basket mostly for?" in page
    assert page.count('class="pz-door__way"') == 3


def test_a_shop_without_these_departments_has_none(shop):
    assert make_door() == 0
