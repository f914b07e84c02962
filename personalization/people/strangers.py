"""Strangers who have not come back for so long that their cookie is gone: they are forgotten."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from personalization.conf import conf

BATCH = 5000

# One statement, so one transaction: a stranger goes with all that is theirs, or stays. One who comes back just now is
# locked by that page, and passed over. What was sold stays sold, but nameless; the ledger keeps its line, nameless.
# Where events leave a day, its figures are made no more: they would come out smaller.
_FORGET = """
WITH idle AS (
    SELECT id FROM personalization_visitor WHERE user_id IS NULL AND last_seen_at < %(before)s
    ORDER BY last_seen_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), strangers AS (
    DELETE FROM personalization_visitor AS known USING idle WHERE known.id = idle.id RETURNING known.id
), preferences AS (
    DELETE FROM personalization_preference AS told USING strangers
    WHERE told.visitor_id = strangers.id AND told.user_id IS NULL RETURNING 1
), profile AS (
    DELETE FROM personalization_profile AS worked_out USING strangers WHERE worked_out.person = strangers.id RETURNING 1
), member AS (
    DELETE FROM personalization_membership AS stood USING strangers WHERE stood.person = strangers.id RETURNING 1
), change AS (
    DELETE FROM personalization_membershipchange AS stood USING strangers WHERE stood.person = strangers.id RETURNING 1
), ledger AS (
    UPDATE personalization_consentrecord AS given SET visitor_id = NULL
    FROM strangers WHERE given.visitor_id = strangers.id RETURNING 1
), sold AS (
    UPDATE personalization_event AS event SET visitor_id = NULL, visit_id = NULL
    FROM strangers WHERE event.visitor_id = strangers.id AND event.kind = 'purchased' RETURNING 1
), events AS (
    DELETE FROM personalization_event AS event USING strangers
    WHERE event.visitor_id = strangers.id AND event.kind <> 'purchased' RETURNING event.kind, event.happened_at
), final AS (
    UPDATE personalization_dailyfigure AS figure SET is_final = true
    FROM (SELECT DISTINCT kind, (happened_at AT TIME ZONE 'UTC')::date AS day FROM events) AS left_behind
    WHERE figure.kind = left_behind.kind AND figure.day = left_behind.day
      AND figure.product_id = 0 AND figure.block = '' AND NOT figure.is_final
)
SELECT (SELECT count(*) FROM idle), (SELECT count(*) FROM strangers), (SELECT count(*) FROM preferences),
       (SELECT count(*) FROM ledger), (SELECT count(*) FROM events)
"""


def forget_strangers(now: datetime) -> dict[str, int]:
    """Forgets strangers idle for STRANGER_DAYS, with what they told us and did; gives how many of each.

    Visitors who ever logged in stay. To be called when the days behind are summed: what was counted stays counted.
    """
    values: dict[str, Any] = {"before": now - timedelta(days=conf.STRANGER_DAYS), "batch": BATCH}
    total = [0, 0, 0, 0]
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_FORGET, values)
            found, *counted = cursor.fetchone()
        total = [before + more for before, more in zip(total, counted, strict=True)]
        if found < BATCH:
            return dict(zip(("strangers", "preferences", "nameless", "stranger_events"), total, strict=True))
