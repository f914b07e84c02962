"""Pages known by their name: once each, only when they are shown, on bare Oscar and on the demo's own views."""

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.template.response import TemplateResponse
from oscar.apps.search.signals import user_search
from oscar.apps.search.views.search import FacetedSearchView

from personalization.events import pages
from personalization.events.consent import STORING, Consent
from personalization.events.models import Event
from personalization.events.record import Gathered, gathering, record, stop_gathering
from tests import bare
from tests.events.flows.steps import all_so_far, kinds, rows
from tests.journeys_of_oscar import put_into_basket, search


def payloads(kind: str, since: set) -> list[dict]:
    return [payload for told, *_, payload in rows(since=since) if told == kind]


@pytest.mark.parametrize("turn", ["page=2", "sort_by=newest", "sort=cheap", "selected_facets=price_exact:0"])
def test_turning_the_pages_of_a_search_is_no_search(visiting, turn, monkeypatch):
    monkeypatch.setattr(FacetedSearchView, "paginate_by", 1)
    known = all_so_far()
    assert visiting.get(f"/search/?q=a&{turn}").status_code == 200
    assert kinds(since=known) == []


def test_a_search_is_told_once_with_what_it_found(visiting):
    known = all_so_far()
    search(visiting, "  green   tea ")
    search(visiting, "")
    visiting.get("/search/?q=butter&page=1")
    assert payloads("searched", known) == [{"query": "green tea", "results": 1}, {"query": "butter", "results": 1}]


def test_a_search_for_nothing_we_sell_found_none(visiting):
    known = all_so_far()
    search(visiting, "spaceship")
    assert payloads("searched", known) == [{"query": "spaceship", "results": 0}]


def test_a_search_whose_page_says_no_number_is_told_without(open_shop):
    user_search.send(sender=None, session={}, user=None, query="oat milk")
    assert Event.objects.get().payload == {"query": "oat milk"}


def test_a_paginator_that_has_not_counted_is_not_asked(db, rf, monkeypatch, django_assert_num_queries):
    request = rf.get("/search/?q=milk")
    request.resolver_match = type("Match", (), {"view_name": "search:search", "url_name": "search", "kwargs": {}})()
    token = gathering(gathered := Gathered(consent=Consent(STORING, is_asked=True)))
    try:
        with django_assert_num_queries(0):
            pages.note(request, TemplateResponse(request, "x", {"paginator": Paginator(Event.objects.all(), 5)}))
    finally:
        stop_gathering(token)
    assert [event.payload for event in gathered.events] == [{"query": "milk"}]
    assert connection.needs_rollback is False


def test_a_category_is_told_with_its_page(open_shop, visiting):
    known = all_so_far()
    breakfast = open_shop.categories["Breakfast"]
    visiting.get(breakfast.get_absolute_url())
    visiting.get(f"/catalogue/category/wrong-name_{breakfast.pk}/")
    visiting.head(breakfast.get_absolute_url())
    assert payloads("category_viewed", known) == [{"category": breakfast.pk, "page": 1}]


def test_a_step_of_the_checkout_that_sends_on_is_not_shown(open_shop, visiting):
    known = all_so_far()
    visiting.get("/checkout/")
    assert kinds(since=known) == []
    put_into_basket(visiting, open_shop["oat milk"])
    visiting.get("/checkout/shipping-method/")
    assert payloads("checkout_step", known) == []


def test_a_guest_is_followed_from_step_to_step(open_shop, visiting):
    put_into_basket(visiting, open_shop["oat milk"])
    known = all_so_far()
    visiting.get("/checkout/")
    visiting.post("/checkout/", {"username": "guest@example.com", "options": "anonymous"})
    visiting.get("/checkout/shipping-address/")
    assert [told["step"] for told in payloads("checkout_step", known)] == ["index", "start", "shipping_address"]


def test_a_shop_adds_a_page_of_its_own(visiting):
    @pages.page("look-book")
    def look_book(request, response):
        record("custom", payload={"name": "look", "data": {"look": response.context_data["look"]}})

    try:
        known = all_so_far()
        visiting.get("/look-book/")
        assert payloads("custom", known) == [{"name": "look", "data": {"look": 7}}]
    finally:
        del pages._pages["look-book"]


def test_a_page_of_a_shop_that_fails_costs_the_shopper_nothing(visiting, caplog):
    @pages.page("look-book")
    def look_book(request, response):
        raise ZeroDivisionError

    try:
        assert visiting.get("/look-book/").status_code == 200
        assert len(caplog.records) == 1
    finally:
        del pages._pages["look-book"]


def test_the_demo_s_own_views_tell_the_same(open_shop, visiting, settings):
    settings.ROOT_URLCONF, settings.TEMPLATES = "shop_demo.urls", bare.settings.TEMPLATES
    known = all_so_far()
    visiting.get(open_shop.categories["Breakfast"].get_absolute_url(), follow=True)
    search(visiting, "milk")
    visiting.get("/search/?q=milk&sort=cheapest")
    told = [(kind, payload) for kind, *_, payload in rows(since=known) if kind != "block_shown"]
    assert told == [
        ("category_viewed", {"category": open_shop.categories["Breakfast"].pk, "page": 1}),
        ("searched", {"query": "milk", "results": 1}),
    ]
