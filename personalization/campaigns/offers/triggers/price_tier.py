"""Buy at low, middle or high prices, against what is usual in the shop."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.campaigns.offers.trigger import Trigger, triggers
from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.price_tier import PriceTierForm
from personalization.people.rules.rule import rules


@triggers.register
class PriceTier(Trigger):
    """A tier of prices."""

    name, label = "price_tier", gettext_lazy("who buy at low, middle or high prices")
    Form = PriceTierForm

    def people(self, values: Values, *, since: datetime, now: datetime) -> Q | None:
        """As the rule of segments asks for it."""
        return rules.get("price_tier").condition(values, now=now)

    def needs(self, values: Values) -> Q | None:
        """Somebody has a tier."""
        return rules.get("price_tier").needs(values)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Which."""
        return _("if they %(tiers)s") % {"tiers": rules.get("price_tier").describe(values, names)}
