"""How dear they buy, against what is usual; and how much of it at a discount."""

from datetime import datetime

from django import forms
from django.db.models import IntegerChoices, Q, Value
from django.db.models.lookups import In
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import NOBODY, between
from personalization.people.rules.ends import PercentForm, percent_told
from personalization.people.rules.groups import TASTE
from personalization.people.rules.rule import Rule, rules
from personalization.people.rules.taste import text_of


class Tier(IntegerChoices):
    """Thirds of the shop's customers."""

    LOW = 1, gettext_lazy("low prices")
    MIDDLE = 2, gettext_lazy("middle prices")
    HIGH = 3, gettext_lazy("high prices")


class PriceTierForm(forms.Form):
    """Which tiers, and where."""

    tiers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Prices"), choices=Tier.choices, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("A third of the customers each, by what they pay against what is usual."),
    )  # fmt: skip
    categories = ChosenField(
        "category", label=gettext_lazy("Only in these categories"), required=False,
        help_text=gettext_lazy("Nothing chosen: over all that they buy."),
    )  # fmt: skip


@rules.register
class PriceTier(Rule):
    """The tier of all that they buy, or of a category."""

    name, label, group = "price_tier", gettext_lazy("buy at low, middle or high prices"), TASTE
    Form = PriceTierForm
    one_of = "tiers"

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile; in any of the categories."""
        if not values["categories"]:
            return Q(price_tier__in=values["tiers"])
        found = NOBODY
        for one in values["categories"]:
            found |= Q(In(text_of("price_tiers", str(one)), [Value(str(tier)) for tier in values["tiers"]]))
        return found

    def needs(self, values: Values) -> Q | None:
        """Somebody has a tier."""
        return Q(price_tier__isnull=False)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Which prices, and where."""
        tiers = _(" or ").join(str(Tier(one).label) for one in values["tiers"])
        if not values["categories"]:
            return _("buy at %(tiers)s") % {"tiers": tiers}
        words = {"tiers": tiers, "categories": names.told("category", values["categories"])}
        return _("buy from %(categories)s at %(tiers)s") % words


@rules.register
class DiscountShare(Rule):
    """How much of what they spent was below its usual price."""

    name, label, group = "discount_share", gettext_lazy("buy at a discount"), TASTE
    Form = PercentForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile; who bought nothing is not meant."""
        return between("discount_share", values, in_percent=True)

    def needs(self, values: Values) -> Q | None:
        """It is known of somebody."""
        return Q(discount_share__isnull=False)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """How much."""
        return _("bought %(share)s of what they bought at a discount") % {"share": percent_told(values)}
