"""New arrivals: what came into the shop last, first of all what this shopper has an eye for."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from personalization import shop
from personalization.conf import conf
from personalization.recommend.affinity import Shares, affinity, shares, weight
from personalization.recommend.context import Context
from personalization.recommend.facts.fact import Labelled
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies

# For somebody known, so many times more goods are looked through for what suits them.
WIDER = 3
# So many of the latest deeds say what does.
DEEDS = 60
# The newest product is worth a fifth of a perfect fit.
NEWNESS = 0.2


@strategies.register
class NewArrivals(Strategy):
    """The newest products, of the category being viewed if there is one.

    For somebody with a history in the order of how well they fit its categories and brands: two queries. For a stranger
    the newest first: one.
    """

    name = "new_arrivals"
    label = _("New arrivals")
    title = _("New in the shop")
    sentence = _("that came into the shop last")
    stand_ins = ("bestsellers",)

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """What fits best and is newest first."""
        done = [(one.product_id, weight(one.kind)) for one in context.history.happenings[:DEEDS]]
        limit = conf.CANDIDATES * (WIDER if done else 1)
        newest = shop.newest(limit=limit, category_id=context.category_id)
        if not done or not newest:
            return [Candidate(one, 1.0 / position, Reason.NEW) for position, one in enumerate(newest, 1)]
        labels = context.tables.labels({*newest, *(one for one, _ in done)})
        liked = shares((labels[one], much) for one, much in done)
        fits = {one: affinity(labels[one], liked) for one in newest}
        best = max(fits.values()) or 1.0
        found = [
            _candidate(labels[one], liked, fit=fits[one] / best, newness=NEWNESS / position)
            for position, one in enumerate(newest, 1)
        ]
        return sorted(found, key=lambda one: -one.score)[: conf.CANDIDATES]


def _candidate(label: Labelled, liked: Shares, *, fit: float, newness: float) -> Candidate:
    is_theirs = label.category_id in liked or label.brand in liked
    reason = Reason.NEW_FOR_YOU if is_theirs else Reason.NEW
    return Candidate(label.product_id, fit + newness, reason, parts=(("fit", fit), ("newness", newness)))
