"""What is expected of them: orders, revenue, whether they leave, and when they come again."""

from datetime import datetime, timedelta

from django import forms
from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import between
from personalization.people.rules.ends import EndsForm, amount_told, percent_told
from personalization.people.rules.groups import VALUE
from personalization.people.rules.rule import Rule, rules


class Expected(TextChoices):
    """What is predicted; the values are columns of the profile."""

    ORDERS = "expected_orders", gettext_lazy("orders")
    REVENUE = "expected_revenue", gettext_lazy("revenue")
    RISK = "churn_risk", gettext_lazy("risk of leaving, in %")


class PredictionForm(EndsForm):
    """What, and how much of it."""

    measure = forms.ChoiceField(label=gettext_lazy("What is expected"), choices=Expected.choices, initial=Expected.RISK)
    least = forms.DecimalField(
        label=gettext_lazy("From"), required=False, min_value=0, max_digits=14, decimal_places=2, initial=50
    )
    most = forms.DecimalField(
        label=gettext_lazy("To"), required=False, min_value=0, max_digits=14, decimal_places=2,
        help_text=gettext_lazy("An empty end is open. Of whom nothing can be predicted yet is not meant."),
    )  # fmt: skip


@rules.register
class Prediction(Rule):
    """An expectation between two ends."""

    name, label, group = "prediction", gettext_lazy("are expected to buy, or to leave"), VALUE
    Form = PredictionForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile; without a prediction nobody is meant."""
        return between(values["measure"], values, in_percent=values["measure"] == Expected.RISK)

    def needs(self, values: Values) -> Q | None:
        """Something was predicted of somebody."""
        return Q(**{f"{values['measure']}__isnull": False})

    def describe(self, values: Values, names: Names = ASK) -> str:
        """What, and how much."""
        measure = Expected(values["measure"])
        if measure == Expected.RISK:
            return _("will leave with a risk of %(risk)s") % {"risk": percent_told(values)}
        told = {
            Expected.ORDERS: _("are expected to order %(amount)s times"),
            Expected.REVENUE: _("are expected to spend %(amount)s"),
        }
        return told[measure] % {"amount": amount_told(values)}


class NextOrderForm(forms.Form):
    """Within how many days."""

    days = forms.IntegerField(
        label=gettext_lazy("Within the next days"), initial=7, min_value=1, max_value=365,
        help_text=gettext_lazy("An order that is already late counts for a week."),
    )  # fmt: skip


LATE = timedelta(days=7)


@rules.register
class NextOrder(Rule):
    """The next order is near."""

    name, label, group = "next_order", gettext_lazy("will soon order again"), VALUE
    Form = NextOrderForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile."""
        return Q(next_order_at__gte=now - LATE, next_order_at__lte=now + timedelta(days=values["days"]))

    def needs(self, values: Values) -> Q | None:
        """An order is expected of somebody."""
        return Q(next_order_at__isnull=False)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Until when."""
        days = values["days"]
        told = ngettext(
            "are expected to order again within %(n)s day", "are expected to order again within %(n)s days", days
        )
        return told % {"n": days}
