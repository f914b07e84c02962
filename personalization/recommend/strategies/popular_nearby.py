"""Popular nearby: what sells best in the region where the shopper is."""

from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.recommend.context import Context
from personalization.recommend.level import of_region
from personalization.recommend.periods import PERIODS
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.popular import ListForm, by_position, counted_told
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies


@strategies.register
class PopularNearby(Strategy):
    """The region's list or nothing: under this heading those of the whole shop would be untrue, so others stand in."""

    name = "popular_nearby"
    label = _("Popular nearby")
    title = _("Popular near you")
    sentence = _("that sell best in the shopper's region")
    needs = ("region",)
    stand_ins = ("bestsellers",)
    Form = ListForm

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """Best first; none where nobody knows the region, or where too little is sold in it."""
        chosen = self.clean(parameters)
        found = of_region(context, measure=chosen["measure"], period=chosen["period"])
        if found.level is None or found.level.is_shop:
            return []
        return by_position(found, Reason.NEARBY)

    def describe(self, parameters: Parameters) -> str:
        """The sentence with measure and period."""
        return gettext("%(which)s in the shopper's region") % {"which": counted_told(self.clean(parameters))}

    def period(self, parameters: Parameters) -> str:
        """The period in words."""
        return str(PERIODS(self.clean(parameters)["period"]).label)
