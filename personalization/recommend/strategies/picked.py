"""Picked by hand: what the shop itself recommends beside a product, in Oscar's own catalogue."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from personalization import shop
from personalization.conf import conf
from personalization.recommend.context import Context
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies


@strategies.register
class Picked(Strategy):
    """The recommended products that the owner keeps at each product in the dashboard."""

    name = "picked"
    label = _("Picked by hand")
    title = _("We recommend")
    sentence = _("that the shop itself recommends beside the one being viewed")
    needs = ("product",)
    stand_ins = ("bought_together", "similar", "bestsellers")

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """In the owner's order."""
        if context.product_id is None:
            return []
        ids = shop.recommended_ids(context.product_id)[: conf.CANDIDATES]
        return [Candidate(one, 1.0 / position, Reason.PICKED) for position, one in enumerate(ids, 1)]
