"""The tags in a bare template: for strangers, without a request, and with everything that can be asked of them."""

import copy
import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.template import engines
from django.test import override_settings
from django.utils import timezone, translation
from django.utils.timezone import localtime

from personalization.events import record
from personalization.events.consent import STORING, Consent
from personalization.events.person import Person
from personalization.recommend.strategies.neighbours import Similar
from personalization.recommend.strategies.recently_viewed import RecentlyViewed
from personalization.storefront.models import Block
from tests import people
from tests.safety.faults import Failure

TAGS = {
    "{% recommended_for user %}": "For you",
    "{% recommended_for %}": "For you",
    "{% similar_to product %}": "Similar products",
    "{% bought_together product %}": "Often bought together",
    "{% goes_with_basket %}": "Goes with your basket",
    "{% bestsellers %}": "Best sellers",
    '{% bestsellers period="week" measure="units" category=category %}': "Best sellers",
    "{% trending %}": "Trending now",
    "{% new_arrivals %}": "New in the shop",
    "{% new_arrivals category=category %}": "New in the shop",
    '{% block_at "everywhere" %}': "Best sellers",
}


def titles(html: str) -> list[str]:
    return re.findall(r'<a class="pz-card__link"[^>]*>([^<]*)</a>', html)


def headings(html: str) -> list[str]:
    return [one.strip() for one in re.findall(r'class="pz-block__title"[^>]*>([^<]*)<', html)]


@pytest.mark.parametrize("line", TAGS)
@pytest.mark.parametrize("with_request", [True, False], ids=["in a request", "without one"])
def test_every_tag_shows_products_to_a_stranger(full_shop, render, a_stranger, caplog, line, with_request):
    about = {"product": full_shop["oat milk"], "category": full_shop.categories["Breakfast"]}
    html = render(line, request=a_stranger if with_request else None, **about)
    assert 1 <= len(titles(html)) <= 6
    assert caplog.records == []
    if line in ("{% similar_to product %}", "{% bought_together product %}", "{% bestsellers %}"):
        assert headings(html) == [TAGS[line]]


@pytest.mark.parametrize("line", TAGS)
def test_every_tag_is_calm_in_an_empty_shop(shop, a_stranger, caplog, line):
    template = engines["django"].from_string("{% load personalization %}" + line)
    html = template.render({"product": shop["oat milk"]}, a_stranger)
    assert titles(html) == [] or "new_arrivals" in line or "recommended" in line or html == ""
    assert caplog.records == []


def test_a_stranger_who_looked_at_something_finds_the_way_back(full_shop, render, a_stranger):
    visitor = uuid.UUID(int=7)
    people.did("product_viewed", full_shop["honey"], visitor=visitor, at=timezone.now())
    gathered = record.Gathered(Person(visitor_id=visitor), Consent(STORING, is_asked=True))
    token = record.gathering(gathered)
    try:
        html = render("{% recently_viewed %}", request=a_stranger)
    finally:
        record.stop_gathering(token)
    assert titles(html) == ["honey"]
    assert gathered.events[-1].payload["strategy"] == "recently_viewed"


def test_nobody_s_recently_viewed_is_nothing(render, a_stranger):
    assert render("{% recently_viewed %}", request=a_stranger) == ""


def test_limit_title_and_minimum_are_heeded(render, a_stranger):
    html = render('{% bestsellers limit=2 title="Loved here" %}', request=a_stranger)
    assert len(titles(html)) == 2
    assert headings(html) == ["Loved here"]
    assert render("{% bestsellers minimum=40 limit=48 %}", request=a_stranger) == ""


def test_a_template_of_the_shop_s_own_is_used(full_shop, render, a_stranger, settings):
    loaders = settings.TEMPLATES[0]["OPTIONS"]["loaders"][0][1]
    own = {
        "mine.html": "{{ block.title }}: {% for card in block.cards %}{{ card.title }} {{ card.price }};{% endfor %}"
    }
    loaders = [("django.template.loaders.locmem.Loader", own), *loaders]
    (engine,) = settings.TEMPLATES
    with override_settings(TEMPLATES=[engine | {"OPTIONS": engine["OPTIONS"] | {"loaders": loaders}}]):
        html = render('{% bestsellers template="mine.html" limit=2 minimum=1 %}', request=a_stranger)
    assert html == "Best sellers: oat milk 1.99;muesli 3.49;"


def test_two_blocks_of_a_page_show_no_product_twice(render, a_stranger):
    html = render("{% bestsellers limit=5 %}{% trending limit=5 %}", request=a_stranger)
    assert len(titles(html)) == len(set(titles(html))) == 10


def test_two_blocks_of_a_page_have_two_addresses_in_it(render, a_stranger):
    html = render('{% bestsellers limit=3 %}{% bestsellers limit=3 period="week" %}', request=a_stranger)
    names = re.findall(r' id="([^"]*)"', html)
    assert len(names) == len(set(names)) == 4


def test_a_card_s_form_carries_the_token_and_the_way_back(render, a_stranger):
    html = render("{% bestsellers %}", request=a_stranger)
    assert 'name="csrfmiddlewaretoken"' in html
    assert 'name="next" value="/"' in html


def test_titles_are_escaped(full_shop, render, a_stranger):
    type(full_shop["oat milk"]).objects.filter(pk=full_shop["oat milk"].pk).update(title="<script>alert(1)</script>")
    Block.objects.update(titles={"en": "<b>bold</b>"}, limit=6)
    html = render('{% block_at "everywhere" %}', request=a_stranger)
    assert "&lt;script&gt;" in html
    assert "&lt;b&gt;bold" in html
    assert "<script>" not in html
    assert "<b>bold" not in html


def test_a_stand_in_s_products_carry_its_own_honest_heading(full_shop, render, a_stranger):
    assert headings(render('{% goes_with_basket title="Goes with it" %}', request=a_stranger)) == ["Trending now"]


class TestAFailingStrategy:
    @pytest.fixture(autouse=True)
    def _fails(self, monkeypatch):
        monkeypatch.setattr(Similar, "candidates", Failure(ZeroDivisionError))
        monkeypatch.setattr(RecentlyViewed, "candidates", Failure(ZeroDivisionError))

    def test_is_logged_once_and_best_sellers_are_shown(self, full_shop, render, a_stranger, caplog):
        html = render("{% similar_to product %}", request=a_stranger, product=full_shop["oat milk"])
        assert headings(html) == ["Best sellers"]
        assert len(caplog.records) == 1
        assert "choosing by similar" in caplog.text

    def test_of_a_block_that_is_to_hide_hides_it(self, full_shop, render, a_stranger, caplog):
        Block.objects.all().delete()
        Block.objects.create(slot="everywhere", strategy="similar", fallback="hide")
        assert render('{% block_at "everywhere" %}', request=a_stranger, product=full_shop["oat milk"]) == ""
        assert len(caplog.records) == 1

    def test_that_nobody_may_stand_in_for_shows_nothing(self, full_shop, render, a_stranger, caplog):
        assert render("{% recently_viewed %}", request=a_stranger) == ""
        assert len(caplog.records) == 1


@pytest.mark.parametrize("target", ["personalization.events.history.recent", "personalization.shop.baskets.lying"])
def test_what_can_t_be_read_of_a_person_makes_a_stranger_s_page_and_one_line_of_log(
    full_shop, render, a_stranger, monkeypatch, caplog, target
):
    monkeypatch.setattr(target, Failure(ZeroDivisionError))
    html = render("{% recommended_for %}{% bestsellers limit=3 %}", request=a_stranger)
    assert len(headings(html)) == 2
    assert len(caplog.records) == 1


class TestOwnersBlocks:
    @pytest.fixture(autouse=True)
    def _no_blocks(self, full_shop):
        Block.objects.all().delete()

    def test_stand_in_their_order(self, render, a_stranger):
        Block.objects.create(slot="home-1", position=2, strategy="bestsellers", limit=3)
        Block.objects.create(slot="home-1", position=1, strategy="trending", limit=3)
        assert headings(render('{% block_at "home-1" %}', request=a_stranger)) == ["Trending now", "Best sellers"]

    def test_of_another_place_are_not_shown(self, render, a_stranger):
        Block.objects.create(slot="home-2", strategy="bestsellers")
        assert render('{% block_at "home-1" %}', request=a_stranger) == ""

    def test_show_within_their_dates_while_switched_on(self, render, a_stranger):
        hour = timedelta(hours=1)
        Block.objects.create(slot="home-1", strategy="bestsellers", starts_at=people.NOW, ends_at=people.NOW + hour)
        for status in ("draft", "paused", "ended", "archived"):
            Block.objects.create(slot="home-1", strategy="trending", status=status)
        for offset, shown in [(-1, 0), (0, 1), (59, 1), (60, 0)]:
            with time_machine.travel(people.NOW + timedelta(minutes=offset), tick=False):
                request = copy.copy(a_stranger)
                assert len(headings(render('{% block_at "home-1" %}', request=request))) == shown

    def test_show_at_their_hours_of_the_week(self, render, a_stranger):
        # By the shop's clock, which is that of the settings.
        here = localtime(people.NOW)
        day, hour = here.weekday(), here.hour
        places = {"now": {"days": [day], "since": f"{hour:02}:00"}, "later": {"since": f"{hour + 1:02}:00"},
                  "another day": {"days": [(day + 1) % 7]}}  # fmt: skip
        for number, hours in enumerate(places.values()):
            Block.objects.create(slot=f"home-{number}", strategy="bestsellers", hours=hours)
        with time_machine.travel(people.NOW, tick=False):
            shown = [bool(render(f'{{% block_at "home-{one}" %}}', request=a_stranger)) for one in range(3)]
        assert dict(zip(places, shown, strict=True)) == {"now": True, "later": False, "another day": False}

    def test_are_headed_in_the_reader_s_language(self, render, a_stranger):
        Block.objects.create(slot="home-1", strategy="bestsellers", titles={"en": "Loved", "uk": "Улюблене"})
        with translation.override("uk"):
            assert headings(render('{% block_at "home-1" %}', request=a_stranger)) == ["Улюблене"]

    def test_with_broken_settings_leave_the_others_alone(self, render, a_stranger, caplog):
        Block.objects.create(slot="home-1", position=1, strategy="bestsellers", titles=["not", "a", "dict"])
        Block.objects.create(slot="home-1", position=2, strategy="trending")
        assert headings(render('{% block_at "home-1" %}', request=a_stranger)) == ["Trending now"]
        assert len(caplog.records) == 1


def test_what_was_shown_is_noted_once_with_all_its_products(full_shop, render, a_stranger):
    gathered = record.Gathered()
    token = record.gathering(gathered)
    try:
        render('{% block_at "everywhere" %}', request=a_stranger)
    finally:
        record.stop_gathering(token)
    (event,) = gathered.events
    assert event.kind == "block_shown"
    assert event.payload["slot"] == "everywhere"
    assert event.payload["block"] == Block.objects.get().pk
    assert event.payload["strategy"] == event.payload["served_by"] == "bestsellers"
    assert [one["id"] for one in event.payload["products"]] == full_shop.ids("oat milk")


def test_switched_off_every_tag_is_silent(full_shop, render, a_stranger, settings, django_assert_num_queries):
    settings.PERSONALIZATION_ENABLED = False
    with django_assert_num_queries(0):
        assert render("".join(TAGS), request=a_stranger, product=full_shop["oat milk"]) == ""
