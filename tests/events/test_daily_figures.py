"""The figures of a day: as worked out by hand, made again when it changes, the same however often they are made."""

import os
import signal
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from unittest import mock

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from personalization.events import daily
from personalization.events.daily import Figure, blocks_since_last_sum, figures, sum_days, unsummed
from personalization.events.days import sum_again
from personalization.events.identifiers import event_id
from personalization.events.models import DailyFigure, Event, SummedDay
from personalization.events.record import record
from personalization.events.spool import deliver
from personalization.events.sweep import sweep
from personalization.events.write import NewEvent, write
from tests import people
from tests.events.days_of_the_log import drop_partitions, figures_by_hand, figures_kept, fill

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
MONDAY, TUESDAY = date(2026, 3, 9), date(2026, 3, 10)
ANNA, BORIS_PHONE = 7, uuid.UUID(int=0xB0B)
MILK, BREAD = 1, 2
MORNING = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


def happened(kind, *, at=MORNING, user=None, visitor=None, **more):
    event = NewEvent(event_id(at), kind, at, user_id=user, visitor_id=visitor, **more)
    assert write([event]) == 1
    return event


def shown(*, block=12, slot="home-1", products=(MILK, BREAD), strategy="trending", **more):
    told = {"block": block, "slot": slot, "strategy": strategy, "products": [{"id": one} for one in products]}
    return happened("block_shown", payload=told, **more)


@pytest.mark.django_db
class TestADay:
    def test_is_counted_per_kind_per_product_and_per_block(self):
        shown(user=ANNA)
        shown(user=ANNA, products=(MILK,))
        shown(visitor=BORIS_PHONE, block=None)
        happened("block_clicked", user=ANNA, product_id=MILK, payload={"block": 12, "slot": "home-1", "position": 1})
        happened("purchased", user=ANNA, product_id=MILK, quantity=3, value=Decimal("5.97"))
        happened("purchased", user=ANNA, product_id=BREAD, quantity=1, value=Decimal("2.79"))
        happened("purchased", visitor=BORIS_PHONE, product_id=BREAD, quantity=2, value=Decimal("5.58"))
        happened("searched", visitor=BORIS_PHONE, payload={"query": "honey"})
        sum_days(NOW)
        assert figures_kept() == [
            (MONDAY, "block_clicked", 0, "", 1, 1, 0, 0),
            (MONDAY, "block_clicked", 0, "block:12", 1, 1, 0, 0),
            (MONDAY, "block_clicked", MILK, "", 1, 1, 0, 0),
            (MONDAY, "block_shown", 0, "", 3, 2, 0, 0),
            (MONDAY, "block_shown", 0, "block:12", 2, 1, 0, 0),
            (MONDAY, "block_shown", 0, "tag:home-1", 1, 1, 0, 0),
            (MONDAY, "block_shown", MILK, "", 3, 2, 0, 0),
            (MONDAY, "block_shown", BREAD, "", 2, 2, 0, 0),
            (MONDAY, "purchased", 0, "", 3, 2, 6, Decimal("14.34")),
            (MONDAY, "purchased", MILK, "", 1, 1, 3, Decimal("5.97")),
            (MONDAY, "purchased", BREAD, "", 2, 2, 3, Decimal("8.37")),
            (MONDAY, "searched", 0, "", 1, 1, 0, 0),
        ]

    def test_is_one_of_shoppers_only(self):
        happened("searched", user=ANNA, traffic="bot")
        happened("searched", user=ANNA, traffic="staff")
        assert sum_days(NOW) == {"summed": 1, "figures": 0}
        assert figures_kept() == []

    def test_begins_and_ends_at_midnight_in_utc(self):
        last = datetime(2026, 3, 9, 23, 59, 59, 999_000, tzinfo=UTC)
        happened("searched", at=last, user=ANNA)
        happened("searched", at=last + timedelta(milliseconds=1), user=ANNA)
        sum_days(NOW)
        assert [(row[0], row[4]) for row in figures_kept()] == [(MONDAY, 1), (TUESDAY, 1)]

    @pytest.mark.parametrize(
        ("payload", "key"),
        [
            ({"block": 3, "slot": "home-1"}, "block:3"),
            ({"block": "3"}, "block:3"),
            ({"block": None, "slot": "home-1", "strategy": "trending"}, "tag:home-1"),
            ({"slot": "", "strategy": "trending"}, "tag:trending"),
            ({"block": "x" * 90, "slot": "y" * 90}, "tag:" + "y" * 76),
            ({"block": [1], "slot": "", "shown": "nothing"}, "tag:?"),
            ([], "tag:?"),
        ],
    )
    def test_calls_a_block_by_one_word_whatever_was_sent(self, payload, key):
        happened("block_shown", payload=payload)
        sum_days(NOW)
        assert [one.key for one in figures("block_shown", since=MONDAY, until=TUESDAY, by="block")] == [key]

    def test_finds_a_click_on_a_tag_without_a_place_by_what_was_shown(self):
        impression = shown(block=None, slot="")
        happened("block_clicked", payload={"shown": str(impression.id), "slot": "", "block": None})
        sum_days(NOW)
        assert {row[3] for row in figures_kept() if row[1] == "block_clicked"} == {"", "tag:trending"}

    @pytest.mark.parametrize(
        "products", [[MILK, "2"], [{"id": MILK}, {"id": "2"}, {"id": MILK}, {}, None, -1, 1.5, "x"]]
    )
    def test_takes_products_as_pages_and_as_browsers_tell_them(self, products):
        happened("block_shown", payload={"products": products})
        sum_days(NOW)
        assert [(one.key, one.events) for one in figures("block_shown", since=MONDAY, until=TUESDAY, by="product")] == [
            (MILK, 1),
            (BREAD, 1),
        ]

    @pytest.mark.parametrize("products", ["all", 5, None, {"id": 1}])
    def test_survives_products_that_are_none(self, products):
        happened("block_shown", payload={"products": products})
        assert sum_days(NOW)["summed"] == 1

    def test_that_is_not_over_is_counted_up_to_now_and_again_an_hour_later(self):
        happened("searched", at=NOW - timedelta(minutes=1), user=ANNA)
        happened("searched", at=NOW + timedelta(minutes=5), user=ANNA)
        sum_days(NOW)
        assert [row[4] for row in figures_kept()] == [1]
        sum_days(NOW + timedelta(hours=1))
        assert [row[4] for row in figures_kept()] == [2]


@pytest.mark.django_db
class TestDaysThatChange:
    def test_are_summed_for_two_days_more_because_a_browser_may_be_late(self):
        happened("searched", user=ANNA)
        for hours, looked_at in ((1, True), (48, True), (49, False)):
            moment = datetime(2026, 3, 10, tzinfo=UTC) + timedelta(hours=hours)
            assert (MONDAY in unsummed(until=moment.date())) is looked_at
            sum_days(moment)
        assert SummedDay.objects.get(day=MONDAY).summed_at == datetime(2026, 3, 12, 0, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        "tell",
        [
            lambda at: record("custom", payload={"name": "stocktaking"}, now=at),
            lambda at: deliver([NewEvent(event_id(at), "custom", at)]),
        ],
        ids=["by the shop's own code", "by a process that kept it while nothing could be written"],
    )
    def test_are_summed_again_for_what_is_told_even_later(self, tell, django_capture_on_commit_callbacks):
        happened("searched", user=ANNA)
        with time_machine.travel(MORNING + timedelta(days=9), tick=False):
            sum_days(timezone.now())
            assert unsummed(until=date(2026, 3, 18)) == []
            with django_capture_on_commit_callbacks(execute=True):
                tell(MORNING)
            assert unsummed(until=date(2026, 3, 18)) == [MONDAY]
            sum_days(timezone.now())
        assert [(row[1], row[4]) for row in figures_kept()] == [("custom", 1), ("searched", 1)]

    def test_cost_an_event_of_now_nothing(self, django_assert_num_queries):
        with time_machine.travel(MORNING, tick=False), django_assert_num_queries(1):
            happened("searched", at=MORNING - timedelta(hours=47))

    def test_in_vain_are_written_only_where_they_differ(self):
        shown(user=ANNA)
        assert sum_days(NOW) == {"summed": 1, "figures": 4}
        assert sum_days(NOW + timedelta(hours=1)) == {"summed": 1, "figures": 0}

    def test_lose_the_figures_of_what_is_gone(self):
        event = happened("purchased", user=ANNA, product_id=MILK, quantity=1, value=Decimal(2))
        sum_days(NOW)
        Event.objects.filter(pk=event.id).delete()
        sum_again(MONDAY)
        assert sum_days(NOW)["figures"] == 2
        assert figures_kept() == []

    def test_are_found_among_days_without_events_in_a_few_looks(self, django_assert_max_num_queries):
        for back in (300, 299, 298, 40, 1):
            happened("searched", at=NOW - timedelta(days=back), user=ANNA)
        assert sum_days(NOW)["summed"] == 5
        with django_assert_max_num_queries(6):
            assert unsummed(until=TUESDAY) == [MONDAY]

    def test_keep_the_figures_of_a_kind_that_has_left_the_log(self):
        long_ago = NOW - timedelta(days=200)
        viewed = happened("product_viewed", at=long_ago, user=ANNA, product_id=MILK)
        happened("searched", at=long_ago, user=ANNA)
        sum_days(NOW)
        DailyFigure.objects.filter(kind="product_viewed").about("shop").update(is_final=True)
        Event.objects.filter(pk=viewed.id).delete()
        happened("searched", at=long_ago, user=ANNA)
        sum_again(long_ago.date())
        sum_days(NOW)
        assert [(row[1], row[2], row[4]) for row in figures_kept()] == [
            ("product_viewed", 0, 1),
            ("product_viewed", MILK, 1),
            ("searched", 0, 2),
        ]


def test_a_day_that_the_sweep_heals_is_summed_again(open_shop):
    anna = people.person("Anna")
    long_ago = NOW - timedelta(days=20)
    people.bought(anna, {open_shop["butter"]: 1}, at=long_ago)
    sum_days(NOW)
    assert unsummed(until=TUESDAY) == []
    people.ordered(anna, {open_shop["honey"]: 2}, at=long_ago)
    assert sweep(now=NOW).added == 1
    assert unsummed(until=TUESDAY) == [long_ago.date()]
    sum_days(NOW)
    assert [one.units for one in figures("purchased", since=long_ago.date(), until=TUESDAY)] == [3]
    sweep(now=NOW)
    assert unsummed(until=TUESDAY) == []


@pytest.mark.django_db
class TestReading:
    def test_is_by_shop_by_product_and_by_block(self):
        shown(user=ANNA, products=(MILK,))
        happened("searched", user=ANNA)
        sum_days(NOW)
        days = {"since": MONDAY, "until": TUESDAY}
        assert figures("block_shown", "searched", **days) == [
            Figure(MONDAY, "block_shown", "", 1, 1),
            Figure(MONDAY, "searched", "", 1, 1),
        ]
        assert figures("block_shown", **days, by="product") == [Figure(MONDAY, "block_shown", MILK, 1, 1)]
        assert figures("block_shown", **days, by="block") == [Figure(MONDAY, "block_shown", "block:12", 1, 1)]
        assert figures("block_shown", since=TUESDAY, until=TUESDAY + timedelta(days=1)) == []

    def test_what_came_since_the_last_sum_is_counted_once(self):
        def all_of_it() -> int:
            summed = figures("block_shown", since=MONDAY, until=date(2026, 3, 11), by="block")
            fresh = blocks_since_last_sum("block_shown", now=NOW, days_back=1)
            return sum(one.events for one in [*summed, *fresh])

        shown()
        shown(at=NOW - timedelta(hours=3))
        assert all_of_it() == 2
        sum_days(NOW - timedelta(days=1))
        assert all_of_it() == 2
        sum_days(NOW - timedelta(hours=2))
        shown(at=NOW - timedelta(minutes=1))
        assert all_of_it() == 3
        assert [one.day for one in blocks_since_last_sum("block_shown", now=NOW, days_back=1)] == [TUESDAY]
        sum_days(NOW)
        assert all_of_it() == 3


# --- however often, and by however many -------------------------------------------------------------------------------

FIRST = datetime(2026, 2, 20, tzinfo=UTC)


@pytest.fixture
def three_weeks(transactional_db):
    fill(FIRST, NOW, every="3 hours")
    yield
    drop_partitions()


def test_many_days_are_as_one_would_count_them_by_hand(three_weeks):
    assert sum_days(NOW + timedelta(hours=1))["summed"] == 19
    assert figures_kept() == figures_by_hand()


def test_two_at_once_leave_what_one_leaves(three_weeks):
    door = Barrier(2)

    def work(_: int) -> dict[str, int]:
        try:
            door.wait()
            return sum_days(NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        made = [one["figures"] for one in workers.map(work, range(2))]
    both = figures_kept()
    assert sum(made) == len(both)
    DailyFigure.objects.all().delete()
    SummedDay.objects.all().delete()
    sum_days(NOW)
    assert figures_kept() == both


def test_killed_in_the_middle_it_is_gone_on_with(three_weeks):
    def until_the_fifth(day: date, *, now: datetime) -> int:
        if day == date(2026, 2, 25):
            os.kill(os.getpid(), signal.SIGKILL)
        return sum_day(day, now=now)

    sum_day = daily.sum_day
    child = os.fork()
    if child == 0:
        try:
            connection.connection = None
            with mock.patch.object(daily, "sum_day", until_the_fifth):
                sum_days(NOW)
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert {row[0] for row in figures_kept()} == {date(2026, 2, day) for day in range(20, 25)}
    assert sum_days(NOW)["summed"] == 14
    healed = figures_kept()
    DailyFigure.objects.all().delete()
    SummedDay.objects.all().delete()
    sum_days(NOW)
    assert figures_kept() == healed
