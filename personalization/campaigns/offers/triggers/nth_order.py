"""A reward for the nth order: for a certain one, or for each so many."""

from datetime import datetime

from django import forms
from django.db.models import F, Q
from django.db.models.functions import Mod
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.campaigns.offers.trigger import Trigger, triggers
from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.profiles.models import Profile


class NthForm(forms.Form):
    """Which order."""

    number = forms.IntegerField(label=gettext_lazy("After the order number"), initial=5, min_value=1, max_value=1000)
    is_each = forms.BooleanField(
        label=gettext_lazy("And again after each so many"), required=False,
        help_text=gettext_lazy("After the 5th, the 10th, the 15th …"),
    )  # fmt: skip


@triggers.register
class NthOrder(Trigger):
    """Orders are counted; there are no points."""

    name, label = "nth_order", gettext_lazy("who placed their 5th order, or each 5th")
    Form = NthForm

    def people(self, values: Values, *, since: datetime, now: datetime) -> Q | None:
        """Who placed it since the offer is live: what is long past is rewarded to nobody."""
        lately = Q(last_order_at__gte=since)
        if not values["is_each"]:
            return lately & Q(orders=values["number"])
        counted = Profile.objects.annotate(left=Mod(F("orders"), values["number"]))
        return lately & Q(orders__gte=values["number"]) & Q(pk__in=counted.filter(left=0).values("pk"))

    def occasion(self, values: Values, person: Profile, *, now: datetime) -> str:
        """The order."""
        return f"order {person.orders}"

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Which one."""
        words = {"n": values["number"]}
        return (
            _("after each %(n)s orders") % words if values["is_each"] else _("after their order number %(n)s") % words
        )
