"""Where somebody stands on the way from the first visit to the last order, measured by the person's own rhythm.

The rhythm is the usual time between two of the person's orders; of somebody with too few of them, that of the shop's
customers (the median), and where the shop has too few customers for one, 45 days. It is never taken for less than a
week, or who buys bread each day would be late on Sunday. Each person is at one stage:

- new: came first within 30 days and has not bought; looking: likewise, but for longer;
- first-time buyer: one order, within twice the rhythm; active: 2 to 4 orders, likewise; loyal: 5 or more, likewise;
- at risk: the last order is longer ago than twice the rhythm; lost: longer than four times.
"""

from datetime import datetime, timedelta

from django import forms
from django.db.models import DateTimeField, F, FloatField, Func, IntegerField, Q, TextChoices, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import NOBODY
from personalization.people.rules.groups import VALUE
from personalization.people.rules.rule import Rule, rules

NEW_FOR = timedelta(days=30)
LOYAL_FROM = 5
LATE_AFTER, LOST_AFTER = 2.0, 4.0
LEAST_DAYS, USUAL_DAYS, ENOUGH_CUSTOMERS = 7.0, 45.0, 20

_OF_THE_SHOP = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY customer.order_gap_days) FROM personalization_profile AS customer
WHERE customer.order_gap_days IS NOT NULL HAVING count(*) >= %s
"""


class Stage(TextChoices):
    """Where somebody stands."""

    NEW = "new", gettext_lazy("new")
    LOOKING = "looking", gettext_lazy("looks around and never bought")
    FIRST = "first", gettext_lazy("first-time buyer")
    ACTIVE = "active", gettext_lazy("active")
    LOYAL = "loyal", gettext_lazy("loyal")
    AT_RISK = "at_risk", gettext_lazy("at risk")
    LOST = "lost", gettext_lazy("lost")


class LifecycleForm(forms.Form):
    """Which stages."""

    stages = forms.MultipleChoiceField(
        label=gettext_lazy("Stages"), choices=Stage.choices, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "By the person's own rhythm: at risk is who has not bought for twice as long as usual, lost for four times."
        ),
    )  # fmt: skip


@rules.register
class Lifecycle(Rule):
    """Any of these stages."""

    name, label, group = "lifecycle", gettext_lazy("are new, active, loyal, at risk or lost"), VALUE
    Form = LifecycleForm
    one_of = "stages"

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile."""
        found = NOBODY
        for stage in values["stages"]:
            found |= _at(Stage(stage), now=now)
        return found

    def means_strangers(self, values: Values) -> bool:
        """Who comes for the first time is new."""
        return Stage.NEW in values["stages"]

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Each stage as it is meant."""
        return _(" or ").join(_TOLD[Stage(one)]() for one in values["stages"])


_TOLD = {
    Stage.NEW: lambda: _("are new and have not bought yet"),
    Stage.LOOKING: lambda: _("have looked around for a while without ever buying"),
    Stage.FIRST: lambda: _("bought for the first time not long ago"),
    Stage.ACTIVE: lambda: _("buy again and again"),
    Stage.LOYAL: lambda: _("buy often and keep to their rhythm"),
    Stage.AT_RISK: lambda: _("have not bought for longer than usual for them"),
    Stage.LOST: lambda: _("have not bought for so long that they are probably lost"),
}
_ORDERS = {
    Stage.FIRST: Q(orders=1),
    Stage.ACTIVE: Q(orders__gt=1, orders__lt=LOYAL_FROM),
    Stage.LOYAL: Q(orders__gte=LOYAL_FROM),
    Stage.AT_RISK: Q(orders__gte=1),
    Stage.LOST: Q(orders__gte=1),
}
# What width_bucket says: in time, late, gone.
_LATENESS = {Stage.AT_RISK: 1, Stage.LOST: 2}


def _at(stage: Stage, *, now: datetime) -> Q:
    if stage == Stage.NEW:
        return Q(orders=0, first_seen_at__gt=now - NEW_FOR)
    if stage == Stage.LOOKING:
        return Q(orders=0, first_seen_at__lte=now - NEW_FOR)
    return _ORDERS[stage] & Q(last_order_at__isnull=False) & Q(Exact(_lateness(now), _LATENESS.get(stage, 0)))


def _lateness(now: datetime) -> Func:
    """0 in time, 1 late, 2 gone. In one expression, so that the shop's rhythm is worked out once."""
    waited = Func(
        Value(now, output_field=DateTimeField()), F("last_order_at"), arg_joiner=" - ",
        template="(extract(epoch FROM %(expressions)s) / 86400)", output_field=FloatField(),
    )  # fmt: skip
    of_the_shop = RawSQL(_OF_THE_SHOP, (ENOUGH_CUSTOMERS,), output_field=FloatField())  # noqa: S611 - a constant
    rhythm = Greatest(Coalesce(F("order_gap_days"), of_the_shop, Value(USUAL_DAYS)), Value(LEAST_DAYS))
    return Func(
        waited / rhythm, function="width_bucket", output_field=IntegerField(),
        template=f"%(function)s((%(expressions)s)::float8, ARRAY[{LATE_AFTER}, {LOST_AFTER}]::float8[])",
    )  # fmt: skip
