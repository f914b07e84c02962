"""Best sellers and trends: the lists that need to know nobody."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.conf import conf
from personalization.recommend.context import Context
from personalization.recommend.periods import MEASURES, PERIODS
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies


class BestsellersForm(forms.Form):
    """What a best-seller list counts, and over which time."""

    period = forms.ChoiceField(
        label=_("Period"), choices=PERIODS.choices, initial="month", help_text=_("How far back sales count, up to now.")
    )
    measure = forms.ChoiceField(
        label=_("Counted by"),
        choices=MEASURES.choices,
        initial="units",
        help_text=_("Pieces sold, money taken, or orders that held it."),
    )


@strategies.register
class Bestsellers(Strategy):
    """What sells best, in the category being viewed if there is one, else in the whole shop."""

    name = "bestsellers"
    label = _("Best sellers")
    title = _("Best sellers")
    sentence = _("that sell best")
    stand_ins = ()
    Form = BestsellersForm

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """The list of the category; in one without sales, that of the shop."""
        chosen = self.clean(parameters)
        ids = context.tables.ranked(measure=chosen["measure"], period=chosen["period"], category_id=context.category_id)
        if not ids and context.category_id is not None:
            ids = context.tables.ranked(measure=chosen["measure"], period=chosen["period"])
        return _by_position(ids, Reason.POPULAR)

    def describe(self, parameters: Parameters) -> str:
        """The sentence with measure and period."""
        chosen = self.clean(parameters)
        words = {"period": PERIODS(chosen["period"]).label, "measure": MEASURES(chosen["measure"]).label}
        return gettext("that sell best by %(measure)s over the %(period)s") % words

    def period(self, parameters: Parameters) -> str:
        """The period in words."""
        return str(PERIODS(self.clean(parameters)["period"]).label)


@strategies.register
class Trending(Strategy):
    """What sells better than it usually does, with enough sales to be no accident."""

    name = "trending"
    label = _("Trending")
    title = _("Trending now")
    sentence = _("that sell better this week than they usually do")
    stand_ins = ("bestsellers",)

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """The steepest first."""
        return _by_position(context.tables.ranked(measure="trend", period="week"), Reason.TRENDING)


def _by_position(ids: Sequence[int], reason: Reason) -> list[Candidate]:
    return [Candidate(one, 1.0 / position, reason) for position, one in enumerate(ids[: conf.CANDIDATES], 1)]
