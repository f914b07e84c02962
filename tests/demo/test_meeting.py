"""The first start of the demo knows its customers before the doors open."""

from datetime import timedelta

from django.utils import timezone

from personalization.people.predict.models import PredictionRun
from personalization.people.profiles.models import Profile
from personalization.people.segments.models import Membership, Segment
from shop_demo.running.first_start import meet
from shop_demo.running.told import Terminal
from tests import people


def test_the_owner_finds_segments_with_people_in_them_and_predictions_on_their_way(shop, anna):
    people.bought(anna, {shop["oat milk"]: 2}, at=timezone.now() - timedelta(days=2))
    meet(Terminal())
    assert Profile.objects.get(user_id=anna.pk).orders == 1
    first = Segment.objects.get(origin="ready:first")
    assert [one.person.int for one in Membership.objects.filter(segment=first)] == [anna.pk]
    assert PredictionRun.objects.get().asked_by == "demo"


def test_a_second_start_leaves_the_owners_segments_as_they_are(shop):
    meet(Terminal())
    Segment.objects.exclude(origin="ready:first").delete()
    meet(Terminal())
    assert Segment.objects.count() == 1
