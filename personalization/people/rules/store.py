"""The store in which most of their orders were placed."""

from datetime import datetime

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values
from personalization.people.rules.groups import PERSON
from personalization.people.rules.rule import Rule, rules


class StoreForm(forms.Form):
    """Which stores."""

    stores = ChosenField("store", label=gettext_lazy("Stores"))


@rules.register
class FavouriteStore(Rule):
    """The store where they buy most."""

    name, label, group = "store", gettext_lazy("buy mostly in a certain store"), PERSON
    Form = StoreForm
    one_of = "stores"

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile."""
        found = Q()
        for one in values["stores"]:
            found |= Q(store__iexact=one)
        return found

    def needs(self, values: Values) -> Q | None:
        """A store is known of somebody."""
        return ~Q(store="")

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Which."""
        return _("buy mostly in: %(stores)s") % {"stores": names.told("store", values["stores"])}
