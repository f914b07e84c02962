"""Bots that call themselves browsers, known by what they do: they read faster than anybody can, or run no script."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from personalization.events.days import sum_again
from personalization.events.identifiers import first_id

PAGES = ("product_viewed", "category_viewed")
# Two seconds a page for a whole minute: a person who opens twenty tabs at once stays well below.
PAGES_A_MINUTE = 30
# The keenest shoppers look at some two hundred goods in a day; to read a catalogue takes thousands.
PAGES_A_DAY = 500
# A person without JavaScript is rare and looks at little; what reads on and on without it is a program.
PAGES_WITHOUT_SCRIPT = 5
# A slow network, and a tab in the background, send their first sign late.
SCRIPT_IS_LATE = timedelta(hours=1)
SCRIPT_SEEN_WITHIN = timedelta(days=7)
# Of those who are surely people, so many must have run the script, before not running it says anything.
SCRIPTED_PEOPLE = 0.5
# Yesterday too: the job may have slept through midnight.
LOOKED_BACK = timedelta(days=2)
# What only people do here. One such deed outweighs any number of pages; staff is never looked at.
DEEDS = ("basket_added", "wishlist_added", "voucher_added", "stock_alert_asked", "reviewed", "logged_in", "registered",
         "purchased")  # fmt: skip

_PERSON = """(one.user_id IS NOT NULL OR EXISTS (
    SELECT FROM personalization_event AS deed WHERE deed.visitor_id = one.id AND deed.kind = ANY(%(deeds)s)))"""

# A bot that has put something into a basket since, or has said who it is, is taken for a person again.
_FREE = f"""
WITH freed AS (
    UPDATE personalization_visitor AS one SET traffic = 'shopper' WHERE traffic = 'bot' AND {_PERSON} RETURNING id
), told AS (
    UPDATE personalization_event SET traffic = 'shopper'
    WHERE visitor_id IN (SELECT id FROM freed) AND traffic = 'bot'
    RETURNING (happened_at AT TIME ZONE 'UTC')::date AS day
)
SELECT (SELECT count(*) FROM freed), coalesce((SELECT array_agg(DISTINCT day) FROM told), '{{}}')
"""  # noqa: S608 - statements of our own

_MARK = f"""
WITH looks AS (
    SELECT visitor_id, count(*) OVER minute AS in_a_minute, count(*) OVER day AS in_a_day,
           payload ? 'uncounted' AS is_quiet
    FROM personalization_event
    WHERE id >= %(since)s AND id < %(until)s AND kind = ANY(%(pages)s) AND visitor_id IS NOT NULL
    WINDOW minute AS (PARTITION BY visitor_id ORDER BY happened_at RANGE interval '1 minute' PRECEDING),
           day AS (PARTITION BY visitor_id ORDER BY happened_at RANGE interval '1 day' PRECEDING)
), readers AS (
    SELECT visitor_id, max(in_a_minute) AS in_a_minute, max(in_a_day) AS in_a_day, count(*) AS pages,
           bool_or(is_quiet) AS is_quiet
    FROM looks GROUP BY visitor_id
), scripted AS (
    SELECT coalesce(avg((script_seen_at IS NOT NULL)::int) >= %(scripted)s, false) AS is_usual
    FROM personalization_visitor AS one
    WHERE last_seen_at >= %(script_since)s AND last_seen_at < %(now)s AND traffic = 'shopper' AND {_PERSON}
), caught AS (
    UPDATE personalization_visitor AS one SET traffic = 'bot'
    FROM readers, scripted
    WHERE one.id = readers.visitor_id AND one.traffic = 'shopper' AND NOT {_PERSON}
      AND (readers.in_a_minute > %(a_minute)s OR readers.in_a_day > %(a_day)s
           OR scripted.is_usual AND readers.pages >= %(no_script)s AND one.script_seen_at IS NULL
              -- The script has little to say of who did not agree to being counted.
              AND NOT readers.is_quiet
              AND one.first_seen_at < %(late)s)
    RETURNING one.id
), told AS (
    UPDATE personalization_event SET traffic = 'bot'
    WHERE id >= %(since)s AND id < %(until)s AND traffic = 'shopper'
      AND visitor_id IN (SELECT id FROM caught
                         UNION SELECT id FROM personalization_visitor AS known WHERE known.traffic = 'bot'
                                  AND known.last_seen_at >= %(begin)s)
    RETURNING (happened_at AT TIME ZONE 'UTC')::date AS day
)
SELECT (SELECT count(*) FROM caught), coalesce((SELECT array_agg(DISTINCT day) FROM told), '{{}}')
"""  # noqa: S608


def mark_bots(*, now: datetime) -> dict[str, int]:
    """Marks those of the last two days who are no people, and what they did; frees those who showed that they are."""
    begin = now - LOOKED_BACK
    values: dict[str, Any] = {
        "now": now,
        "begin": begin,
        "since": first_id(begin),
        "until": first_id(now),
        "pages": list(PAGES),
        "deeds": list(DEEDS),
        "a_minute": PAGES_A_MINUTE,
        "a_day": PAGES_A_DAY,
        "no_script": PAGES_WITHOUT_SCRIPT,
        "late": now - SCRIPT_IS_LATE,
        "scripted": SCRIPTED_PEOPLE,
        "script_since": now - SCRIPT_SEEN_WITHIN,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FREE, values)
        freed, days_freed = cursor.fetchone()
        cursor.execute(_MARK, values)
        marked, days_marked = cursor.fetchone()
        for day in sorted({*days_freed, *days_marked}):
            sum_again(day)
    return {"marked": marked, "freed": freed}
