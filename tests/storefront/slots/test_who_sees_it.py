"""A slot shows each person the first banner that is meant for them, and else what stands between its tags."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from personalization.events.daily import sum_days
from personalization.events.models import DailyFigure, Event
from personalization.people.segments.models import Segment
from personalization.people.weather.models import Weather
from personalization.people.weather.now import kept as weather
from personalization.storefront.slots.models import Banner
from tests.people.folk import rule
from tests.safety.faults import Failure
from tests.storefront.slots.conftest import SLOT, banner, segment


class TestWhichOne:
    def test_the_shop_s_own_where_there_is_none(self, seen):
        assert seen() == ["our own"]

    def test_the_first_of_those_that_are_meant(self, seen, regulars, anna, boris):
        banner("for all", priority=20)
        banner("for regulars", among=[regulars], priority=10)
        assert seen(anna) == ["for regulars"]
        assert seen(boris) == seen() == ["for all"]

    def test_nobody_of_another_slot(self, seen):
        banner("elsewhere", slot="basket-foot")
        assert seen() == ["our own"]

    def test_the_shop_s_own_for_whom_it_is_not_meant(self, seen, regulars, anna):
        banner("for newcomers", but=[regulars])
        assert seen(anna) == ["our own"]
        assert seen() == ["for newcomers"]

    def test_by_the_device_in_hand(self, seen):
        banner("for phones", among=[segment("Phones", rule("visit_device", devices=["phone"]))])
        phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
        assert seen(**{"User-Agent": phone}) == ["for phones"]
        assert seen(**{"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0"}) == ["our own"]

    def test_by_the_weather_outside(self, seen):
        banner("ice cream", among=[segment("Heat", rule("weather", least=28))])
        assert seen() == ["our own"]
        Weather.objects.create(region="*", temperature=31, told_at=timezone.now())
        weather.read_at = None
        assert seen() == ["ice cream"]

    @pytest.mark.parametrize("status", ["draft", "paused", "ended", "archived"])
    def test_none_that_is_not_live(self, seen, status):
        banner("away", status=status)
        assert seen() == ["our own"]

    def test_by_its_dates_and_hours(self, seen):
        now = timezone.now()
        banner("to come", starts_at=now + timedelta(days=3))
        banner("over", starts_at=now - timedelta(days=9), ends_at=now - timedelta(days=3))
        with time_machine.travel(timezone.localtime(now).replace(hour=9), tick=False):
            assert seen() == ["our own"]
        banner("supper", hours={"since": "17:00", "until": "22:00"})
        with time_machine.travel(timezone.localtime(now).replace(hour=18), tick=False):
            assert "supper" in seen()
        with time_machine.travel(timezone.localtime(now).replace(hour=23), tick=False):
            assert "supper" not in seen()

    def test_a_share_of_all_people_and_no_stranger(self, seen, anna):
        made = banner("tried out", arm={"experiment": "", "since": 0, "until": 1})
        assert seen() == ["our own"]
        Banner.objects.filter(pk=made.pk).update(arm={"experiment": "", "since": 0, "until": 100})
        assert seen(anna) == ["tried out"]

    def test_nobody_of_a_segment_that_is_gone(self, seen, regulars, anna):
        banner("for regulars", among=[regulars])
        Segment.objects.all().delete()
        assert seen(anna) == ["our own"]


class TestTheShopComesFirst:
    def test_switched_off_the_page_is_the_shop_s_own(self, seen, settings):
        banner("hello")
        settings.PERSONALIZATION_ENABLED = False
        assert seen() == ["our own"]

    @pytest.mark.parametrize("broken", ["choice._live", "choice._is_for", "showing.drawn", "showing.page_of"])
    @pytest.mark.parametrize("kind", [RuntimeError, "sql"])
    def test_whatever_fails_the_shop_s_own_is_drawn(self, seen, monkeypatch, caplog, broken, kind):
        banner("hello")
        failure = Failure(kind)
        monkeypatch.setattr(f"personalization.storefront.slots.{broken}", failure)
        assert seen() == ["our own"]
        assert failure.times == 1
        assert caplog.records

    def test_a_banner_that_cannot_be_asked_about_lets_the_next_one_have_its_turn(self, seen, monkeypatch, anna):
        banner("broken", priority=1, arm={"since": 0, "until": 50})
        banner("whole", priority=2)
        monkeypatch.setattr("personalization.campaigns.arm.Arm.has", Failure(RuntimeError))
        assert seen(anna) == ["whole"]

    def test_what_fails_in_the_shop_s_own_words_is_not_hidden(self, seen):
        with pytest.raises(TemplateDoesNotExist):
            seen(line='{% content_slot "home-hero" %}{% include "not/there.html" %}{% endcontent_slot %}')

    @pytest.mark.parametrize("line", ["{% content_slot %}{% endcontent_slot %}", "{% content_slot 'a' 'b' %}"])
    def test_a_tag_that_names_no_place_says_how_it_is_written(self, line):
        with pytest.raises(TemplateSyntaxError, match="Name the place"):
            engines["django"].from_string("{% load personalization %}" + line)


class TestWhatItLeavesBehind:
    @pytest.fixture
    def pages(self, open_shop, settings):
        settings.ROOT_URLCONF = "tests.storefront.pages"
        return open_shop

    def test_a_showing_is_an_event_and_the_shop_s_own_is_none(self, pages):
        client = Client()
        client.get("/slots/")
        assert not Event.objects.filter(kind="banner_shown").exists()
        made = banner("hello")
        page = client.get("/slots/").content.decode()
        event = Event.objects.get(kind="banner_shown")
        assert event.payload == {"banner": made.pk, "slot": "home-hero"}
        assert f'data-pz-shown="{event.pk}"' in page

    def test_what_was_shown_seen_and_followed_is_summed_by_the_day(self, pages):
        made, client = banner("hello"), Client()
        client.get("/slots/")
        shown = str(Event.objects.get(kind="banner_shown").pk)
        told = {"shown": shown, "slot": "home-hero", "banner": str(made.pk)}
        events = [
            {"id": f"01890000-0000-7000-8000-00000000000{n}", "kind": kind, "at": timezone.now().timestamp() * 1000,
             "data": told} for n, kind in enumerate(("banner_seen", "banner_clicked"))
        ]  # fmt: skip
        message = json.dumps({"v": 1, "page": "/slots/", "events": events})
        assert client.post("/personalization/events/", message, content_type="text/plain").status_code == 204
        sum_days(timezone.now() + timedelta(seconds=1))
        figures = DailyFigure.objects.filter(block=f"banner:{made.pk}").values_list("kind", "events")
        assert dict(figures) == {"banner_shown": 1, "banner_seen": 1, "banner_clicked": 1}

    def test_no_cache_keeps_a_page_with_a_slot_for_another(self, pages, anna, boris, regulars):
        banner("for regulars", among=[regulars])
        hers, his = Client(), Client()
        for client, user in ((hers, anna), (his, boris)):
            client.get("/plain/")
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for _ in range(2):
            page = hers.get("/slots-in-a-cache/")
            assert "for regulars" in page.content.decode()
            assert "private" in page.headers["Cache-Control"]
            other = his.get("/slots-in-a-cache/")
            assert "for regulars" not in other.content.decode()
            assert "private" in other.headers["Cache-Control"]


class TestWhatItCosts:
    def cost(self, seen, user, line):
        with CaptureQueriesContext(connection) as sent:
            seen(user, line=line)
        return len([one for one in sent if "SAVEPOINT" not in one["sql"]])

    def test_all_slots_of_a_page_two_queries_however_many_banners(self, seen, regulars, anna):
        five = "".join(SLOT.replace("home-hero", f"place-{number}") for number in range(5))
        self.cost(seen, anna, five)
        bare = self.cost(seen, anna, "")
        for number in range(5):
            banner("for regulars", among=[regulars], slot=f"place-{number}")
        assert self.cost(seen, anna, five) - bare == 2
        for number in range(60):
            others = segment(f"S{number}", rule("orders", least=90))
            banner("for others", among=[others], slot=f"place-{number % 5}", priority=1)
        assert self.cost(seen, anna, five) - bare == 2

    def test_one_query_where_nobody_is_asked_about(self, seen, anna):
        bare = self.cost(seen, anna, "")
        banner("for all")
        assert self.cost(seen, anna, SLOT) - bare == 1
