"""Ordered nothing for some time."""

from datetime import datetime, timedelta

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy, ngettext

from personalization.campaigns.offers.trigger import ONCE, Trigger, triggers
from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.profiles.models import Profile


class LapsedForm(forms.Form):
    """For how long."""

    days = forms.IntegerField(label=gettext_lazy("No order for so many days"), initial=60, min_value=1, max_value=3650)


@triggers.register
class Lapsed(Trigger):
    """Each pause between two orders is an occasion of its own."""

    name, label = "lapsed", gettext_lazy("who ordered nothing for some time")
    Form = LapsedForm

    def people(self, values: Values, *, since: datetime, now: datetime) -> Q | None:
        """By the last order."""
        return Q(last_order_at__lte=now - timedelta(days=values["days"]))

    def occasion(self, values: Values, person: Profile, *, now: datetime) -> str:
        """The order after which the pause began."""
        return f"{person.last_order_at:%Y-%m-%d}" if person.last_order_at else ONCE

    def describe(self, values: Values, names: Names = ASK) -> str:
        """After how many days."""
        days = values["days"]
        return ngettext("once they ordered nothing for %(n)s day", "once they ordered nothing for %(n)s days", days) % {
            "n": days
        }

    def needs(self, values: Values) -> Q | None:
        """Somebody has ordered."""
        return Q(last_order_at__isnull=False)
