"""Go on: what the shopper put aside, on a wish list or in a basket that was never paid for."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from personalization import shop
from personalization.conf import conf
from personalization.recommend.context import Context
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies


@strategies.register
class GoOn(Strategy):
    """Goods taken and left again, then those wished for. Nobody stands in for it: it is either true or absent."""

    name = "go_on"
    label = _("Put aside")
    title = _("You put these aside")
    sentence = _("that this shopper put on a wish list, or into a basket without buying")
    needs = ("history",)
    stand_ins = ()

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """Newest first, what was in a basket before what is on a list."""
        bought = set(context.history.products("purchased"))
        left = [one for one in context.history.products("basket_added") if one not in bought]
        wished = shop.wished_ids(context.person.user_id) if context.person.user_id else ()
        reasons = dict.fromkeys(wished, Reason.WISHED) | dict.fromkeys(left, Reason.LEFT)
        row = list(dict.fromkeys([*left, *wished]))[: conf.CANDIDATES]
        return [Candidate(one, 1.0 / position, reasons[one]) for position, one in enumerate(row, 1)]
