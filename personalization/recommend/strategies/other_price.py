"""The same need at another price: a finer choice for a little more, or a good one for less."""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.recommend.context import Context
from personalization.recommend.facts.fact import Fact
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.neighbours import held_both
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies


class BandForm(forms.Form):
    """How far the other price may lie from that of the page's product, in per cent."""

    nearest = forms.IntegerField(
        label=_("At least so many per cent"), min_value=1, max_value=500, initial=5, help_text=_("Away from its price.")
    )
    farthest = forms.IntegerField(
        label=_("At most so many per cent"), min_value=1, max_value=500, initial=60, help_text=_("Away from its price.")
    )

    def clean(self) -> dict[str, object]:
        """The first must not be larger than the second."""
        cleaned = super().clean() or {}
        nearest, farthest = cleaned.get("nearest"), cleaned.get("farthest")
        if nearest and farthest and nearest > farthest:
            self.add_error("farthest", _("Make it at least as large as the number before it."))
        return cleaned


class OtherPrice(Strategy):
    """Alternatives to the product being viewed in a band of prices above or below its own."""

    needs = ("product",)
    stand_ins = ("similar", "bestsellers")
    Form = BandForm
    reason: ClassVar[Reason]
    # 1 for dearer, -1 for cheaper.
    direction: ClassVar[int]

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """The nearest in kind, of the same category, whose price lies in the band."""
        if context.product_id is None:
            return []
        near = context.tables.neighbours("similar", [context.product_id])
        facts = context.tables.facts([context.product_id, *(one.product_id for one in near)])
        anchor, chosen = facts[context.product_id], self.clean(parameters)
        return [
            Candidate(one.product_id, one.score, self.reason, parts=held_both(one))
            for one in near
            if self._is_in_band(facts[one.product_id], anchor, chosen["nearest"], chosen["farthest"])
        ]

    def _is_in_band(self, fact: Fact, anchor: Fact, nearest: int, farthest: int) -> bool:
        if not fact.price or not anchor.price or fact.category_id != anchor.category_id:
            return False
        away = (fact.price / anchor.price - 1) * 100 * self.direction
        return Decimal(nearest) <= away <= Decimal(farthest)


@strategies.register
class UpSell(OtherPrice):
    """Dearer, but not by much."""

    name = "up_sell"
    label = _("A finer choice")
    title = _("A finer choice")
    sentence = _("that serve the same need as the one being viewed and cost a little more")
    reason, direction = Reason.FINER, 1

    def describe(self, parameters: Parameters) -> str:
        """With the band."""
        told = gettext("of the same category that cost %(nearest)s to %(farthest)s %% more than the one being viewed")
        return told % self.clean(parameters)


@strategies.register
class DownSell(OtherPrice):
    """Cheaper, but still the same need."""

    name = "down_sell"
    label = _("A good choice for less")
    title = _("A good choice for less")
    sentence = _("that serve the same need as the one being viewed and cost less")
    reason, direction = Reason.CHEAPER, -1

    def describe(self, parameters: Parameters) -> str:
        """With the band."""
        told = gettext("of the same category that cost %(nearest)s to %(farthest)s %% less than the one being viewed")
        return told % self.clean(parameters)
