"""Goods by how many are left."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values, number, text
from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.condition import Condition, Surroundings, conditions

FEW = 5


class Left(TextChoices):
    """How many are left."""

    FEW = "few", gettext_lazy("only so many left, or fewer")
    MANY = "many", gettext_lazy("so many left, or more")
    ANY = "any", gettext_lazy("some left, any number")


class StockForm(forms.Form):
    """Many or few, and how many that is."""

    left = forms.ChoiceField(label=gettext_lazy("Stock"), choices=Left.choices, initial=Left.FEW)
    pieces = forms.IntegerField(label=gettext_lazy("Pieces"), initial=FEW, min_value=1, max_value=1_000_000)


@conditions.register
class Stock(Condition):
    """So many pieces are left, as of the last look at the catalogue."""

    name = "stock"
    label = gettext_lazy("goods by how many are left")
    Form = StockForm

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """What is not counted never runs low."""
        if not fact.is_buyable:
            return False
        pieces, which = number(values, "pieces") or FEW, text(values, "left")
        if which == Left.FEW:
            return fact.left is not None and fact.left <= pieces
        return which != Left.MANY or fact.left is None or fact.left >= pieces

    def describe(self, values: Values, names: Names = ASK) -> str:
        """In words."""
        pieces, which = int(number(values, "pieces") or FEW), text(values, "left")
        if which == Left.FEW:
            text_ = ngettext("goods with %(n)s piece left or fewer", "goods with %(n)s pieces left or fewer", pieces)
            return text_ % {"n": pieces}
        if which == Left.MANY:
            text_ = ngettext("goods with %(n)s piece left or more", "goods with %(n)s pieces left or more", pieces)
            return text_ % {"n": pieces}
        return _("goods that are in stock")
