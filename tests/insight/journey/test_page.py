"""The page of the journey, its files, and the segment that a press makes."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from personalization.events.erase import erase
from personalization.events.personal import whole_account, whole_visitor
from personalization.people.journeys.follow import follow_visits
from personalization.people.journeys.models import Journey
from personalization.people.journeys.steps import Touchpoint
from personalization.people.segments.members import recount
from personalization.people.segments.models import Membership, Segment
from tests.insight.journey.conftest import page
from tests.people import NOW
from tests.people.folk import meant
from tests.people.walks import visitor_of, walk

DAY = timedelta(days=1)


def leave(client: Client, step: str, **asked: str) -> Any:
    """A press on those who left at a step."""
    chosen = urlencode({"period": "7", **asked})
    return client.post(f"{reverse('admin:personalization_journey_leave', args=[step])}?{chosen}")


def table(client: Client, name: str, **asked: str) -> list[str]:
    """A file, line by line."""
    answer = client.get(reverse("admin:personalization_journey_csv", args=[name]), {"period": "7", **asked})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return b"".join(answer.streaming_content).decode().splitlines()


def test_it_says_in_words_and_pictures_where_visits_end(owner, week):
    told = page(owner).content.decode()
    assert "Last 7 days: 10 visits of 7 people. 10 % ended with an order; before: 50 %." in told
    assert "So few visits that their shares may be chance." in told
    assert "4 left here (44 %)" in told
    assert "Make a segment of these 4 people" in told
    assert "those who went on took 2 min (median)" in told
    assert "Home → Product: 4 (40 %)" in told
    assert told.count("Download as CSV") == 4


def test_with_enough_visits_it_names_the_largest_loss(owner, db):
    for turn in range(40):
        walk(f"Guest {turn}", *("product", "basket")[: 1 + (turn < 10)], at=NOW - DAY)
    follow_visits(now=NOW)
    told = page(owner).content.decode()
    assert "The largest loss is after “Product viewed”: 75 % of those who came so far left there." in told
    assert "may be chance" not in told


def test_its_tables_lead_to_narrower_pages(owner, loyal):
    told = page(owner, device="phone").content.decode()
    assert "?period=7&amp;device=phone&amp;whence=source%3Agoogle" in told
    assert "by=segment" in told
    told = page(owner, by="segment").content.decode()
    assert f"segment={loyal.pk}" in told
    assert ">Loyal</a>" in told


def test_the_choice_keeps_what_was_chosen(owner, week):
    told = page(owner, whence="source:newsletter", device="tablet").content.decode()
    assert '<option value="source:newsletter" selected>newsletter</option>' in told
    assert "No visit is like that" in told
    assert '<option value="source:gone" selected>gone</option>' in page(owner, whence="source:gone").content.decode()


def test_what_is_wrong_is_said_beside_it(owner, week):
    assert "Say from which day on." in page(owner, period="own").content.decode()


def test_its_files_say_the_same(owner, loyal):
    assert table(owner, "funnel")[0] == (
        "step,visits,of all,as many days before,of the step before,left here,to the next step"
    )
    assert table(owner, "funnel")[2] == "Product viewed,9,0.9,0.5,0.9,4,"
    assert "1,Home,Product,4,0.4" in table(owner, "ways")
    assert table(owner, "days")[0] == "day,Product,Basket,Checkout,Order"
    assert "google,4,4,2,1,0" in table(owner, "table")
    assert "Loyal,2,2,1,1,1" in table(owner, "table", by="segment")
    assert owner.get(reverse("admin:personalization_journey_csv", args=["moon"])).status_code == 404


def test_it_takes_as_many_queries_for_many_visits_as_for_few(owner, loyal):
    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as sent:
            assert page(owner, by="segment").status_code == 200
        return len(sent)

    queries()
    few = queries()
    for turn in range(60):
        walk(f"Guest {turn}", "home", "product", "basket", at=NOW - timedelta(minutes=5), source=f"site-{turn}")
    follow_visits(now=NOW)
    assert queries() == few <= 17
    assert "70 visits" in page(owner).content.decode()


def test_a_shop_without_visits_says_what_to_wait_for(owner):
    told = page(owner).content.decode()
    assert "No visit has been followed yet." in told
    assert "Work out how far visits went" in told
    follow_visits(now=NOW)
    assert "No visit has been followed yet." in page(owner).content.decode()
    assert leave(owner, "basket").status_code == 404


# --- a press on those who left ---


def test_a_press_makes_a_segment_of_those_who_left_and_goes_there(owner, week):
    answer = leave(owner, "view")
    made = Segment.objects.get()
    assert answer.url == reverse("admin:personalization_segment_page", args=[made.pk])
    assert made.name == "Left after: Product viewed, last 7 days"
    # Eva left there, too, but the shop may not be made to fit her: she has no profile.
    assert meant(made.tree) == {"Anna", "Clara", "Dmytro"}
    told = owner.get(answer.url).content.decode()
    assert "People who on one visit looked at goods and put none into the basket in the last 7 days." in told
    assert "is made, and is counted within ten minutes" in told
    recount(made, now=NOW)
    made.refresh_from_db()
    assert (made.size, made.error) == (3, "")
    assert LogEntry.objects.filter(object_id=str(made.pk)).count() == 1


def test_it_is_of_those_alone_who_were_on_the_page(owner, loyal):
    leave(owner, "basket", whence="source:google", device="phone")
    leave(owner, "checkout", whence="medium:organic")
    leave(owner, "view", segment=str(loyal.pk), period="own", since="2026-03-08", until="2026-03-08")
    basket, checkout, view = Segment.objects.exclude(pk=loyal.pk).order_by("pk")
    assert (basket.name, meant(basket.tree)) == (
        "Left after: Put into the basket, last 7 days, google, phone",
        {"Boris"},
    )
    assert (checkout.name, meant(checkout.tree)) == ("Left after: Checkout begun, last 7 days, organic", {"Boris"})
    assert (view.name, meant(view.tree)) == ("Left after: Product viewed, 8 Mar 2026, Loyal", {"Anna"})


def test_its_owner_may_change_it_like_any_other(owner, week):
    leave(owner, "view", period="own", since="2026-03-08", until="2026-03-09")
    told = owner.get(reverse("admin:personalization_segment_change", args=[Segment.objects.get().pk])).content.decode()
    assert 'value="2026-03-08"' in told
    assert 'value="2026-03-09"' in told
    assert "not filled in" not in told


def test_pressed_twice_it_is_the_same_segment(owner, week):
    assert leave(owner, "view").url == leave(owner, "view").url
    assert Segment.objects.count() == 1


def test_one_with_its_name_is_no_hindrance(owner, week):
    Segment.objects.create(name="Left after: Product viewed, last 7 days", tree={"all": []})
    leave(owner, "view")
    assert Segment.objects.filter(name="Left after: Product viewed, last 7 days (2)").exists()


def test_its_number_is_that_of_the_segment_when_all_agreed(owner, week):
    told = page(owner).content.decode()
    leave(owner, "basket")
    assert "Make a segment of these 2 people" in told
    assert meant(Segment.objects.get().tree) == {"Boris", "Felix"}


@pytest.mark.parametrize("step", ["order", "moon"])
def test_only_those_who_left_on_the_way_make_a_segment(owner, week, step):
    assert leave(owner, step).status_code == 404
    assert not Segment.objects.exists()


def test_the_segment_follows_whoever_leaves_later(owner, week):
    leave(owner, "view")
    made = Segment.objects.get()
    walk("Felix", "product", at=NOW + DAY)
    follow_visits(now=NOW + 2 * DAY)
    assert "Felix" in meant(made.tree, now=NOW + 2 * DAY)


# --- who may, and who is not in it ---


def test_a_reader_of_segments_may_look_and_makes_none(reader, week):
    told = page(reader).content.decode()
    assert '<form method="post"' not in told.split("pz-funnel")[1]
    assert "4 people" in told
    assert leave(reader, "view").status_code == 403
    assert table(reader, "funnel")
    assert not Segment.objects.exists()


def test_who_may_not_see_segments_sees_nothing(clerk, client, week):
    assert page(clerk).status_code == 403
    assert leave(clerk, "view").status_code == 403
    assert clerk.get(reverse("admin:personalization_journey_csv", args=["funnel"])).status_code == 403
    assert page(client).status_code == 302


def test_a_single_visit_has_no_page(owner, week):
    one = Journey.objects.first()
    assert owner.get(f"/admin/personalization/journey/{one.pk}/change/").status_code == 404


def test_no_number_or_name_of_anybody_is_on_it(owner, week, anna):
    told = page(owner).content.decode()
    assert "anna" not in told.lower()
    assert str(visitor_of("Clara")) not in told


def test_who_is_erased_is_gone_from_it_and_stays_away(owner, week, anna):
    Membership.objects.all().delete()
    erase(whole_account(anna.pk), asked_by="test", now=NOW)
    erase(whole_visitor(visitor_of("Clara")), asked_by="test", now=NOW)
    assert not Journey.objects.filter(user_id=anna.pk).exists()
    assert not Journey.objects.filter(visitor_id__in=[visitor_of("Clara"), visitor_of("Anna")]).exists()
    follow_visits(now=NOW + DAY)
    assert Journey.objects.count() == 7, "twelve visits without three of Anna's and two of Clara's"


def test_its_stops_are_called_as_the_reader_speaks() -> None:
    with translation.override("ru"):
        assert [str(one.label) for one in (Touchpoint.HOME, Touchpoint.CHECKOUT)] == ["Главная", "Оформление"]
    with translation.override("uk"):
        assert all(re.search("[А-яіїєґ]", str(one.label)) for one in Touchpoint)
