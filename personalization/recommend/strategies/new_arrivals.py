"""New arrivals: what came into the shop last."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from personalization import shop
from personalization.conf import conf
from personalization.recommend.context import Context
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies


@strategies.register
class NewArrivals(Strategy):
    """The newest products, of the category being viewed if there is one."""

    name = "new_arrivals"
    label = _("New arrivals")
    title = _("New in the shop")
    sentence = _("that came into the shop last")
    stand_ins = ("bestsellers",)

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """Newest first."""
        newest = shop.newest(limit=conf.CANDIDATES, category_id=context.category_id)
        return [Candidate(one, 1.0 / position, Reason.NEW) for position, one in enumerate(newest, 1)]
