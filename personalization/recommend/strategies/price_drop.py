"""Cheaper since: what this shopper looked at, and what has become cheaper since then."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.conf import conf
from personalization.recommend.context import Context
from personalization.recommend.facts.prices import seen
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Parameters, Reduced, Strategy, strategies
from personalization.recommend.wanted import last_looks


class LeastForm(forms.Form):
    """From when on a lower price is news."""

    least = forms.IntegerField(
        label=_("Cheaper by at least so many per cent"), min_value=1, max_value=90, initial=5,
        help_text=_("Than it was when the shopper looked. A cent less is no news."),
    )  # fmt: skip


@strategies.register
class PriceDrop(Strategy):
    """Seen dearer than it is. Nobody stands in for it: it is either true or absent.

    The price that is struck through is the one that stood there when this shopper looked last, and only where that is
    known for sure. Two queries, however long the history.
    """

    name = "price_drop"
    label = _("Cheaper since then")
    title = _("Cheaper since you looked")
    sentence = _("that this shopper looked at and that have become cheaper since")
    needs = ("history",)
    stand_ins = ()
    Form = LeastForm

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """The largest share off first."""
        least = self.clean(parameters)["least"] / 100
        looks = last_looks(context.history)
        before = seen(looks)
        facts = context.tables.facts(before) if before else {}
        found = []
        for product_id, was in before.items():
            price = facts[product_id].price
            if price is not None and (saved := float(1 - price / was)) >= least:
                reduced = Reduced(was, price, facts[product_id].currency)
                found.append(Candidate(product_id, saved, Reason.PRICE_DROP, reduced=reduced))
        return sorted(found, key=lambda one: (-one.score, one.product_id))[: conf.CANDIDATES]

    def describe(self, parameters: Parameters) -> str:
        """With the share."""
        told = gettext("that this shopper looked at and that have become cheaper since, by %(least)s %% or more")
        return told % self.clean(parameters)
