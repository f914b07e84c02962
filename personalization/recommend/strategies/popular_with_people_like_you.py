"""Popular with people like you: what sells best in the group of shoppers that this one is in."""

from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.recommend.context import Context
from personalization.recommend.level import of_people_alike
from personalization.recommend.periods import PERIODS
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.popular import ListForm, by_position, counted_told
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies


@strategies.register
class PopularWithPeopleLikeYou(Strategy):
    """The group's list or nothing: others stand in under a heading of their own."""

    name = "popular_with_people_like_you"
    label = _("Popular with people like the shopper")
    title = _("Popular with people like you")
    sentence = _("that sell best among people like the shopper")
    needs = ("account",)
    stand_ins = ("bestsellers",)
    Form = ListForm

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """Best first; none for somebody in no group, or in one that buys too little."""
        chosen = self.clean(parameters)
        found = of_people_alike(context, measure=chosen["measure"], period=chosen["period"])
        if found.level is None or found.level.is_shop:
            return []
        return by_position(found, Reason.ALIKE)

    def describe(self, parameters: Parameters) -> str:
        """The sentence with measure and period."""
        return gettext("%(which)s among people like the shopper") % {"which": counted_told(self.clean(parameters))}

    def period(self, parameters: Parameters) -> str:
        """The period in words."""
        return str(PERIODS(self.clean(parameters)["period"]).label)
