"""Go on: what the shopper put aside, in a basket that was never paid for or on a wish list."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from personalization import shop
from personalization.conf import conf
from personalization.recommend.context import Context
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies


@strategies.register
class GoOn(Strategy):
    """Goods taken and left again, then those wished for. Nobody stands in for it: it is either true or absent.

    A basket stays open until it is bought: what was put there in an earlier visit has been left, too. What goes into it
    now is no news.
    """

    name = "go_on"
    label = _("Put aside")
    title = _("You put these aside")
    sentence = _("that this shopper put on a wish list, or into a basket without buying")
    needs = ("history",)
    stand_ins = ()
    keeps_basket = True

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """Newest first: what waits in the basket, what was taken out of it, what is on a list."""
        reasons = dict.fromkeys(self._waiting(context), Reason.WAITING)
        bought = set(context.history.products("purchased"))
        for one in context.history.products("basket_added"):
            if one not in bought and one not in context.basket_ids:
                reasons[one] = Reason.LEFT
        lately = context.history.products("purchased", since=context.now - timedelta(days=conf.JUST_BOUGHT_DAYS))
        for one in shop.wished_ids(context.person.user_id) if context.person.user_id else ():
            if one not in lately and one not in context.basket_ids:
                reasons.setdefault(one, Reason.WISHED)
        row = list(reasons)[: conf.CANDIDATES]
        return [Candidate(one, 1.0 / position, reasons[one]) for position, one in enumerate(row, 1)]

    def _waiting(self, context: Context) -> list[int]:
        began = context.history.visit_began(context.now)
        now = context.history.products("basket_added", since=began)
        before = context.history.products("basket_added")
        return [one for one in before if one in context.basket_ids and one not in now]
