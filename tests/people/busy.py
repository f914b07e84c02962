"""Four people who come, look, fill baskets and buy, four segments, and the jobs of a night and of the day after."""

from datetime import timedelta

from django.contrib.auth import get_user_model

from personalization.events.identifiers import event_id
from personalization.events.write import NewEvent, write
from personalization.people.clusters.job import cluster_shoppers
from personalization.people.journeys.follow import follow_visits
from personalization.people.profiles.refresh import rebuild, refresh
from personalization.people.segments.models import Segment
from personalization.people.segments.refresh import refresh_all_segments
from tests.people import NOW, Shop
from tests.people.folk import happened, rule, stranger

TREES = {
    "looked": rule("behaviour", deed="product_viewed", least=1, days=4),
    "looked often": rule("behaviour", deed="product_viewed", least=3, days=20),
    "put in": rule("behaviour", deed="basket_added", least=1, days=20),
    "did not buy": rule("behaviour", deed="basket_added", least=1, days=10, is_unbought=True),
}
NAMES = ("Anna", "Boris", "Clara", "Dmytro")


def live(shop: Shop) -> None:
    """Four people of whom each does less than the one before."""
    for turn, name in enumerate(NAMES):
        user = get_user_model().objects.create_user(name)
        browser = stranger(f"{name}'s phone", linked_to=user)
        for days_ago in (1, 3, 6, 9)[turn:]:
            at = NOW - timedelta(days=days_ago + 0.1)
            visit = event_id(at)
            write([NewEvent(visit, "visit_started", at, visitor_id=browser.pk, user_id=user.pk, visit_id=visit)])
            happened("product_viewed", user=user, days_ago=days_ago, product=shop["honey"])
            happened("basket_added", user=user, days_ago=days_ago, product=shop["coffee"])
            if turn % 2:
                happened("purchased", user=user, days_ago=days_ago - 0.1, product=shop["coffee"], quantity=1, value=5,
                         payload={"order": f"{name} {days_ago}"})  # fmt: skip
    for name, tree in TREES.items():
        Segment.objects.create(name=name, tree=tree)


def night() -> None:
    """All of it is worked out."""
    rebuild(now=NOW)
    follow_visits(now=NOW)
    cluster_shoppers(now=NOW)
    refresh_all_segments(now=NOW)


def day() -> None:
    """Who came since is worked out."""
    refresh(now=NOW)
    follow_visits(now=NOW)
    refresh_all_segments(now=NOW)


def come_again() -> None:
    """The laziest of them looks once more."""
    happened("product_viewed", user=get_user_model().objects.get(username="Dmytro"), days_ago=0.01)
