"""Bots that pass for browsers: a simulated day of two hundred people and two hundred bots of four kinds."""

import random
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import TestCase

from personalization.events.bots import mark_bots
from personalization.events.days import day_of
from personalization.events.identifiers import event_id
from personalization.events.models import Event, SummedDay, Visitor
from personalization.events.write import NewEvent, SeenVisitor, write
from tests import people

NOON = people.NOW
MORNING = NOON - timedelta(hours=12)
Seconds = Iterator[float]


def visitor(
    clicks: list[float], *, has_script: bool = True, deeds: tuple[str, ...] = (), begin: datetime = MORNING, **more
):
    """Writes a visitor that opened a product page at each of those seconds; gives its id."""
    identifier = uuid.uuid4()
    moments = [begin + timedelta(seconds=second) for second in clicks]
    events = [
        NewEvent(event_id(at), kind, at, visitor_id=identifier, product_id=1)
        for kind, ats in [("product_viewed", moments), *((deed, moments[-1:]) for deed in deeds)]
        for at in ats
    ]
    write(events, visitors=[SeenVisitor(identifier, moments[0], has_script=has_script, **more)])
    Visitor.objects.filter(pk=identifier).update(last_seen_at=moments[-1])
    return identifier


def every(seconds: float, count: int) -> list[float]:
    return [number * seconds for number in range(count)]


def a_person(chance: random.Random, number: int) -> uuid.UUID:
    """Most look at a dozen goods; one in ten opens a lot of tabs at once; one in fifty runs no script."""
    pages = min(int(chance.lognormvariate(2.0, 0.9)) + 1, 150)
    clicks, second = [], chance.uniform(0, 6 * 3600)
    for _ in range(pages):
        clicks.append(second)
        second += chance.lognormvariate(3.2, 0.8)
    if number % 10 == 0:
        clicks += [second + tab * 1.5 for tab in range(chance.randint(8, 20))]
    deeds = ("basket_added",) if chance.random() < 0.3 else ()
    if number % 50 == 0:
        return visitor(clicks[:4], has_script=False)
    return visitor(clicks, deeds=deeds)


# The bots do not know where we draw the line: some of each kind stay below it.


def between(least: float, most: float, *, chance: random.Random) -> float:
    """As often from one to two as from ten to twenty."""
    return least * (most / least) ** chance.random()


def a_sprinter(chance: random.Random) -> uuid.UUID:
    """Reads the catalogue through as fast as it is served, script and all."""
    return visitor(every(between(0.1, 2.5, chance=chance), chance.randint(60, 200)))


def a_plodder(chance: random.Random) -> uuid.UUID:
    """A page every minute or so, for twelve hours, with a real browser."""
    seconds = between(20, 100, chance=chance)
    return visitor(every(seconds, int(12 * 3600 / seconds)))


def a_fetcher(chance: random.Random) -> uuid.UUID:
    """As slow as a person, but runs no script."""
    return visitor(every(chance.uniform(5, 40), chance.randint(2, 60)), has_script=False)


def a_burster(chance: random.Random) -> uuid.UUID:
    """Some dozens of pages in half a minute, once an hour, so that the day looks harmless."""
    size = chance.randint(27, 70)
    return visitor([hour * 3600 + click * 30 / size for hour in range(5) for click in range(size)])


def marked() -> set[uuid.UUID]:
    return set(Visitor.objects.filter(traffic="bot").values_list("pk", flat=True))


def a_day(seed: int) -> tuple[set[uuid.UUID], set[uuid.UUID]]:
    """Two hundred people, and fifty bots of each kind."""
    chance = random.Random(seed)
    shoppers = {a_person(chance, number) for number in range(200)}
    return shoppers, {kind(chance) for kind in (a_sprinter, a_plodder, a_fetcher, a_burster) for _ in range(50)}


class ASimulatedDayTest(TestCase):
    """Its sixty thousand events are written, and its bots are marked, once for all."""

    @classmethod
    def setUpTestData(cls):
        cls.people, cls.bots = a_day(20)
        cls.told = mark_bots(now=NOON)
        cls.caught = marked()

    def test_nine_of_ten_bots_are_marked_and_hardly_any_person(self):
        assert self.told["marked"] == len(self.caught)
        assert 0.9 * 200 <= len(self.caught & self.bots) < 200, "some bots stay below the lines that we draw"
        assert len(self.caught & self.people) <= 0.005 * 200

    def test_what_they_did_is_marked_with_them_and_nothing_else(self):
        theirs = Event.objects.filter(visitor_id__in=self.caught)
        assert set(theirs.values_list("traffic", flat=True)) == {"bot"}
        others = Event.objects.exclude(visitor_id__in=self.caught)
        assert set(others.values_list("traffic", flat=True)) == {"shopper"}

    def test_twice_is_as_good_as_once(self):
        assert mark_bots(now=NOON) == {"marked": 0, "freed": 0}
        assert marked() == self.caught


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_so_it_is_on_most_days(db):
    bots_caught = people_caught = 0
    for seed in range(5):
        shoppers, bots = a_day(seed)
        mark_bots(now=NOON)
        bots_caught += len(marked() & bots)
        people_caught += len(marked() & shoppers)
        Event.objects.all().delete()
        Visitor.objects.all().delete()
    print(f"{bots_caught / 10:.1f} % of bots, {people_caught / 10:.1f} % of people")  # noqa: T201
    assert bots_caught >= 0.9 * 1000
    assert people_caught <= 0.005 * 1000


class TestNeverMarked:
    FAST = every(0.5, 200)

    @pytest.mark.parametrize("deed", ["basket_added", "purchased", "wishlist_added", "logged_in"])
    def test_is_who_did_what_only_people_do(self, db, deed):
        visitor(self.FAST, deeds=(deed,))
        assert mark_bots(now=NOON)["marked"] == 0

    def test_is_somebody_with_an_account(self, anna):
        visitor(self.FAST, user_id=anna.pk)
        assert mark_bots(now=NOON)["marked"] == 0

    def test_is_the_staff(self, db):
        visitor(self.FAST, traffic="staff")
        assert mark_bots(now=NOON)["marked"] == 0
        assert Visitor.objects.get().traffic == "staff"

    def test_is_who_opens_thirty_pages_in_a_minute(self, db):
        visitor(every(2.01, 30))
        assert mark_bots(now=NOON)["marked"] == 0
        visitor(every(1.9, 31))
        assert mark_bots(now=NOON)["marked"] == 1

    def test_is_who_runs_no_script_where_people_run_none(self, db):
        # The shop has not put the script into its pages, or a robot alone has run it.
        visitor(every(20, 30), has_script=True)
        visitor(every(20, 3), has_script=False, deeds=("basket_added",))
        visitor(every(20, 30), has_script=False)
        assert mark_bots(now=NOON)["marked"] == 0

    def test_is_who_came_within_the_hour(self, db):
        visitor(every(20, 3), deeds=("basket_added",))
        visitor(every(20, 6), has_script=False, begin=NOON - timedelta(minutes=50))
        assert mark_bots(now=NOON)["marked"] == 0
        assert mark_bots(now=NOON + timedelta(minutes=20))["marked"] == 1


def test_a_bot_that_turns_out_to_be_a_person_is_freed_with_all_it_did(db):
    late = NOON + timedelta(minutes=1)
    busy = visitor(every(0.5, 200))
    mark_bots(now=NOON)
    write([NewEvent(event_id(NOON), "basket_added", NOON, visitor_id=busy, product_id=1)])
    assert mark_bots(now=late) == {"marked": 0, "freed": 1}
    assert marked() == set()
    assert set(Event.objects.values_list("traffic", flat=True)) == {"shopper"}


def test_what_a_marked_bot_does_later_is_marked_in_the_next_hour(db):
    busy = visitor(every(0.5, 200))
    mark_bots(now=NOON)
    again = NOON + timedelta(minutes=10)
    write([NewEvent(event_id(again), "searched", again, visitor_id=busy)], visitors=[SeenVisitor(busy, again)])
    mark_bots(now=NOON + timedelta(hours=1))
    assert Event.objects.get(kind="searched").traffic == "bot"


def test_the_figures_of_a_day_that_lost_its_bots_are_made_again(db):
    day: date = day_of(MORNING)
    SummedDay.objects.create(day=day, summed_at=NOON)
    mark_bots(now=NOON)
    assert not SummedDay.objects.get().is_stale
    visitor(every(0.5, 200))
    mark_bots(now=NOON)
    assert SummedDay.objects.get().is_stale


def test_an_empty_log_is_calm(db):
    assert mark_bots(now=NOON) == {"marked": 0, "freed": 0}
    assert connection.needs_rollback is False
