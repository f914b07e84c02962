"""Goods by how long they have been in the shop."""

from datetime import timedelta

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy, ngettext

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values, number, text
from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.condition import Condition, Surroundings, conditions

DAYS, LONGEST = 30, 36_500


class Age(TextChoices):
    """On which side of the day."""

    NEW = "new", gettext_lazy("so many days, or less")
    OLD = "old", gettext_lazy("longer than that")


class AgeForm(forms.Form):
    """New or old, and what that means."""

    age = forms.ChoiceField(label=gettext_lazy("In the shop for"), choices=Age.choices, initial=Age.NEW)
    days = forms.IntegerField(label=gettext_lazy("Days"), initial=DAYS, min_value=1, max_value=LONGEST)


@conditions.register
class Listed(Condition):
    """Listed so many days ago."""

    name = "age"
    label = gettext_lazy("goods by how long they are in the shop")
    Form = AgeForm

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """What is not known to be listed is neither new nor old."""
        if fact.listed_at is None:
            return False
        days = min(number(values, "days") or DAYS, LONGEST)
        is_old = fact.listed_at < around.context.now - timedelta(days=days)
        return is_old == (text(values, "age") == Age.OLD)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """In words."""
        days = int(number(values, "days") or DAYS)
        if text(values, "age") == Age.OLD:
            told = ngettext("goods that came more than %(n)s day ago", "goods that came more than %(n)s days ago", days)
        else:
            told = ngettext("goods that came within %(n)s day", "goods that came within %(n)s days", days)
        return told % {"n": days}
