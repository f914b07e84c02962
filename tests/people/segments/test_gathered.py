"""Segments counted in one run share a look at the log, and hold whom each would hold by itself."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.people.segments import gathered as gathering
from personalization.people.segments.models import Membership, Segment
from personalization.people.segments.refresh import refresh_all_segments
from tests.people import NOW
from tests.people.folk import happened, known, meant, names, rule, stranger

TREES = {
    "looked": rule("behaviour", deed="product_viewed", least=2, days=7),
    "looked lately": rule("behaviour", deed="product_viewed", least=1, days=3),
    "looked once": rule("behaviour", deed="product_viewed", least=1, most=1, days=20),
    "left it": rule("behaviour", deed="basket_added", least=1, days=20, is_unbought=True),
    "put in": rule("behaviour", deed="basket_added", least=1, days=10),
    "bought": rule("orders", least=1, days=10),
    "bought twice": rule("orders", least=2, days=20),
    "bought nothing": rule("orders", most=0, days=10),
    "bought once": rule("orders", most=1, days=20),
    "ever": rule("orders", least=1, brands=["none"]),
    "average": rule("spent", measure="average", least=10, days=20),
    "small average": rule("spent", measure="average", most=9, days=20),
    "spent": rule("spent", measure="sum", least=15, days=20),
    "came": rule("visits", least=2, days=20),
    "from a search": rule("arrived", sources=["google"], days=20),
    "searched": rule("searched", least=1, words=["honey"], days=20),
    "searched more": rule("searched", least=2, days=20),
    "looked, did not buy": {"all": [rule("behaviour", deed="product_viewed", least=1, days=20),
                                    {"not": rule("orders", least=1, days=20)}]},
}  # fmt: skip


@pytest.fixture
def folk(db, shop, django_user_model, monkeypatch):
    # A run that was killed in another test has left something behind.
    monkeypatch.setattr(gathering, "ABANDONED", timedelta(seconds=-60))
    gathering._clear_away()
    monkeypatch.undo()
    users = [django_user_model.objects.create_user(name) for name in ("Anna", "Boris", "Clara")]
    for turn, user in enumerate(users):
        known(user.username, user)
        browser = stranger(f"{user.username}'s phone", linked_to=user)
        for days_ago in (1, 5, 8, 15, 30)[turn:]:
            happened("visit_started", visitor=browser, days_ago=days_ago, payload={"source": "google"} if turn else {})
            happened("product_viewed", visitor=browser, days_ago=days_ago, product=shop["honey"])
            happened("searched", user=user, days_ago=days_ago, payload={"query": "Honey" if turn else "tea"})
            happened("basket_added", user=user, days_ago=days_ago, product=shop["honey" if turn else "coffee"])
            if turn < 2:
                order = {"value": 6 + turn * 8, "payload": {"order": str(days_ago // 6)}}
                happened("purchased", user=user, days_ago=days_ago - 0.5, product=shop["honey"], quantity=1, **order)
    guest = stranger("a guest")
    for days_ago in (2, 12):
        happened("product_viewed", visitor=guest, days_ago=days_ago, product=shop["coffee"])
    for name, tree in TREES.items():
        Segment.objects.create(name=name, tree=tree)


def inside(name: str) -> set[str]:
    return names(Membership.objects.filter(segment__name=name, part=0).values_list("person", flat=True))


def looks_at_the_log() -> list[str]:
    with CaptureQueriesContext(connection) as sent:
        assert refresh_all_segments(now=NOW)["failed"] == 0
    return [one["sql"] for one in sent if "personalization_event " in one["sql"]]


def left_behind() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname LIKE 'personalization_gathered%'")
        return [name for (name,) in cursor.fetchall()]


def test_each_holds_whom_it_would_hold_by_itself(folk):
    refresh_all_segments(now=NOW)
    held = {name: inside(name) for name in TREES}
    assert held == {name: meant(tree) for name, tree in TREES.items()}
    assert len({frozenset(one) for one in held.values()}) > 6, "and that is not the same for all"


def test_the_log_is_looked_at_once_and_for_what_only_one_asks(folk):
    looks = looks_at_the_log()
    assert len(looks) == 2
    assert "INSERT INTO personalization_gathered_" in looks[0]
    assert "brand" in looks[1], "what has no window is looked up by itself"
    assert left_behind() == [], "nothing of it stays behind"


def test_what_only_one_segment_asks_is_gathered_for_nobody(folk):
    Segment.objects.exclude(name__in=["looked", "bought", "ever"]).delete()
    looks = looks_at_the_log()
    assert len(looks) == 3
    assert not any("gathered" in one for one in looks)


def test_without_the_table_each_looks_for_itself(folk, monkeypatch, caplog):
    monkeypatch.setattr(gathering, "_FILL", gathering._FILL.replace("personalization_event", "no_such_table"))
    refresh_all_segments(now=NOW)
    assert "could not be gathered" in caplog.text
    assert inside("looked") == {"Anna"}
    assert not Segment.objects.exclude(error="").exists()


def test_what_a_killed_run_left_is_taken_away_and_what_another_reads_is_not(folk):
    now = int(time.time())
    silent, young, alive, dead = (
        f"personalization_gathered_{now - age}_{name}"
        for age, name in ((1000, "aa"), (600, "bb"), (5000, "cc"), (9000, "dd"))
    )
    with connection.cursor() as cursor:
        for table in (silent, young, alive, dead):
            cursor.execute(f"CREATE TABLE {table} (kind text) PARTITION BY LIST (kind)")
            cursor.execute(f"CREATE UNLOGGED TABLE {table}_0 PARTITION OF {table} FOR VALUES IN ('searched')")
        cursor.execute(f"COMMENT ON TABLE {alive} IS '{now - 60}'")
        cursor.execute(f"COMMENT ON TABLE {dead} IS '{now - 1000}'")
    refresh_all_segments(now=NOW)
    assert sorted(left_behind()) == sorted([young, f"{young}_0", alive, f"{alive}_0"])


def test_a_run_tells_before_each_count_that_it_lives(folk):
    with CaptureQueriesContext(connection) as sent:
        refresh_all_segments(now=NOW)
    told = [one["sql"] for one in sent if "COMMENT ON TABLE personalization_gathered_" in one["sql"]]
    assert len(told) == len(TREES) + 1


def test_a_run_whose_table_was_taken_away_looks_into_the_log_itself(folk, monkeypatch, caplog):
    """It was silent for longer than anybody waits: a machine that slept."""
    tell = gathering.OfRun.tell

    def slept(run):
        gathering._drop(run.table)
        tell(run)

    monkeypatch.setattr(gathering.OfRun, "tell", slept)
    assert refresh_all_segments(now=NOW)["failed"] == 0
    assert inside("looked") == {"Anna"}
    assert caplog.text.count("is gone") == 1


def test_a_run_that_goes_on_for_long_looks_into_the_log_itself(folk, monkeypatch):
    monkeypatch.setattr(gathering, "USED", timedelta(0))
    assert sum("FROM personalization_event " in one for one in looks_at_the_log()) > len(TREES)
    assert inside("looked") == {"Anna"}
