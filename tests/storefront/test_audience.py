"""A block for some people only: who sees it, what it costs, and what others get in its place."""

import json
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from personalization.campaigns.audience import Audience, audience_from
from personalization.events.models import Event
from personalization.people.segments.members import recount
from personalization.people.segments.models import Segment
from personalization.people.segments.now import Standing, kept
from personalization.people.weather.models import Weather
from personalization.people.weather.now import kept as weather
from personalization.storefront.models import Block
from personalization.storefront.request import page_of
from tests.journeys_of_oscar import put_into_basket
from tests.people.folk import known, rule
from tests.safety.faults import Failure


@pytest.fixture(autouse=True)
def _nothing_kept():
    kept.forget()
    weather.read_at = None


def segment(name, *tree, **more):
    made = Segment.objects.create(name=name, tree={"all": list(tree)}, **more)
    recount(made, now=timezone.now())
    return made


@pytest.fixture
def regulars(db, anna):
    known("Anna", anna, orders=5)
    return segment("Regulars", rule("orders", least=3))


@pytest.fixture
def full_baskets(db):
    return segment("Full baskets", rule("basket_total", least=5))


def block(slot="home-1", *, among=(), but=(), **more):
    audience = Audience(tuple(one.pk for one in among), tuple(one.pk for one in but)).stored()
    return Block.objects.create(slot=slot, **{"strategy": "bestsellers", "limit": 3, "audience": audience, **more})


def headings(html):
    return [one.strip() for one in re.findall(r'class="pz-block__title"[^>]*>([^<]*)<', html)]


@pytest.fixture
def seen(full_shop, render, rf):
    def blocks_of(user=None, slot="home-1"):
        request = rf.get("/")
        request.user = user or AnonymousUser()
        return headings(render(f'{{% block_at "{slot}" %}}', request=request))

    return blocks_of


class TestWhoSeesIt:
    def test_people_in_any_of_the_segments(self, seen, regulars, full_baskets, anna, boris):
        block(among=[full_baskets, regulars])
        assert seen(anna) == ["Best sellers"]
        assert seen(boris) == seen() == []

    def test_everybody_but_people_in_some(self, seen, regulars, anna, boris):
        block(but=[regulars])
        assert seen(anna) == []
        assert seen(boris) == seen() == ["Best sellers"]

    def test_whoever_is_where_it_is_hot_and_nobody_where_it_is_not(self, seen):
        block(among=[segment("Heat", rule("weather", least=28))])
        assert seen() == [], "nobody tells of the weather"
        told = Weather.objects.create(region="*", temperature=31, told_at=timezone.now())
        weather.read_at = None
        assert seen() == ["Best sellers"]
        Weather.objects.filter(pk=told.pk).update(temperature=12)
        weather.read_at = None
        assert seen() == []

    def test_the_next_block_of_the_place_stands_in(self, seen, regulars, anna):
        block(among=[regulars], position=1)
        block(but=[regulars], position=2, strategy="trending")
        assert seen(anna) == ["Best sellers"]
        assert seen() == ["Trending now"]

    def test_nobody_of_a_segment_that_is_gone_or_put_away(self, seen, regulars, anna):
        block(among=[regulars])
        Segment.objects.update(is_active=False)
        assert seen(anna) == []
        Segment.objects.all().delete()
        assert seen(anna) == []

    @pytest.mark.parametrize("stored", [None, [], "x", {"in": "x"}, {"in": [None]}, {"x": [1]}, 7])
    def test_what_cannot_be_read_is_everybody(self, stored):
        assert audience_from(stored).is_everybody

    def test_a_full_basket_counts_on_the_very_next_page(self, open_shop, settings, full_baskets, client):
        settings.ROOT_URLCONF = "tests.storefront.pages"
        Block.objects.all().delete()
        block("everywhere", among=[full_baskets], strategy="new_arrivals", minimum=1)
        assert "pz-card" not in client.get("/everywhere/").content.decode()
        put_into_basket(client, open_shop["candles"], pieces=2)
        assert "pz-card" in client.get("/everywhere/").content.decode()


class TestWhatItLeavesBehind:
    def test_a_block_that_is_not_shown_is_no_impression(self, open_shop, settings, regulars):
        settings.ROOT_URLCONF = "tests.storefront.pages"
        Block.objects.all().delete()
        block("everywhere", among=[regulars], minimum=1, strategy="new_arrivals")
        client = Client()
        answer = client.get("/everywhere/")
        assert "pz-card" not in answer.content.decode()
        assert set(Event.objects.values_list("kind", flat=True)) == {"visit_started"}

    def test_no_cache_keeps_a_page_from_which_it_is_left_out(self, open_shop, settings, regulars):
        settings.ROOT_URLCONF = "tests.storefront.pages"
        Block.objects.all().delete()
        block("everywhere", among=[regulars])
        client = Client()
        client.get("/plain/")
        assert "private" in client.get("/everywhere/").headers["Cache-Control"]


class TestWhatItCosts:
    @staticmethod
    def queries(seen, user=None):
        with CaptureQueriesContext(connection) as sent:
            seen(user)
        return [one["sql"] for one in sent if "SAVEPOINT" not in one["sql"]]

    def test_nothing_where_no_block_of_the_page_has_one(self, seen, regulars, anna):
        block()
        block("elsewhere", among=[regulars])
        asked = self.queries(seen, anna)
        assert not any("personalization_membership" in one or "personalization_segment" in one for one in asked)

    def test_one_query_for_any_number_of_blocks_and_segments(self, seen, regulars, anna):
        block()
        plain = len(self.queries(seen, anna))
        Block.objects.all().delete()
        others = [segment(f"no {number}", rule("orders", least=number)) for number in range(1, 6)]
        for place in range(3):
            block(among=[regulars, *others], position=place, **({} if place == 0 else {"but": [regulars]}))
        assert len(self.queries(seen, anna)) == plain + 1, "though this process has not read any live segments yet"
        assert len(self.queries(seen, anna)) == plain + 1

    def test_two_at_most_with_rules_about_the_visit(self, open_shop, settings, regulars, anna):
        settings.ROOT_URLCONF = "tests.storefront.pages"
        Block.objects.all().delete()
        block("everywhere", strategy="new_arrivals", minimum=1)
        client = Client()
        client.force_login(anna)
        client.get("/everywhere/")
        plain = self._served(client)
        third = segment("Come back", rule("visit_number", least=1), rule("basket_total", most=1000))
        ads = segment("From an ad", rule("visit_source", sources=["google"]))
        Block.objects.update(audience={"not_in": [third.pk, ads.pk]})
        self._served(client)
        assert self._served(client) == plain + 2

    @staticmethod
    def _served(client):
        with CaptureQueriesContext(connection) as sent:
            html = client.get("/everywhere/").content.decode()
        assert "pz-card" in html
        return len([one for one in sent if "SAVEPOINT" not in one["sql"]])


def test_a_failure_means_in_no_segment_and_never_a_broken_page(seen, regulars, anna, monkeypatch, caplog):
    block(among=[regulars], position=1)
    block(position=2, strategy="trending")
    monkeypatch.setattr(Standing, "holds", Failure(ZeroDivisionError))
    assert seen(anna) == ["Trending now"]
    assert len(caplog.records) == 1


class TestTheBackOffice:
    @pytest.fixture
    def owner(self, admin_client, full_shop):
        Block.objects.all().delete()
        return admin_client

    @staticmethod
    def form(**more):
        sent = {"strategy": "bestsellers", "slot": "home-1", "position": 1, "limit": 6, "minimum": 3,
                "fallback": "stand_ins", "status": "live", "parameter_period": "month",
                "parameter_measure": "units"}  # fmt: skip
        return sent | more

    def test_the_form_keeps_whom_it_is_for(self, owner, regulars, full_baskets):
        address = reverse("admin:personalization_block_add")
        sent = self.form(audience_in=[regulars.pk], **{"audience_not_in-typed": "full bask"})
        assert owner.post(address, sent).status_code == 302
        made = Block.objects.get()
        assert made.for_whom == Audience((regulars.pk,), (full_baskets.pk,))
        page = owner.get(reverse("admin:personalization_block_change", args=[made.pk])).content.decode()
        assert f'name="audience_in" value="{regulars.pk}" checked' in page
        assert "Only people in “Regulars” (1 person) see it, but not those in “Full baskets”." in page
        assert owner.post(reverse("admin:personalization_block_change", args=[made.pk]), self.form()).status_code == 302
        assert Block.objects.get().audience == {}

    def test_nobody_can_be_in_and_not_in(self, owner, regulars):
        sent = self.form(audience_in=[regulars.pk], audience_not_in=[regulars.pk])
        assert (
            "take it out on one of the two sides"
            in owner.post(reverse("admin:personalization_block_add"), sent).content.decode()
        )

    def test_the_list_tells_it_and_what_is_wrong(self, owner, regulars):
        block(among=[regulars])
        address = reverse("admin:personalization_block_changelist")
        assert "Only people in “Regulars” (1 person) see it." in owner.get(address).content.decode()
        Segment.objects.update(is_active=False)
        assert "is put away and holds nobody" in owner.get(address).content.decode()
        Segment.objects.all().delete()
        assert "is gone: choose another" in owner.get(address).content.decode()

    def test_the_list_costs_the_same_for_many(self, owner, regulars, full_baskets):
        address = reverse("admin:personalization_block_changelist")
        block(among=[regulars])
        owner.get(address)
        few = self._queries(owner, address)
        for place in range(5):
            block(among=[regulars], but=[full_baskets], position=place)
        assert self._queries(owner, address) == few

    @staticmethod
    def _queries(client, address):
        with CaptureQueriesContext(connection) as sent:
            client.get(address)
        return len(sent)

    def test_preview_and_explanation_say_who_would_not_see_it(self, owner, regulars, anna, boris):
        made = block(among=[regulars])
        told = "would not see this block: it is only for people in “Regulars”."
        preview, explain = (reverse(f"admin:personalization_block_{name}") for name in ("preview", "explain"))
        assert f"A stranger {told}" in owner.get(preview, {"block": made.pk}).content.decode()
        for address, name in ((preview, "shopper"), (explain, "shopper_id")):
            assert f"This shopper {told}" in owner.get(address, {"block": made.pk, name: boris.pk}).content.decode()
            assert "would not see" not in owner.get(address, {"block": made.pk, name: anna.pk}).content.decode()

    def test_what_only_a_visit_decides_is_said(self, owner, boris):
        made = block(among=[segment("Third visit", rule("visit_number", least=3))])
        page = owner.get(reverse("admin:personalization_block_explain"), {"block": made.pk}).content.decode()
        assert "“Third visit” is decided on each visit" in page

    def test_what_is_not_for_them(self, owner, regulars, anna):
        made = block(but=[regulars])
        asked = {"block": made.pk, "shopper_id": anna.pk}
        page = owner.get(reverse("admin:personalization_block_explain"), asked).content.decode()
        assert "it is not for people in “Regulars”." in page

    def test_deleting_a_segment_says_where_it_is_used(self, owner, regulars, full_baskets):
        from personalization.recommend.rules.models import ShopRule

        block(among=[regulars])
        block(but=[regulars], position=2, among=[full_baskets])
        block(position=3, rules=[{"action": "never", "condition": "in_segment", "values": {"segments": [regulars.pk]}}])
        ShopRule.objects.create(name="Cheap first", condition="in_segment", values={"segments": [regulars.pk]})
        Segment.objects.create(name="Inner circle", tree=rule("segment", segments=[regulars.pk]))
        page = owner.get(reverse("admin:personalization_segment_delete", args=[regulars.pk])).content.decode()
        for told in ("then nobody will see it", "then they will see it", "that rule will do nothing", "Cheap first",
                     "Inner circle"):  # fmt: skip
            assert told in page
        shown = owner.get(reverse("admin:personalization_segment_page", args=[regulars.pk])).content.decode()
        assert "Cheap first" in shown


def test_somebody_else_s_page_asks_where_they_stand(full_shop, regulars, anna, boris, rf):
    request = rf.get("/")
    request.user = boris
    assert not page_of(request).is_in([regulars.pk])
    assert page_of(request, user=anna).is_in([regulars.pk])
    assert not page_of(request).is_in([regulars.pk])
    assert json.loads(json.dumps(Audience((regulars.pk,)).stored())) == {"in": [regulars.pk]}


@pytest.mark.parametrize("table", ["personalization_membership", "personalization_segment"])
def test_a_table_that_is_away_leaves_the_page_and_the_shop_s_transaction_whole(seen, regulars, anna, caplog, table):
    block(among=[regulars], position=1)
    block(position=2, strategy="trending")
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
    assert seen(anna) == ["Trending now"]
    assert Block.objects.count() == 3
    assert len(caplog.records) == 1
