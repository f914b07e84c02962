"""The figures of a segment beside the shop's, worked out by hand on seven people."""

import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from personalization.people.profiles.models import Profile
from personalization.people.segments.models import Membership, Segment
from personalization.people.segments.portraits import figures, portrait, words
from personalization.people.segments.portraits.page import page_of, rows
from personalization.people.segments.portraits.portrait import portrait_of

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def person(number: int, **known) -> Profile:
    return Profile.objects.create(
        person=uuid.UUID(int=number), user_id=number, draw=known.pop("draw", number), first_seen_at=NOW,
        last_seen_at=NOW, changed_at=NOW, **known,
    )  # fmt: skip


@pytest.fixture
def loyal(monkeypatch) -> Segment:
    """Three of seven: they order more, for more, and love tea."""
    monkeypatch.setattr(portrait, "FEWEST", 3)
    monkeypatch.setattr(portrait, "FEWEST_EACH", 1)
    segment = Segment.objects.create(name="Loyal", tree={"all": []})
    for number in (1, 2, 3):
        one = person(
            number, orders=4, units=8, revenue=Decimal(200), order_gap_days=10, visits=6, device="phone", weekday=5,
            hour=20, region="Kyiv", price_tier=3, categories={"7": 0.6, "8": 0.4}, brands={"Acme": 1.0},
            churn_risk=0.1, demographics={"age": "25-34"},
        )  # fmt: skip
        Membership.objects.create(segment=segment, person=one.person, since=NOW)
    for number in (4, 5, 6):
        person(
            number, orders=1, units=1, revenue=Decimal(20), visits=2, device="desktop", weekday=1, hour=9,
            region="Lviv", categories={"8": 1.0}, churn_risk=0.5, demographics={"age": "55-64"},
        )  # fmt: skip
    person(7, visits=1, device="desktop")
    return segment


def test_sums_and_shares_are_those_of_the_people_in_it_beside_all_people(loyal):
    found = portrait_of(loyal)
    assert (found.people, round(found.people_share, 4)) == (3, round(3 / 7, 4))
    assert (found.revenue, round(found.revenue_share, 4)) == (Decimal(600), round(600 / 660, 4))
    order = found.measure("average_order")
    assert (order.inside, order.shop, order.index) == (50.0, 660 / 15, 114)
    repeat = found.measure("repeat")
    assert (repeat.inside, repeat.shop, repeat.index) == (1.0, 0.5, 200)
    assert found.measure("buyers").shop == 6 / 7


def test_means_of_the_shop_weigh_each_person_whose_figure_is_known(loyal):
    churn = portrait_of(loyal).measure("churn")
    assert (round(churn.inside, 6), round(churn.shop, 6), churn.index) == (0.1, 0.3, 33)
    gap = portrait_of(loyal).measure("gap_days")
    assert (gap.inside, gap.shop) == (10.0, 10.0), "nobody else has ordered twice"


def test_tastes_are_shares_of_all_interest_and_the_index_says_how_far_from_usual(loyal, monkeypatch):
    monkeypatch.setattr(portrait.shop, "category_names", lambda ids: {7: "Tea", 8: "Bread"})
    found = {one.label: one for one in portrait_of(loyal).categories}
    assert (round(found["Tea"].inside, 4), round(found["Tea"].shop, 4), found["Tea"].index) == (0.6, 0.3, 200)
    assert (round(found["Bread"].inside, 4), found["Bread"].index) == (0.4, 57)


def test_a_category_that_the_shop_no_longer_has_is_left_out(loyal):
    assert portrait_of(loyal).categories == ()
    assert [one.label for one in portrait_of(loyal).brands] == ["Acme"]


def test_habits_regions_and_demographics_are_shares_among_those_of_whom_they_are_known(loyal):
    spread = portrait_of(loyal).spread
    assert [(one.key, one.inside, one.shop) for one in spread["device"]] == [
        ("phone", 1.0, 3 / 7), ("desktop", 0.0, 4 / 7),
    ]  # fmt: skip
    assert [(one.key, one.inside, one.shop) for one in spread["known:age"]] == [
        ("25-34", 1.0, 0.5), ("55-64", 0.0, 0.5),
    ]  # fmt: skip
    assert spread["tier"][0].shop == 1.0, "of the others nobody knows the tier"


def test_words_say_what_sets_them_apart(loyal, monkeypatch):
    monkeypatch.setattr(portrait.shop, "category_names", lambda ids: {7: "Tea", 8: "Bread"})
    told = " ".join(words.sentences(portrait_of(loyal)))
    assert "3 people: 43 % of all whom the shop knows, and 91 % of its revenue." in told
    assert "Their risk of leaving is 10 %, 67 % less than in the whole shop." in told
    assert "More than others they look for Tea (200)." in told
    assert "Their usual day: Saturday." in told
    assert "Their usual hour: 20:00." in told
    assert "More of them than of others come from Kyiv (200)." in told
    assert "More common among them than among others: age 25-34 (200)." in told
    with translation.override("ru"):
        assert "возраст 25-34 (200)" in words.sentences(portrait_of(loyal))[-1]


def test_an_empty_segment_says_so_and_a_tiny_one_warns(loyal, monkeypatch):
    empty = Segment.objects.create(name="Nobody", tree={"all": []})
    assert words.sentences(portrait_of(empty)) == ["Nobody is in this segment yet, so there is nothing to tell."]
    assert page_of(empty)["sections"] == ()
    empty.is_live = True
    assert words.sentences(portrait_of(empty))[0].startswith("Who belongs to it is decided on each visit")
    monkeypatch.setattr(portrait, "FEWEST", 20)
    assert any("may be chance" in one for one in words.sentences(portrait_of(loyal)))


def test_two_segments_stand_side_by_side_and_the_table_says_the_same(loyal):
    others = Segment.objects.create(name="Others", tree={"all": []})
    for number in (4, 5, 6):
        Membership.objects.create(segment=others, person=uuid.UUID(int=number), since=NOW)
    told = list(rows(page_of(loyal, others)))
    assert told[0] == ("about", "what", "Loyal", "Others", "Loyal, index", "Others, index", "whole shop")
    assert ("How they buy", "of them more than once", "100 %", "0 %", "200", "0", "50 %") in told
    assert ("Weekday", "Tuesday", "0 %", "100 %", "0", "200", "50 %") in told


def test_a_large_shop_is_asked_by_a_sample_and_scaled(loyal, monkeypatch):
    monkeypatch.setattr(figures, "_draws", lambda: 5000)
    for number in range(8, 12):
        one = person(number, draw=number * 1000, orders=1, revenue=Decimal(10))
        Membership.objects.create(segment=loyal, person=one.person, since=NOW)
    found = portrait_of(loyal)
    assert found.is_sampled
    assert found.people == 6, "three below the draw, twice as many in all"


def test_a_portrait_takes_as_many_queries_for_many_people_as_for_few(loyal, django_assert_num_queries):
    with django_assert_num_queries(5):
        portrait_of(loyal)
