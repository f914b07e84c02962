"""After how many days a product is bought again: the customer's own gaps, shrunk towards the shop's.

The posterior mean of a gap under an exponential law with a conjugate (inverse gamma) prior of mean m and weight k:
(k * m + sum of own gaps) / (k + number of own gaps), the Poisson-gamma model of Bhagat et al., "Buy It Again: Modeling
Repeat Purchase Recommendations", KDD 2018. m is the median of the shop's shoppers; where the shop knows none, the
customer's own mean stands alone. Each night it is tried (`due_trial`): in a shop in which the median alone came nearer,
the median alone is told.
"""

from django.core.cache import cache

from personalization.people.predict.models import PredictionRun

GOODS = "goods"
# The shop's own rhythm of a product counts as much as so many gaps of the shopper's.
PRIOR_GAPS = 2
# Who has left out so many turns has stopped buying it.
MISSED_TURNS = 3
KEY, FRESH_SECONDS = "personalization:goods", 300


def gap_after(own: float, gaps: int, usual: float | None) -> float:
    """The next gap of somebody whose own ones, so many, come to `own` days; at least a day."""
    told = own / gaps if usual is None else (PRIOR_GAPS * usual + own) / (PRIOR_GAPS + gaps)
    return max(told, 1.0)


def chance_within(days: float, *, own: float, gaps: int, usual: float, silent: float) -> float:
    """That it is bought again within so many days, by the same law: what the gap of `gap_after` is the mean of.

    Mixed over the posterior, the exponential is a Lomax; the days that passed in silence have taught it, too.
    """
    known = PRIOR_GAPS * usual + own + silent
    return float(1 - (known / (known + days)) ** (PRIOR_GAPS + gaps))


def own_gaps_tell() -> bool:
    """False in a shop where they were tried and found no better. At most one query in five minutes."""
    return bool(cache.get_or_set(KEY, _own_gaps_tell, FRESH_SECONDS))


def _own_gaps_tell() -> bool:
    newest = PredictionRun.objects.filter(status=PredictionRun.Status.DONE).first()
    return newest is None or newest.verdicts.get(GOODS, {}).get("why") != "no_better"
