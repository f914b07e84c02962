"""How often or for how much they bought: anything or certain goods, ever or lately."""

from datetime import datetime

from django import forms
from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import Deeds, between
from personalization.people.rules.ends import (
    EndsForm,
    TimesForm,
    WindowForm,
    amount_told,
    ends_told,
    sentence,
    times_told,
    window_told,
)
from personalization.people.rules.goods import GoodsForm, goods_told, has_goods
from personalization.people.rules.groups import ORDERS
from personalization.people.rules.rule import Rule, rules

PURCHASES = Deeds(("purchased",))
# One basket is one order, however many lines it has.
RECEIPTS = "count(DISTINCT payload->>'order')"
LINES = "count(payload->>'order')"
_ENDS = (("least", ">="), ("most", "<="))
SPENT = "coalesce(sum(value), 0)"


class OrdersForm(GoodsForm, WindowForm, TimesForm):
    """How many orders, of what and since when."""

    field_order = ["least", "most", "days", "products", "categories", "brands"]


@rules.register
class Orders(Rule):
    """The number of orders."""

    name, label, group = "orders", gettext_lazy("bought so many times"), ORDERS
    Form = OrdersForm
    counts_from_nought = True

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile where it says so, else by the log."""
        if not values["days"] and not has_goods(values):
            return between("orders", values)
        deeds = PURCHASES.since(values, now=now).about(values)
        # Whether there is any is told without putting those of one order together.
        is_any = (values["least"] or 0, values["most"]) in ((1, None), (0, 0))
        return deeds.measured(LINES if is_any else RECEIPTS, values)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """How often, what, since when."""
        goods = goods_told(values, names)
        if values["most"] == 0:
            did_not = _("did not buy %(goods)s") % {"goods": goods} if goods else _("bought nothing")
            return sentence(did_not, window_told(values))
        bought = _("bought %(goods)s") % {"goods": goods} if goods else _("bought")
        return sentence(bought, times_told(values), window_told(values))


class Measure(TextChoices):
    """What is added up."""

    SUM = "sum", gettext_lazy("altogether")
    AVERAGE = "average", gettext_lazy("on average an order")
    UNITS = "units", gettext_lazy("pieces")


class SpentForm(GoodsForm, WindowForm, EndsForm):
    """How much, of what and since when."""

    measure = forms.ChoiceField(label=gettext_lazy("Counted"), choices=Measure.choices, initial=Measure.SUM)
    least = forms.DecimalField(label=gettext_lazy("From"), required=False, min_value=0, max_digits=14, decimal_places=2)
    most = forms.DecimalField(
        label=gettext_lazy("To"), required=False, min_value=0, max_digits=14, decimal_places=2,
        help_text=gettext_lazy("In the shop's currency, or in pieces; an empty end is open."),
    )  # fmt: skip
    field_order = ["measure", "least", "most", "days", "products", "categories", "brands"]


@rules.register
class Spent(Rule):
    """The money spent, or the pieces bought."""

    name, label, group = "spent", gettext_lazy("spent so much"), ORDERS
    Form = SpentForm
    counts_from_nought = True
    COLUMNS = {Measure.SUM: "revenue", Measure.AVERAGE: "average_order", Measure.UNITS: "units"}

    def means_everybody(self, values: Values) -> bool:
        """Who bought nothing has no average order."""
        return values["measure"] != Measure.AVERAGE and super().means_everybody(values)

    def adds_up(self, values: Values) -> bool:
        """An average does not."""
        return bool(values["measure"] != Measure.AVERAGE)

    def means_strangers(self, values: Values) -> bool:
        """Likewise."""
        return values["measure"] != Measure.AVERAGE and super().means_strangers(values)

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile where it says so, else by the log."""
        measure = Measure(values["measure"])
        if not values["days"] and not has_goods(values):
            return between(self.COLUMNS[measure], values)
        deeds = PURCHASES.since(values, now=now).about(values)
        if measure == Measure.AVERAGE:
            # Who bought nothing has no average order.
            ends = [(compared, values[end]) for end, compared in _ENDS if values[end] is not None]
            having = " AND ".join(f"{SPENT} / nullif({RECEIPTS}, 0) {compared} %s" for compared, _end in ends)
            return deeds.people(having, [end for _compared, end in ends])
        return deeds.measured(SPENT if measure == Measure.SUM else "coalesce(sum(quantity), 0)", values)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """How much, on what, since when."""
        goods, measure = goods_told(values, names), Measure(values["measure"])
        if measure == Measure.UNITS:
            told = _("bought %(pieces)s") % {"pieces": _pieces(values)}
            of = _("of %(goods)s") % {"goods": goods} if goods else ""
            return sentence(told, of, window_told(values))
        told = _("spent %(amount)s") if measure == Measure.SUM else _("spent %(amount)s an order on average")
        on = _("on %(goods)s") % {"goods": goods} if goods else ""
        return sentence(told % {"amount": amount_told(values)}, on, window_told(values))


def _pieces(values: Values) -> str:
    from_to = {"least": values["least"], "most": values["most"]}
    return ends_told(
        from_to,
        least=lambda n: _("at least %(n)s pieces"),
        most=lambda n: _("at most %(n)s pieces"),
        exactly=lambda n: _("exactly %(n)s pieces"),
        both=_("%(least)s to %(most)s pieces"),
    )
