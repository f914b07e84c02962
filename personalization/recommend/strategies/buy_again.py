"""Buy again: what this shopper buys over and over, and is due to need again."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.conf import conf
from personalization.recommend.context import Context
from personalization.recommend.reasons import Reason
from personalization.recommend.replenishment import Habit, habits
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies

# From so many gaps on we may say "usually".
A_HABIT = 2


class AheadForm(forms.Form):
    """How early it is offered."""

    ahead = forms.IntegerField(
        label=_("So many days ahead"), min_value=0, max_value=60, initial=3,
        help_text=_("Offered so long before it is due; what is overdue is offered too, until three turns were missed."),
    )  # fmt: skip


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
        ahead = self.clean(parameters)["ahead"]
        known = habits(context.history.happenings, context.tables, now=context.now)
        due = [one for one in known if one.gap - one.passed <= ahead and not one.is_given_up]
        return sorted(map(_candidate, due), key=lambda one: (-one.score, one.product_id))[: conf.CANDIDATES]

    def describe(self, parameters: Parameters) -> str:
        """With the days."""
        told = gettext("that this shopper buys again and again, and is due to need within %(ahead)s days")
        return told % self.clean(parameters)


def _candidate(habit: Habit) -> Candidate:
    parts = (("gap", habit.gap), ("passed", habit.passed))
    if habit.gaps < A_HABIT:
        return Candidate(habit.product_id, habit.closeness, Reason.RUNS_OUT, parts=parts)
    times = round((habit.days[-1] - habit.days[0]).days / habit.gaps)
    return Candidate(habit.product_id, habit.closeness, Reason.DUE, times=times, parts=parts)
