"""What stayed in the basket: put in, and neither bought nor taken out since."""

from datetime import datetime, timedelta

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.ends import MOST_DAYS
from personalization.people.rules.groups import BEHAVIOUR
from personalization.people.rules.rule import Rule, rules


class BasketLeftForm(forms.Form):
    """How long it has been left."""

    hours = forms.IntegerField(
        label=gettext_lazy("For at least hours"), initial=4, min_value=0, max_value=24 * MOST_DAYS,
        help_text=gettext_lazy("Who only just put it in is still shopping."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=gettext_lazy("For at most days"), initial=14, min_value=1, max_value=MOST_DAYS,
        help_text=gettext_lazy("What is longer ago is forgotten."),
    )  # fmt: skip


@rules.register
class BasketLeft(Rule):
    """An abandoned basket."""

    name, label, group = "basket_left", gettext_lazy("left something in the basket"), BEHAVIOUR
    Form = BasketLeftForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile."""
        span = (now - timedelta(days=values["days"]), now - timedelta(hours=values["hours"]))
        return Q(left_in_basket_at__gt=span[0], left_in_basket_at__lte=span[1])

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Since when."""
        hours, days = values["hours"], values["days"]
        told = ngettext("in the last %(n)s day", "in the last %(n)s days", days) % {"n": days}
        left = _("left something in the basket %(when)s") % {"when": told}
        if not hours:
            return left
        waited = ngettext("at least %(n)s hour ago", "at least %(n)s hours ago", hours) % {"n": hours}
        return _("%(left)s, %(waited)s") % {"left": left, "waited": waited}
