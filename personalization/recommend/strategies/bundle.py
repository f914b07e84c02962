"""A bundle: the product being viewed and what goes with it, at their joint price, with one button for all."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from personalization.recommend.context import Context
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies


@strategies.register
class InOneGo(Strategy):
    """Two or three goods of different categories that many bought together. Nobody stands in for it. One query.

    Any of its goods may be left out, sold out for one: those that remain still make sense together.
    """

    name = "bundle"
    label = _("A bundle with one button")
    title = _("Take them together")
    sentence = _("that make a set with the one being viewed, to be bought with one button")
    needs = ("product",)
    stand_ins = ()
    brings_product = True
    most_shown = 3
    template = "personalization/bundle.html"

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """The companions of the page's product."""
        bundle = context.tables.bundle(context.product_id) if context.product_id is not None else None
        if bundle is None:
            return []
        rows = zip(bundle.companion_ids, bundle.scores, strict=True)
        return [Candidate(one, score, Reason.TOGETHER) for one, score in rows]
