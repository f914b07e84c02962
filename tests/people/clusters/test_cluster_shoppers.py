"""The nightly grouping, on people made of three habits."""

import random
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from personalization.chosen.choosable import choosables
from personalization.people.clusters.job import cluster_shoppers
from personalization.people.clusters.models import Cluster, ClusterMember
from personalization.people.profiles.models import Profile
from personalization.people.rules.rule import rules
from personalization.people.segments.models import Segment
from personalization.people.segments.origins import origin_of

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
EACH = 40
pytestmark = pytest.mark.django_db
# What somebody of each habit buys, how often, how dearly.
HABITS = {
    "tea": {"orders": 20, "average_order": 15, "price_tier": 1, "categories": {"1": 0.8, "2": 0.2}},
    "tools": {"orders": 3, "average_order": 200, "price_tier": 3, "categories": {"3": 0.9, "2": 0.1}},
    "looking": {"orders": 0, "average_order": None, "price_tier": None, "categories": {"4": 1.0}},
}


def people(habit: str, *, first: int, count: int = EACH) -> list[uuid.UUID]:
    draw, known = random.Random(first), HABITS[habit]
    rows = [
        Profile(
            person=uuid.UUID(int=number), user_id=number, draw=draw.randrange(10_000), first_seen_at=NOW,
            changed_at=NOW, last_seen_at=NOW - timedelta(days=draw.randrange(1, 20)), visits=draw.randrange(3, 9),
            views=9,
            orders=known["orders"] and known["orders"] + draw.randrange(3), price_tier=known["price_tier"],
            last_order_at=NOW - timedelta(days=draw.randrange(1, 20)) if known["orders"] else None,
            average_order=known["average_order"] and Decimal(known["average_order"] + draw.randrange(3)),
            categories=known["categories"],
        )
        for number in range(first, first + count)
    ]  # fmt: skip
    Profile.objects.bulk_create(rows)
    return [one.person for one in rows]


@pytest.fixture
def crowd() -> dict[str, list[uuid.UUID]]:
    return {habit: people(habit, first=1000 * place) for place, habit in enumerate(HABITS, start=1)}


def grouped() -> dict[uuid.UUID, int]:
    return dict(ClusterMember.objects.values_list("person", "number"))


def test_people_of_one_habit_come_into_one_group_and_the_number_of_groups_is_found(crowd):
    told = cluster_shoppers(now=NOW)
    assert told == {"clusters": 3, "people": 3 * EACH, "written": 3 * EACH}
    found = grouped()
    assert {len({found[one] for one in members}) for members in crowd.values()} == {1}
    assert len({found[members[0]] for members in crowd.values()}) == 3
    silhouettes = Cluster.objects.first().facts["silhouettes"]
    assert max(silhouettes, key=silhouettes.get) == "3", "the criterion is kept with the groups"


def test_a_second_night_keeps_numbers_and_writes_nothing(crowd):
    cluster_shoppers(now=NOW)
    before = grouped()
    assert cluster_shoppers(now=NOW + timedelta(days=1))["written"] == 0
    assert grouped() == before


def test_numbers_stay_when_people_come_and_go(crowd):
    cluster_shoppers(now=NOW)
    before = grouped()
    Profile.objects.filter(person__in=crowd["tea"][:5]).delete()
    people("tools", first=9000, count=8)
    cluster_shoppers(now=NOW + timedelta(days=1))
    after = grouped()
    assert {one: number for one, number in after.items() if one in before} == {
        one: number for one, number in before.items() if one not in crowd["tea"][:5]
    }
    assert not set(crowd["tea"][:5]) & after.keys(), "who has no profile any more is in no group"


def test_each_group_is_a_segment_whose_people_are_those_of_the_group(crowd):
    cluster_shoppers(now=NOW)
    segments = Segment.objects.filter(origin__startswith="cluster:")
    assert segments.count() == 3
    rule = rules.get("cluster")
    one = grouped()[crowd["tea"][0]]
    tree = Segment.objects.get(origin=f"cluster:{one}").tree
    values = rule.values(tree["all"][0]["params"])
    meant = Profile.objects.filter(rule.condition(values, now=NOW)).values_list("person", flat=True)
    assert set(meant) == set(crowd["tea"])


def test_its_page_says_how_it_was_found_and_why_there_are_so_many(crowd, admin_client):
    cluster_shoppers(now=NOW)
    segment = Segment.objects.get(origin="cluster:1")
    told = origin_of(segment)
    assert told is not None
    assert "There are 3 groups: of all numbers tried, the one with the largest mean silhouette" in told.told
    with translation.override("uk"):
        assert "Чим вони відрізняються: " in origin_of(segment).told
    tried = {int(count): float(score) for count, score in told.rows}
    assert max(tried, key=lambda count: tried[count]) == 3 < len(tried) + 1
    page = admin_client.get(reverse("admin:personalization_segment_page", args=[segment.pk])).content.decode()
    assert "The numbers of groups that were tried" in page
    Cluster.objects.update(seen_at=None)
    assert "no such group any more" in origin_of(segment).told
    assert origin_of(Segment(name="drawn by the owner")) is None


def test_a_name_says_what_they_buy_how_often_and_how_dearly(crowd, monkeypatch):
    names = {1: "Tea", 2: "Bread", 3: "Tools", 4: "Hats"}
    monkeypatch.setattr(
        "personalization.people.clusters.name.shop.category_names", lambda ids: {one: names[one] for one in ids}
    )
    cluster_shoppers(now=NOW)
    told = set(Segment.objects.values_list("name", flat=True))
    assert told == {"Tea, Bread · buy often · low prices", "Tools · buy seldom · high prices", "Hats · only look"}


def test_what_the_owner_calls_a_group_stays(crowd):
    cluster_shoppers(now=NOW)
    Segment.objects.filter(origin="cluster:1").update(name="My darlings")
    cluster_shoppers(now=NOW + timedelta(days=1))
    assert Segment.objects.get(origin="cluster:1").name == "My darlings"


def test_a_group_that_is_gone_leaves_its_segment_out_of_use_and_comes_back_with_its_people(crowd):
    cluster_shoppers(now=NOW)
    number = grouped()[crowd["looking"][0]]
    kept = list(Profile.objects.filter(person__in=crowd["looking"]))
    Profile.objects.filter(person__in=crowd["looking"]).delete()
    cluster_shoppers(now=NOW + timedelta(days=1))
    assert not Segment.objects.get(origin=f"cluster:{number}").is_active
    assert Cluster.objects.get(number=number).seen_at is None
    Profile.objects.bulk_create(kept)
    cluster_shoppers(now=NOW + timedelta(days=2))
    assert number not in {grouped()[one] for one in crowd["looking"]}, "nobody of the old group is known any more"


def test_a_small_or_uniform_shop_has_no_groups_and_says_so():
    assert cluster_shoppers(now=timezone.now()) == {"clusters": 0, "people": 0}
    people("tea", first=1, count=10)
    assert cluster_shoppers(now=NOW) == {"clusters": 0, "people": 10}
    assert not Cluster.objects.exists()


def test_the_owner_picks_a_group_by_the_name_of_its_segment(crowd):
    cluster_shoppers(now=NOW)
    Segment.objects.filter(origin="cluster:2").update(name="My darlings")
    kind = choosables.get("cluster")
    assert [(one.key, one.more) for one in kind.find("darl")] == [(2, "40 people")]
    assert kind.names([2, 99]) == {2: "My darlings"}
    assert rules.get("cluster").describe({"clusters": [2]}) == "are alike, as in: My darlings"
