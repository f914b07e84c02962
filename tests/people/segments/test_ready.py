"""Segments ready to use: one click makes one, and a second click makes no other."""

import pytest
from django.utils import translation

from personalization.people.segments import ready
from personalization.people.segments.lint import Lint
from personalization.people.segments.members import recount
from personalization.people.segments.models import Membership, Segment
from personalization.people.segments.sentence import leaf_told, sentence
from personalization.people.segments.settled import is_whole
from personalization.people.segments.tree import read
from personalization.people.weather.models import Weather
from tests.people import NOW
from tests.people.folk import DAY, known, names, rule

ALWAYS = [one.name for one in ready.ALWAYS]


@pytest.mark.parametrize("name", ALWAYS)
def test_each_is_whole_makes_sense_and_can_be_read(db, name):
    made = ready.add(name)
    tree = read(made.tree)
    assert is_whole(tree)
    assert made.name
    assert made.note
    assert sentence(tree).startswith("People who ")
    known("Anna", recency_score=1, discount_share=0.1, price_tier=1)
    assert Lint(tree).warnings() == []
    assert recount(made, now=NOW).error == ""


def test_a_second_click_makes_no_other(db):
    first = ready.add("vip")
    Segment.objects.filter(pk=first.pk).update(name="My best", tree={})
    assert ready.add("vip").pk == first.pk
    assert Segment.objects.get().name == "My best"
    assert "vip" not in [one.name for one in ready.not_added()]


def test_a_name_that_is_taken_gets_a_number(db):
    Segment.objects.create(name="VIP")
    assert ready.add("vip").name == "VIP (2)"


def test_what_is_not_there_is_said(db):
    with pytest.raises(ready.NoneOfThatName):
        ready.add("aristocrats")


def test_the_name_is_in_the_language_of_whoever_adds_it(db):
    with translation.override("ru"):
        assert ready.add("vip").name == str(next(one.label for one in ready.ALWAYS if one.name == "vip"))


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("new", {"first_seen_at": NOW - 3 * DAY}),
        ("first", {"orders": 1, "last_order_at": NOW - 3 * DAY}),
        ("active", {"orders": 3, "order_gap_days": 20, "last_order_at": NOW - 3 * DAY}),
        ("loyal", {"orders": 8, "order_gap_days": 20, "last_order_at": NOW - 3 * DAY}),
        ("vip", {"orders": 8, "monetary_score": 5, "frequency_score": 4, "recency_score": 3}),
        ("at_risk", {"orders": 8, "order_gap_days": 20, "last_order_at": NOW - 50 * DAY}),
        ("lost", {"orders": 8, "order_gap_days": 20, "last_order_at": NOW - 90 * DAY}),
        ("discounts", {"orders": 2, "discount_share": 0.6}),
        ("abandoned_basket", {"left_in_basket_at": NOW - DAY}),
        ("low_prices", {"price_tier": 1}),
        ("middle_prices", {"price_tier": 2}),
        ("high_prices", {"price_tier": 3}),
    ],
)
def test_each_holds_whom_one_would_expect(db, name, columns):
    known("Anna", **columns)
    known("Somebody else", orders=0)
    recount(ready.add(name), now=NOW)
    assert names(Membership.objects.values_list("person", flat=True)) == {"Anna"}


class TestWhatIsKnown:
    def test_what_is_known_is_called_as_the_reader_speaks(self, db):
        for turn in range(20):
            known(f"Guest {turn}", demographics={"household_size": 2, "cat_food": "dry"})
        with translation.override("uk"):
            labels = {str(one.label) for one in ready.offered() if one.name not in ALWAYS}
            told = leaf_told(read(rule("demographics", key="household_size", least=2)))
        assert labels == {"Людей у домогосподарстві: 2", "Cat food: dry"}, "the shop's own words stay its own"
        assert "людей у домогосподарстві" in told

    def test_nothing_known_offers_nothing(self, db):
        known("Anna")
        assert [one.name for one in ready.offered()] == ALWAYS

    def test_birthdays_where_somebody_has_one(self, db):
        known("Anna", demographics={"birthday": "1990-03-12"})
        assert [one.name for one in ready.offered()][-1] == "birthday"
        recount(ready.add("birthday"), now=NOW)
        assert names(Membership.objects.values_list("person", flat=True)) == {"Anna"}

    def test_weather_where_somebody_tells_of_it(self, db):
        Weather.objects.create(region="*", temperature=30, told_at=NOW)
        assert [one.name for one in ready.offered() if one.name not in ALWAYS] == ["heat", "frost", "wet"]
        assert all(is_whole(read(ready.add(name).tree)) for name in ("heat", "frost", "wet"))

    def test_groups_of_enough_people(self, db):
        """Sixty people: thirty families with one child, of whom nineteen are rich; ages from 20 to 79."""
        for turn in range(60):
            known(f"Guest {turn}", demographics={
                "children": int(turn < 30), "kids_count": "3+" if turn < 20 else "None",
                "income": "high" if turn < 19 else "low", "age": 20 + turn,
                "favourite_film": f"film {turn}",
            })  # fmt: skip
        found = {one.name: str(one.label) for one in ready.offered() if one.name not in ALWAYS}
        assert found == {
            "age<39": "Age: up to 39", "age~39": "Age: 40 to 59", "age>59": "Age: 60 and more",
            "children>=1": "Families with children", "income=low": "Income: low",
            "kids_count>=1": "Families with children",
        }  # fmt: skip
        families = next(one for one in ready.offered() if one.name == "children>=1")
        assert sentence(read(families.tree)) == "People who have as children: at least 1."
        sizes = {}
        for name in found:
            made = ready.add(name)
            recount(made, now=NOW)
            sizes[name] = Membership.objects.filter(segment=made).count()
        assert sizes == {
            "age<39": 20,
            "age~39": 20,
            "age>59": 20,
            "children>=1": 30,
            "income=low": 41,
            "kids_count>=1": 20,
        }
