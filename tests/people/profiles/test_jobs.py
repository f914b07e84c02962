"""The two jobs: each turn once, harmless when doubled, and broken off anywhere."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from personalization import tasks
from personalization.jobs.wording import summary_told
from personalization.people.profiles import refresh as profiles
from personalization.people.profiles.models import Profile, ProfileClock, ProfileNote
from personalization.recommend.facts.models import ProductFact
from tests import people
from tests.people import NOW

DAY = timedelta(days=1)


def test_a_turn_of_ten_minutes_is_done_once(log, anna):
    people.bought(anna, {log.shop["honey"]: 1}, at=NOW - DAY)
    with time_machine.travel(NOW, tick=False):
        assert tasks.refresh_profiles() == {"profiles": 1, "departed": 0, "rescored": 0}
        assert tasks.refresh_profiles() is None
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        assert tasks.refresh_profiles() == {"profiles": 0, "departed": 0, "rescored": 0}


def test_the_night_goes_through_everybody(log, anna):
    people.bought(anna, {log.shop["honey"]: 1}, at=NOW - DAY)
    with time_machine.travel(NOW, tick=False):
        tasks.rebuild_profiles()
    # What is in no log: the usual price is another one.
    ProductFact.objects.filter(product_id=log.shop["honey"].pk).update(usual_price=8)
    with time_machine.travel(NOW + DAY, tick=False):
        assert tasks.refresh_profiles()["profiles"] == 0
        assert tasks.rebuild_profiles()["profiles"] == 1
    assert ProfileClock.objects.get().rebuilt_at == NOW + DAY
    assert Profile.objects.get().discount_share == 1


def test_the_owner_reads_what_came_of_it():
    assert summary_told({"profiles": 3, "departed": 0, "rescored": 2}) == "3 profiles changed, 2 with other scores"


@pytest.mark.parametrize("again", [profiles.rebuild, profiles.refresh])
def test_one_that_is_broken_off_leaves_all_as_it_was(open_shop, anna, again, monkeypatch):
    people.know_goods(open_shop)
    people.bought(anna, {open_shop["honey"]: 1}, at=NOW - 3 * DAY)
    profiles.rebuild(now=NOW)
    people.bought(anna, {open_shop["honey"]: 1}, at=NOW - 2 * DAY)
    before = ProfileClock.objects.values().get()

    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(profiles, "_move_on", killed)
        with pytest.raises(KeyboardInterrupt):
            again(now=NOW + DAY)
    assert Profile.objects.get().orders == 1
    assert ProfileNote.objects.count() == 1
    assert ProfileClock.objects.values().get() == before
    again(now=NOW + DAY)
    assert Profile.objects.get().orders == 2


def test_it_leaves_no_table_behind(open_shop, anna):
    people.bought(anna, {open_shop["honey"]: 1}, at=NOW - 3 * DAY)
    profiles.rebuild(now=NOW)
    profiles.refresh(now=NOW + DAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'pz\\_%'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SHOW work_mem")
        assert cursor.fetchone() != (profiles.WORK_MEM,)
