"""How well the day is known on which somebody buys a product again: tried on the last weeks, which are held out.

Of what was not bought within them nobody knows the day: both guesses and the truth end with the trial. So the picture
does not hold days against days: it holds the chance of a purchase within the trial, by the same rhythm, against the
part that was bought. Who never buys a thing again is in no rhythm, and stands there.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection

from personalization.conf import conf
from personalization.events.gaps import usual_gaps
from personalization.events.identifiers import first_id
from personalization.people.predict import judge
from personalization.people.predict.due import MISSED_TURNS, chance_within, gap_after
from personalization.people.predict.judge import Verdict

DAYS = 28
# A rhythm of goods is days to months; what lies further back says little of it.
LOOKED_BACK = timedelta(days=200)
LEAST = 200
# So many people say enough; the same ones each time.
PEOPLE, DRAWS = 10_000, 10_000

# One row for each product that somebody bought on two days before the cut.
_PAIRS = """
WITH bought AS (
    SELECT DISTINCT event.product_id, event.user_id, floor(extract(epoch FROM event.happened_at) / 86400)::int AS day
    FROM personalization_event AS event
    JOIN personalization_profile AS profile ON profile.user_id = event.user_id AND profile.draw < %(draws)s
    WHERE event.kind = 'purchased' AND event.traffic = 'shopper' AND event.id >= %(since)s AND event.id < %(until)s
      AND event.product_id IS NOT NULL AND event.quantity <= %(bulk)s
), known AS (
    SELECT product_id, count(*) FILTER (WHERE day < %(cut)s) - 1 AS gaps, min(day) AS first,
           max(day) FILTER (WHERE day < %(cut)s) AS last, min(day) FILTER (WHERE day >= %(cut)s) AS next
    FROM bought GROUP BY product_id, user_id
)
SELECT product_id, last - first, gaps, %(cut)s - last, next - %(cut)s FROM known WHERE gaps >= 1
"""


def try_goods(*, customers: int, now: datetime) -> Verdict:
    """The days foretold against those that came, beside the product's usual gap for everybody."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    cut, since = midnight - timedelta(days=DAYS), midnight - timedelta(days=DAYS) - LOOKED_BACK
    usual = dict(usual_gaps(since=since, until=cut))
    found = [
        told for row in _pairs(customers, since=since, cut=cut, until=midnight) if (told := _foretold(usual, *row))
    ]
    if len(found) < LEAST:
        return Verdict("few_goods", {"people": float(len(found)), "days": float(DAYS)})
    predicted, plain, actual, chance, came = np.array(found, dtype=np.float64).T
    verdict = judge.of_days(predicted, plain, actual)
    figures = {"days": float(DAYS), "expected": float(chance.mean()), "came": float(came.mean())}
    return replace(verdict, figures=verdict.figures | figures, points=judge.shares_by_tenths(chance, came))


def _foretold(
    usual: dict[int, float], product: int, own: int, gaps: int, silent: int, after: int | None
) -> tuple[float, float, float, float, float] | None:
    """In how many days it is bought again by this rhythm, by the shop's alone, and in truth; all within the trial.

    With them the chance that it is bought within the trial, and whether it was.
    """
    known = usual.get(product)
    gap = gap_after(own, gaps, known)
    if known is None or silent > MISSED_TURNS * gap:
        return None
    days = _within(gap - silent), _within(known - silent), _within(DAYS if after is None else after)
    return *days, chance_within(DAYS, own=own, gaps=gaps, usual=known, silent=silent), float(after is not None)


def _within(days: float) -> float:
    return float(min(max(days, 0), DAYS))


def _pairs(customers: int, *, since: datetime, cut: datetime, until: datetime) -> list[tuple[Any, ...]]:
    values: dict[str, Any] = {
        "since": first_id(since), "until": first_id(until), "bulk": conf.BULK_QUANTITY,
        "cut": int(cut.timestamp()) // 86400,
        "draws": DRAWS if customers <= PEOPLE else max(1, DRAWS * PEOPLE // customers),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, values)
        return list(cursor.fetchall())
