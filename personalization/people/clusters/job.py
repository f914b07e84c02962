"""Works the groups out, gives them their old numbers, and makes a segment of each."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from personalization.conf import conf
from personalization.people.clusters import group, look
from personalization.people.clusters.choosable import ORIGIN
from personalization.people.clusters.models import Cluster
from personalization.people.clusters.name import name_of, telling
from personalization.people.clusters.same import numbered
from personalization.people.segments.models import Segment

# Groups are found among so many, and then everybody is told theirs.
SAMPLE = 20_000
DRAWS = 10_000

_TABLE = """
DROP TABLE IF EXISTS pz_clustered;
CREATE TEMPORARY TABLE pz_clustered (person uuid PRIMARY KEY, label smallint NOT NULL) ON COMMIT DROP
"""
_OVERLAP = """
SELECT label, coalesce(known.number, 0), count(*)
FROM pz_clustered FULL JOIN personalization_clustermember AS known USING (person) GROUP BY 1, 2
"""
_WRITE = """
WITH numbers AS (SELECT key::int AS label, value::int AS number FROM jsonb_each_text(%(numbers)s)),
gone AS (
    DELETE FROM personalization_clustermember AS known
    WHERE NOT EXISTS (SELECT FROM pz_clustered AS one WHERE one.person = known.person) RETURNING 1
), written AS (
    INSERT INTO personalization_clustermember AS known (person, number, since)
    SELECT person, number, %(now)s FROM pz_clustered JOIN numbers USING (label) ORDER BY person
    ON CONFLICT (person) DO UPDATE SET number = excluded.number, since = excluded.since
    WHERE known.number <> excluded.number RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
"""
_FACTS = """
SELECT member.number, count(*), avg(orders), avg(price_tier)
FROM personalization_clustermember AS member JOIN personalization_profile USING (person) GROUP BY member.number
"""
_TASTES = """
SELECT member.number, one.key, sum(one.value::float)
FROM personalization_clustermember AS member JOIN personalization_profile USING (person),
     LATERAL jsonb_each_text(categories) AS one
GROUP BY member.number, one.key
"""


@dataclass(frozen=True)
class Facts:
    """What is known of a group once its people are known."""

    people: int
    told: dict[str, Any]


def cluster_shoppers(*, now: datetime) -> dict[str, Any]:
    """Everybody with habits is put into a group; harmless when repeated, and when killed anywhere."""
    draws = _draws()
    categories = look.top_categories(draws=draws)
    sample = group.together(look.looks(categories, draws=draws, now=now), categories=categories)
    before = Cluster.objects.filter(seen_at__isnull=False).count()
    groups = group.find(sample, seed=conf.TRAIN_SEED, before=before)
    if groups is None:
        return {"clusters": 0, "people": len(sample.people)}
    with transaction.atomic():
        people = _put(groups, categories, now=now)
        changed, numbers = _write(now=now)
        _keep(numbers, {"silhouettes": groups.tried}, now=now)
    return {"clusters": len(numbers), "people": people, "written": changed}


def _draws() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM personalization_profile")
        people = int(cursor.fetchone()[0])
    return DRAWS if people <= SAMPLE else max(1, DRAWS * SAMPLE // people)


def _put(groups: group.Groups, categories: list[str], *, now: datetime) -> int:
    """Everybody's label, some thousands at a time: between two of them the reading's cursor rests."""
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        for part in look.looks(categories, draws=DRAWS, now=now):
            with cursor.copy("COPY pz_clustered (person, label) FROM STDIN") as copy:
                for row in zip(part.people, groups.labels(part).tolist(), strict=True):
                    copy.write_row(row)
            count += len(part.people)
    return count


def _write(*, now: datetime) -> tuple[int, dict[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAP)
        counted = {(label, number): count for label, number, count in cursor.fetchall()}
        new = _summed((label, count) for (label, _), count in counted.items() if label is not None)
        # Those that the last run did not find keep their numbers to themselves.
        old = dict.fromkeys(Cluster.objects.values_list("number", flat=True), 0)
        old |= _summed((number, count) for (_, number), count in counted.items() if number)
        overlap = {key: count for key, count in counted.items() if key[0] is not None and key[1]}
        numbers = numbered(overlap, new=new, old=old)
        cursor.execute(_WRITE, {"numbers": json.dumps({str(label): one for label, one in numbers.items()}), "now": now})
        return int(cursor.fetchone()[0]), numbers


def _summed(pairs: Any) -> dict[int, int]:
    sums: dict[int, int] = {}
    for key, count in pairs:
        sums[key] = sums.get(key, 0) + count
    return sums


def _keep(numbers: dict[int, int], how: dict[str, Any], *, now: datetime) -> None:
    facts = _facts(how)
    for number, fact in facts.items():
        Cluster.objects.update_or_create(
            number=number, defaults={"people": fact.people, "seen_at": now, "facts": fact.told},
            create_defaults={"people": fact.people, "seen_at": now, "facts": fact.told, "found_at": now},
        )  # fmt: skip
        _segment(number, fact)
    gone = Cluster.objects.exclude(number__in=facts).filter(seen_at__isnull=False)
    origins = [f"{ORIGIN}{number}" for number in gone.values_list("number", flat=True)]
    Segment.objects.filter(origin__in=origins).update(is_active=False)
    gone.update(seen_at=None, people=0)


def _segment(number: int, fact: Facts) -> None:
    """Made once; what the owner calls it then stays."""
    origin = f"{ORIGIN}{number}"
    if Segment.objects.filter(origin=origin).update(is_active=True):
        return
    name = name_of(fact.told)
    if Segment.objects.filter(name=name).exists():
        name = _("%(name)s (group %(number)s)") % {"name": name, "number": number}
    Segment.objects.create(
        name=name, origin=origin, tree={"all": [{"rule": "cluster", "params": {"clusters": [number]}}]}
    )


def _facts(how: dict[str, Any]) -> dict[int, Facts]:
    tastes: dict[int, dict[str, float]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TASTES)
        for number, key, share in cursor.fetchall():
            tastes.setdefault(number, {})[key] = share
        cursor.execute(_FACTS)
        rows = cursor.fetchall()
    everybody = _shares(_added(tastes.values()))
    buyers = sum(people for _, people, _, _ in rows)
    usual = sum(people * float(orders) for _, people, orders, _ in rows) / max(buyers, 1)
    return {
        number: Facts(people, {
            "orders": round(float(orders), 2), "orders_usual": round(usual, 2),
            "tier": None if tier is None else round(float(tier), 2),
            "categories": telling(_shares(tastes.get(number, {})), everybody), **how,
        })
        for number, people, orders, tier in rows
    }  # fmt: skip


def _added(parts: Any) -> dict[str, float]:
    sums: dict[str, float] = {}
    for part in parts:
        for key, share in part.items():
            sums[key] = sums.get(key, 0.0) + share
    return sums


def _shares(sums: dict[str, float]) -> dict[str, float]:
    whole = sum(sums.values())
    return {key: share / whole for key, share in sums.items()} if whole else {}
