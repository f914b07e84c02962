"""Recently viewed: the way back to what the shopper looked at."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from personalization.conf import conf
from personalization.recommend.context import Context
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies


@strategies.register
class RecentlyViewed(Strategy):
    """What was looked at, newest first. Nobody stands in for it: it is either true or absent."""

    name = "recently_viewed"
    label = _("Recently viewed")
    title = _("Continue where you left off")
    sentence = _("that this shopper looked at last")
    needs = ("history",)
    stand_ins = ()

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """Newest first."""
        seen = context.history.products("product_viewed")[: conf.CANDIDATES]
        return [Candidate(one, 1.0 / position, Reason.RECENT) for position, one in enumerate(seen, 1)]
