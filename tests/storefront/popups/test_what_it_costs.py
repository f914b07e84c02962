"""The decision costs three queries at the most, for any number of pop-ups, and the page itself none."""

from contextlib import contextmanager

import pytest
import time_machine
from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext

from personalization.people.segments.members import recount
from personalization.people.segments.models import Segment
from personalization.storefront.popups.models import Popup
from tests.people.folk import rule
from tests.storefront.popups.conftest import BY_SCRIPT, URL, popup

ABOUT = {"page": "/catalogue/"}
# The host's own: who is signed in, and the shop's own transaction.
HOST = ("django_session", "auth_user", "SAVEPOINT", "BEGIN", "COMMIT")


@contextmanager
def counting():
    """Our own statements."""
    with CaptureQueriesContext(connection) as told:
        found: list[str] = []
        yield found
    found += [one["sql"] for one in told if not any(word in one["sql"] for word in HOST)]


def asked(walker):
    with time_machine.travel(walker.now, tick=False), counting() as sent:
        answer = walker.client.get(URL, ABOUT | {"product": walker.shop["oat milk"].pk}, headers=BY_SCRIPT)
    assert answer.status_code in (200, 204)
    return sent


def many(count: int, segments) -> None:
    Popup.objects.bulk_create(
        Popup(
            name=f"number {number}", priority=number, texts={"en": {"title": "Hello"}}, trigger="viewed_again",
            trigger_parameters={"times": 2}, audience={"in": [segments[number % len(segments)].pk]},
        )
        for number in range(count)
    )  # fmt: skip


@pytest.fixture
def segments(walker):
    return Segment.objects.bulk_create(
        Segment(name=f"segment {number}", tree={"all": [rule("orders", least=number + 1)]}) for number in range(200)
    )


def test_two_hundred_pop_ups_for_two_hundred_segments_cost_three_queries(walker, segments):
    from tests.journeys_of_oscar import put_into_basket

    many(3, segments)
    walker.opens("oat milk", "oat milk")
    with time_machine.travel(walker.now, tick=False):
        put_into_basket(walker.client, walker.shop["honey"])
    few = asked(walker)
    many(197, segments)
    assert len(asked(walker)) == len(few) <= 3
    assert len(asked(walker)) <= 3


def test_without_any_it_is_one(walker):
    walker.opens().opens()
    assert len(asked(walker)) == 1


def test_the_page_itself_costs_nothing(walker, rf):
    popup()
    request = rf.get("/catalogue/")
    request.user, request.resolver_match = None, None
    template = engines["django"].from_string("{% load personalization %}{% personalization_popups %}")
    with counting() as sent:
        html = template.render({}, request)
    assert sent == []
    assert "data-pz-popups" in html
    assert getattr(request, "_cache_update_cache", True), "a cache may keep it: it is about the page alone"


def test_a_change_in_the_admin_counts_at_once(walker):
    one = popup()
    walker.opens().opens()
    assert walker.asks()
    Popup.objects.filter(pk=one.pk).update(status="paused")
    assert walker.asks() == []
    Popup.objects.filter(pk=one.pk).update(status="live", trigger="scrolled", trigger_parameters={"percent": 80})
    assert walker.asks() == [{"id": one.pk, "waits": "scroll", "percent": 80}]


def test_segments_about_all_that_a_visit_tells_cost_no_more(walker):
    """Basket, region, source, device, pages, hour and weather: all of them are asked, and hold nobody."""
    from tests.journeys_of_oscar import put_into_basket

    asked_of_a_visit = {
        "basket_total": {"least": 900}, "visit_region": {"regions": ["Nowhere"]}, "visit_pages": {"least": 90},
        "visit_source": {"source": "nowhere"}, "visit_device": {"devices": ["tablet"]},
        "visit_language": {"languages": ["ru"]}, "visit_number": {"least": 90},
    }  # fmt: skip
    live = [
        Segment.objects.create(name=name, tree={"all": [rule(name, **params)]}, is_live=True)
        for name, params in asked_of_a_visit.items()
    ]
    for one in live:
        recount(one, now=walker.now)
    many(len(live), live)
    Popup.objects.update(trigger="visit_number", trigger_parameters={"visit": 1})
    walker.opens("oat milk", "oat milk")
    with time_machine.travel(walker.now, tick=False):
        put_into_basket(walker.client, walker.shop["honey"])
    assert len(asked(walker)) == 3
    assert walker.asks() == []
    Segment.objects.filter(name="basket_total").update(tree={"all": [rule("basket_total", least=1)]})
    recount(Segment.objects.get(name="basket_total"), now=walker.now)
    assert len(walker.asks()) == 1
