"""Two ways to go on from a product: what to take instead of it, and what to take with it."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from personalization.conf import conf
from personalization.recommend.context import Context
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Parameters, Parts, Strategy, strategies
from personalization.recommend.tables import Neighbour


@strategies.register
class Similar(Strategy):
    """Alternatives to the product being viewed."""

    name = "similar"
    label = _("Similar products")
    title = _("Similar products")
    sentence = _("that could be taken instead of the one being viewed")
    needs = ("product",)
    stand_ins = ("bestsellers",)

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """The nearest in company and in words."""
        if context.product_id is None:
            return []
        near = context.tables.neighbours("similar", [context.product_id])
        return [Candidate(one.product_id, one.score, Reason.SIMILAR, parts=held_both(one)) for one in near]


@strategies.register
class BoughtTogether(Strategy):
    """Complements of the product being viewed."""

    name = "bought_together"
    label = _("Bought together")
    title = _("Often bought together")
    sentence = _("that people put into the same basket as the one being viewed")
    needs = ("product",)
    stand_ins = ("trending", "bestsellers")

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """The most frequent companions."""
        if context.product_id is None:
            return []
        near = context.tables.neighbours("together", [context.product_id])
        return [Candidate(one.product_id, one.score, Reason.TOGETHER, parts=held_both(one)) for one in near]


@strategies.register
class GoesWithBasket(Strategy):
    """Complements of the basket as a whole."""

    name = "goes_with_basket"
    label = _("Goes with the basket")
    title = _("Goes with your basket")
    sentence = _("that go with what is in the shopper's basket")
    needs = ("basket",)

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """Companions of all that is in the basket, added up; the reason names the closest of them."""
        scores: dict[int, float] = defaultdict(float)
        closest: dict[int, tuple[float, int]] = {}
        for near in context.tables.neighbours("together", context.basket_ids[:30]):
            scores[near.product_id] += near.score
            one = (near.score, near.of_id)
            closest[near.product_id] = max(closest.get(near.product_id, one), one)
        best = sorted(scores, key=lambda one: (-scores[one], one))[: conf.CANDIDATES]
        return [_of_the_basket(one, scores[one], *closest[one]) for one in best]


def held_both(near: Neighbour) -> Parts:
    """How many baskets held both goods, where that is known."""
    return (("baskets", float(near.support)),) if near.support else ()


def _of_the_basket(product_id: int, score: float, most: float, of_id: int) -> Candidate:
    parts = (("closest", most), ("others", score - most))
    return Candidate(product_id, score, Reason.BASKET, of_id, parts=parts)
