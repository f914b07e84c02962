"""Follows the log from where it was left: whole visits, of which something came in since, and no others."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from personalization.events.identifiers import first_id
from personalization.recommend.searches.models import SearchDeed
from personalization.recommend.searches.visits import SEARCH, WEIGHT, Step, deeds_of

# Of each visit in which something happened in the stretch, all steps from its beginning on, if it searched at all. A
# visit's id carries its beginning, so that of nobody an earlier visit is read. Accounts that said no are left out.
_STEPS = """
WITH touched AS MATERIALIZED (
    SELECT DISTINCT visit_id, visitor_id FROM personalization_event
    WHERE kind = ANY(%(kinds)s) AND id >= %(start)s AND id < %(end)s
      AND traffic = 'shopper' AND visit_id IS NOT NULL AND visitor_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM personalization_accountconsent AS said
                      WHERE said.user_id = personalization_event.user_id AND NOT 'personalization' = ANY(said.purposes))
)
SELECT step.visit_id, step.kind, step.visitor_id, step.user_id, step.product_id,
       coalesce(step.payload->>'query', ''), step.happened_at
FROM touched CROSS JOIN LATERAL (
    SELECT * FROM personalization_event AS one
    WHERE one.visitor_id = touched.visitor_id AND one.id >= touched.visit_id AND one.id < %(end)s
      AND one.visit_id = touched.visit_id AND one.kind = ANY(%(kinds)s) AND one.traffic = 'shopper'
    ORDER BY one.visitor_id, one.id LIMIT %(most)s
) AS step
WHERE EXISTS (
    SELECT FROM personalization_event AS one
    WHERE one.visitor_id = touched.visitor_id AND one.id >= touched.visit_id AND one.id < %(end)s
      AND one.visit_id = touched.visit_id AND one.kind = 'searched'
)
ORDER BY step.visit_id, step.id
"""
# Whoever does more in one visit is no shopper.
MOST_STEPS = 1000
AT_ONCE = timedelta(hours=6)
BATCH = 1000


def follow(since: datetime, until: datetime) -> set[str]:
    """Keeps what the visits of this stretch came to, some hours at a time; gives the words that it moved."""
    words: set[str] = set()
    while since < until:
        words |= _follow(since, min(since + AT_ONCE, until))
        since += AT_ONCE
    return words


@transaction.atomic
def _follow(since: datetime, until: datetime) -> set[str]:
    steps = list(_steps(since, until))
    visits = {step.visit_id for step in steps}
    # Each visit is written anew, so that following a stretch twice changes nothing.
    before = SearchDeed.objects.filter(visit_id__in=visits)
    words = set(before.values_list("words", flat=True).distinct())
    before.delete()
    made = SearchDeed.objects.bulk_create(deeds_of(steps), batch_size=BATCH)
    return words | {deed.words for deed in made}


def _steps(since: datetime, until: datetime) -> Iterator[Step]:
    values: dict[str, Any] = {
        "kinds": [SEARCH, *WEIGHT], "start": first_id(since), "end": first_id(until), "most": MOST_STEPS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, values)
        yield from (Step(*row) for row in cursor.fetchall())
