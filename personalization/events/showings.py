"""What a person has really seen in blocks of late and never clicked."""

import uuid
from datetime import datetime, timedelta

from django.db import connection

from personalization.events.identifiers import first_id
from personalization.events.person import Person

SPAN = timedelta(days=14)
# Of the newest showings: more would be a page of its own to read.
MOST = 100

# Each browser by itself, so that each is one walk over its own index: asked for all of them in one order, PostgreSQL
# would walk the whole log backwards. A showing counts once it stood on a screen: that is an event of its own, which
# names the showing.
_UNCLICKED = """
WITH lately AS MATERIALIZED (
    SELECT one.id, one.kind, one.product_id, one.payload
    FROM (SELECT %(visitor)s::uuid AS id
          UNION SELECT id FROM personalization_visitor WHERE user_id = %(user)s) AS browser
    CROSS JOIN LATERAL (
        SELECT id, kind, product_id, payload FROM personalization_event
        WHERE visitor_id = browser.id AND (user_id IS NULL OR user_id = %(user)s)
          AND id >= %(oldest)s AND kind = ANY('{block_shown,block_seen,block_clicked}')
        ORDER BY id DESC LIMIT %(limit)s
    ) AS one
)
SELECT (one.product->>'id')::bigint, count(*)
FROM lately AS shown, jsonb_array_elements(shown.payload->'products') AS one (product)
WHERE shown.kind = 'block_shown'
  AND shown.id::text IN (SELECT payload->>'shown' FROM lately WHERE kind = 'block_seen')
  AND (one.product->>'id')::bigint NOT IN (
      SELECT product_id FROM lately WHERE kind = 'block_clicked' AND product_id IS NOT NULL)
GROUP BY 1
"""


def unclicked(person: Person, *, now: datetime) -> dict[int, int]:
    """How often this person has seen each product in a block within two weeks, without a click on it: one query."""
    if not person.is_known:
        return {}
    values = {
        "user": person.user_id,
        "visitor": person.visitor_id or uuid.UUID(int=0),
        "oldest": first_id(now - SPAN),
        "limit": 3 * MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNCLICKED, values)
        return dict(cursor.fetchall())
