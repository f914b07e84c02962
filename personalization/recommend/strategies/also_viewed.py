"""Also viewed: what the visits that came to this product went on to."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from personalization.conf import conf
from personalization.recommend.context import Context
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies
from personalization.recommend.visit import looked_at_next


@strategies.register
class AlsoViewed(Strategy):
    """The next click after the product being viewed and those looked at before it."""

    name = "also_viewed"
    label = _("Also viewed")
    title = _("People who looked at this also looked at")
    sentence = _("that people look at after the one being viewed")
    needs = ("product",)
    stand_ins = ("similar", "bestsellers")

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """The likeliest next, with what was looked at before counting for less."""
        if context.product_id is None:
            return []
        scores, _origins = looked_at_next(
            context.tables, [context.product_id, *context.history.products("product_viewed")]
        )
        best = sorted(scores, key=lambda one: (-scores[one], one))[: conf.CANDIDATES]
        return [Candidate(one, scores[one], Reason.VIEWED_NEXT) for one in best]
