"""The demo tells what the data set knows of its households."""

from personalization.people.profiles.models import Profile
from personalization.people.profiles.refresh import rebuild
from shop_demo.models import Household
from tests import people
from tests.people import NOW


def test_the_real_households_are_in_the_profiles(log, anna, boris, settings):
    settings.PERSONALIZATION_DEMOGRAPHICS = "shop_demo.demographics.of_households"
    Household.objects.create(user=anna, number=1, store_id=7, age="35-44", income="50-74K", household_size="5+",
                             marital_status="Unknown", kids_count="3+")  # fmt: skip
    for user in (anna, boris):
        people.bought(user, {log.shop["honey"]: 1}, at=NOW)
    rebuild(now=NOW)
    told = dict(Profile.objects.values_list("user_id", "demographics"))
    assert told[anna.pk] == {"age": "35-44", "income": "50-74K", "household_size": 5, "children": 3}
    assert told[boris.pk] == {}
