"""Back in stock: what this shopper wanted, that was sold out and can be bought again."""

from collections.abc import Sequence
from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from personalization.conf import conf
from personalization.recommend.context import Context
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies
from personalization.recommend.wanted import ASKED, last_looks

DAY = timedelta(days=1)


class DaysForm(forms.Form):
    """How long it is news."""

    days = forms.IntegerField(
        label=_("For so many days"), min_value=1, max_value=365, initial=30, help_text=_("From when it came back.")
    )


@strategies.register
class BackInStock(Strategy):
    """Wanted, sold out, and back. Nobody stands in for it: it is either true or absent. One query."""

    name = "back_in_stock"
    label = _("Back in stock")
    title = _("Back in stock")
    sentence = _("that this shopper looked at or asked for, that were sold out and are back")
    needs = ("history",)
    stand_ins = ()
    Form = DaysForm

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """What was asked for first, then what came back last."""
        news = timedelta(days=self.clean(parameters)["days"])
        looks, asked = last_looks(context.history), set(context.history.products(ASKED))
        facts = context.tables.facts(looks) if looks else {}
        found = []
        for product_id, looked_at in looks.items():
            back_at = facts[product_id].restocked_at
            if back_at and facts[product_id].is_buyable and looked_at < back_at and context.now - back_at <= news:
                fresh = 1 / (1 + max((context.now - back_at) / DAY, 0.0))
                is_asked = product_id in asked
                parts = (("fresh", fresh), ("asked", float(is_asked)))
                reason = Reason.ASKED if is_asked else Reason.BACK
                found.append(Candidate(product_id, fresh + is_asked, reason, parts=parts))
        return sorted(found, key=lambda one: (-one.score, one.product_id))[: conf.CANDIDATES]
