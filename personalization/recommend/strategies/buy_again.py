"""Buy again: what this shopper buys over and over, and is due to need again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.conf import conf
from personalization.events.history import History
from personalization.recommend.context import Context
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies

# The shop's own rhythm of a product counts as much as so many gaps of the shopper's.
PRIOR_GAPS = 2
# Who has left out so many turns has stopped buying it.
MISSED_TURNS = 3
# From so many gaps on we may say "usually".
A_HABIT = 2


class AheadForm(forms.Form):
    """How early it is offered."""

    ahead = forms.IntegerField(
        label=_("So many days ahead"), min_value=0, max_value=60, initial=3,
        help_text=_("Offered so long before it is due; what is overdue is offered too, until three turns were missed."),
    )  # fmt: skip


def expected_gap(days: Sequence[date], usual: float | None) -> float:
    """After how many days it is bought next, from the days on which it was.

    The posterior mean of a gap under an exponential law with a conjugate (inverse gamma) prior of mean m and weight k:
    (k * m + sum of own gaps) / (k + number of own gaps), the Poisson-gamma model of Bhagat et al., "Buy It Again:
    Modeling Repeat Purchase Recommendations", KDD 2018. m is the median of the shop's shoppers; where the shop knows
    none, the shopper's own mean stands alone. The gaps of one shopper add up to the time from first to last purchase.
    """
    gaps, own = len(days) - 1, (days[-1] - days[0]).days
    return own / gaps if usual is None else (PRIOR_GAPS * usual + own) / (PRIOR_GAPS + gaps)


@strategies.register
class BuyAgain(Strategy):
    """Habits whose time has come. Nobody stands in for it: it is either true or absent. One query."""

    name = "buy_again"
    label = _("Buy again")
    title = _("Time to buy again")
    sentence = _("that this shopper buys again and again, and is due to need now")
    needs = ("history",)
    stand_ins = ()
    Form = AheadForm

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """The nearest to its day first, before it or after."""
        ahead, today = self.clean(parameters)["ahead"], context.now.astimezone(UTC).date()
        habits = _habits(context.history)
        facts = context.tables.facts(habits) if habits else {}
        found = []
        for product_id, days in habits.items():
            gap = max(expected_gap(days, facts[product_id].usual_gap_days), 1.0)
            passed = (today - days[-1]).days
            if gap - passed <= ahead and passed <= MISSED_TURNS * gap:
                found.append(_candidate(product_id, days, closeness=min(passed / gap, gap / max(passed, 1))))
        return sorted(found, key=lambda one: (-one.score, one.product_id))[: conf.CANDIDATES]

    def describe(self, parameters: Parameters) -> str:
        """With the days."""
        told = gettext("that this shopper buys again and again, and is due to need within %(ahead)s days")
        return told % self.clean(parameters)


def _habits(history: History) -> Mapping[int, Sequence[date]]:
    """The days on which each product was bought, oldest first; of those bought on more than one day."""
    days: dict[int, set[date]] = defaultdict(set)
    for one in history.happenings:
        if one.kind == "purchased":
            days[one.product_id].add(one.happened_at.astimezone(UTC).date())
    return {product_id: sorted(found) for product_id, found in days.items() if len(found) > 1}


def _candidate(product_id: int, days: Sequence[date], *, closeness: float) -> Candidate:
    gaps = len(days) - 1
    if gaps < A_HABIT:
        return Candidate(product_id, closeness, Reason.RUNS_OUT)
    return Candidate(product_id, closeness, Reason.DUE, times=round((days[-1] - days[0]).days / gaps))
