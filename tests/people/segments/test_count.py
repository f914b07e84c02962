"""The count beside the tree that is being built."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.people.segments import count as counting
from personalization.people.segments.compile import people
from personalization.people.segments.count import Overlap, count
from personalization.people.segments.members import recount
from personalization.people.segments.models import Segment
from personalization.people.segments.tree import read
from tests.people import NOW
from tests.people.folk import happened, known, names, rule, stranger

BUYERS = rule("orders", least=1)


@pytest.fixture
def folk(db):
    known("Anna", orders=5, revenue=60, draw=10)
    known("Boris", orders=1, revenue=30, draw=9_000)
    known("Clara", orders=1, revenue=10, draw=20)
    known("Dmytro", draw=30)


def test_people_and_revenue_are_told_with_their_shares(folk):
    found = count(read(BUYERS), now=NOW)
    assert (found.people, found.of_people, found.share) == (3, 4, 0.75)
    assert (found.revenue, found.of_revenue) == (Decimal(100), Decimal(100))
    assert count(read(rule("orders", least=5)), now=NOW).share_of_revenue == 0.6
    assert found.error is None
    assert not found.is_too_long


def test_five_people_are_shown_and_the_same_each_time(folk):
    for turn in range(9):
        known(f"Guest {turn}", orders=1, draw=100 + turn)
    found = count(read(BUYERS), now=NOW)
    assert names(found.sample) == {"Anna", "Clara", "Guest 0", "Guest 1", "Guest 2"}
    assert count(read(BUYERS), now=NOW).sample == found.sample


def test_the_largest_overlaps_with_other_segments_come_first(folk):
    trees = [rule("orders", least=5), BUYERS, rule("orders", most=0), rule("orders", least=0)]
    often, buyers, never, all_of_them = (
        Segment.objects.create(name=f"{turn}", tree=tree) for turn, tree in enumerate(trees)
    )
    for one in (often, buyers, never, all_of_them):
        recount(one, now=NOW)
    found = count(read(BUYERS), now=NOW, besides=buyers.pk)
    assert found.overlaps == (Overlap(all_of_them.pk, 3), Overlap(often.pk, 1))


def test_nobody_is_an_answer_too(folk):
    found = count(read({}), now=NOW)
    assert (found.people, found.of_people, found.revenue, found.sample) == (0, 4, 0, ())


def test_an_empty_shop_is_calm(db):
    found = count(read(BUYERS), now=NOW)
    assert (found.people, found.share, found.share_of_revenue) == (0, 0.0, 0.0)


def test_of_a_live_segment_those_are_counted_who_may_come(folk):
    third_visit = rule("visit_number", least=3)
    assert count(read({"all": [BUYERS, third_visit]}), now=NOW).people == 3
    assert count(read({"all": [BUYERS, {"not": third_visit}]}), now=NOW).people == 3
    assert count(read({"all": [BUYERS, third_visit]}), now=NOW).is_live
    assert count(read({"any": [BUYERS, third_visit]}), now=NOW).people == 4


def test_what_takes_too_long_is_given_up_and_leaves_the_limit_as_it_was(folk, monkeypatch):
    slow = counting._COUNT.replace("FROM meant) AS found", "FROM meant, pg_sleep(2)) AS found")
    monkeypatch.setattr(counting, "_COUNT", slow)
    found = count(read(BUYERS), now=NOW, limit=timedelta(milliseconds=50))
    assert found.is_too_long
    assert found.took_ms < 1500
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] == "0"


def test_a_count_leaves_the_limit_as_it_was(folk):
    count(read(BUYERS), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] == "0"


def test_of_a_great_many_a_part_is_counted_and_the_error_told(db, monkeypatch):
    with connection.cursor() as cursor:
        # A third of twenty thousand have bought; their draws are spread evenly.
        cursor.execute(
            """INSERT INTO personalization_profile (person, draw, orders, revenue, first_seen_at, last_seen_at,
                   changed_at, units, returns, price_tiers, departments, department_units, department_paid, categories,
                   brands, visits, views, searches, device, language, source, region, store, demographics)
               SELECT gen_random_uuid(), turn %% 10000, (turn %% 3 = 0)::int, 1, %s, %s, %s, 0, 0, '{}', '{}', '{}',
                   '{}', '{}', '{}', 0, 0, 0, '', '', '', '', '', '{}' FROM generate_series(1, 20000) AS turn""",
            [NOW, NOW, NOW],
        )
        cursor.execute("ANALYZE personalization_profile")
    assert (count(read(BUYERS), now=NOW).people, count(read(BUYERS), now=NOW).error) == (6666, None)
    monkeypatch.setattr(counting, "ALL_UP_TO", 10_000)
    monkeypatch.setattr(counting, "SAMPLED", 2_000)
    found = count(read(BUYERS), now=NOW)
    assert found.of_people == pytest.approx(20_000, rel=0.01)
    # 1.96 * sqrt(1/3 * 2/3 * 2000) = 41 of two thousand, less a tenth's share that is known, times ten.
    assert found.error == pytest.approx(392, abs=4)
    assert abs(found.people - 6666) <= found.error
    assert count(read({}), now=NOW).error == 28, "three of those not looked at may hide"


def test_of_a_part_its_own_deeds_are_counted_whoever_was_signed_in(db, monkeypatch, django_user_model):
    for turn in range(40):
        user = django_user_model.objects.create_user(f"customer {turn}")
        known(f"customer {turn}", user, draw=turn * 250)
        if turn % 2:
            browser = stranger(f"browser {turn}", linked_to=user)
            happened("product_viewed", visitor=browser)
        happened("product_viewed", user=user)
    twice = rule("behaviour", deed="product_viewed", least=2, days=7)
    assert count(read(twice), now=NOW).people == 20
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE personalization_profile")
    monkeypatch.setattr(counting, "ALL_UP_TO", 30)
    monkeypatch.setattr(counting, "_sampled", lambda _deeds, now: 20)
    found = count(read(twice), now=NOW)
    assert (found.people, found.of_people) == (20, 40), "ten of the twenty whose draw is low"
    assert count(read({"not": twice}), now=NOW).people == 20
    assert "draw" not in str(people(read(twice), now=NOW).values("user_id").query), "and of nobody else's count"


@pytest.mark.parametrize(
    ("tree", "looked_at"),
    [
        (BUYERS, counting.SAMPLED),
        (rule("behaviour", deed="product_viewed", least=1, days=7), counting.MOST_SAMPLED),
        (rule("orders", least=1, days=90), counting.LOOKS / 3),
        ({"any": [BUYERS, {"not": rule("visits", least=1, days=7)}, rule("orders", least=1, days=180)]},
         counting.LOOKS / 6),
        (rule("orders", least=1, brands=["Hive"]), counting.LEAST_SAMPLED),
    ],
)  # fmt: skip
def test_the_further_back_the_fewer_are_looked_at(folk, monkeypatch, tree, looked_at):
    monkeypatch.setattr(counting, "_people_guessed", lambda: 10_000_000.0)
    with CaptureQueriesContext(connection) as sent:
        count(read(tree), now=NOW)
    told = [one["sql"] for one in sent if "AS everybody" in one["sql"]]
    (draws,) = re.findall(r"FROM personalization_profile WHERE draw < (\d+)\) AS everybody", *told)
    assert int(draws) == pytest.approx(10_000 * looked_at / 10_000_000, abs=1)


def test_of_a_part_strangers_and_windows_are_counted_alike(db, shop, monkeypatch, django_user_model):
    user = django_user_model.objects.create_user("Anna")
    known("Anna", user, draw=1)
    for turn, days_ago in enumerate((2, 4, 20)):
        guest = stranger(f"guest {turn}", draw=2)
        happened("product_viewed", visitor=guest, days_ago=days_ago, product=shop["honey"])
    # Signed in since, and not gone through yet: what it did is Anna's now.
    guest.user = user
    guest.save()
    happened("purchased", user=user, days_ago=3, product=shop["honey"], value=5, payload={"order": "1"})
    trees = [
        rule("behaviour", deed="product_viewed", least=1, days=30),
        rule("behaviour", deed="product_viewed", least=1, days=3),
        {"all": [rule("behaviour", deed="product_viewed", least=1, days=30), {"not": rule("orders", least=1, days=9)}]},
        rule("orders", least=1, categories=[1, 2, 3]),
        rule("behaviour", deed="product_viewed", least=1, days=30, is_unbought=True),
    ]
    whole = [count(read(tree), now=NOW).people for tree in trees]
    monkeypatch.setattr(counting, "ALL_UP_TO", 0)
    monkeypatch.setattr(counting, "_people_guessed", lambda: 4.0)
    monkeypatch.setattr(counting, "_sampled", lambda _deeds, now: 3.9)
    found = [count(read(tree), now=NOW) for tree in trees]
    assert [one.people for one in found] == whole
    assert all(one.error is not None for one in found)


def test_of_very_many_overlaps_are_told_by_a_part(folk, monkeypatch):
    buyers, often = (Segment.objects.create(name=f"{tree}", tree=tree) for tree in (BUYERS, rule("orders", least=5)))
    for one in (buyers, often):
        recount(one, now=NOW)
    monkeypatch.setattr(counting, "_people_guessed", lambda: 100.0)
    monkeypatch.setattr(counting, "OVERLAPPED", 50)
    found = count(read(BUYERS), now=NOW, besides=buyers.pk)
    assert (found.people, found.error) == (3, None)
    assert found.overlaps == (Overlap(often.pk, 2, is_exact=False),), "Anna, whose draw is below half of all, twice"
