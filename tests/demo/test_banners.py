"""The demo's home has a banner at every hour, in every language, with a picture."""

import pytest
from django.utils import timezone
from PIL import Image

from personalization.people.segments.models import Segment
from personalization.storefront.slots.models import PARTS, Banner
from shop_demo.banners import HERO, make_banners


@pytest.fixture
def departments(shop, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for name in ("Pets", "Fruit & vegetables", "Pantry"):
        shop.categories["Everything"].add_child(name=name)


@pytest.mark.usefixtures("departments")
def test_they_are_live_told_in_every_language_and_made_once(settings):
    settings.LANGUAGES = [("en", "English"), ("ru", "Russian"), ("uk", "Ukrainian")]
    assert make_banners() == 4
    assert make_banners() == 0
    for banner in Banner.objects.live(timezone.now()):
        assert banner.slot == HERO
        assert set(banner.texts) == {"en", "ru", "uk"}
        assert all(set(told) == set(PARTS) for told in banner.texts.values())
        assert banner.texts["en"] != banner.texts["ru"] != banner.texts["uk"]
        with Image.open(banner.picture.path) as picture:
            assert picture.size == (1600, 900)
        assert banner.picture.storage.size(banner.picture.name) < 60_000


@pytest.mark.usefixtures("departments")
def test_one_is_for_everybody_at_any_hour_and_stands_last():
    make_banners()
    last = Banner.objects.filter(slot=HERO).last()
    assert last.for_whom.is_everybody
    assert last.at_hours.is_always
    assert Segment.objects.count() == 2


def test_a_shop_without_these_departments_has_the_others(shop, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert make_banners() == 1
