"""What they came for, by the door that they chose."""

from datetime import datetime

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values
from personalization.events.models import Visitor
from personalization.people.models import Preference
from personalization.people.rules.groups import TASTE
from personalization.people.rules.rule import Rule, rules


class InterestForm(forms.Form):
    """Which doors."""

    doors = ChosenField("door", label=gettext_lazy("Doors"), help_text=gettext_lazy("Any of them will do."))


@rules.register
class Interest(Rule):
    """They chose one of these."""

    name, label, group = "interest", gettext_lazy("came in by a certain door"), TASTE
    Form = InterestForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By what is kept: of an account, or of a browser; a browser that signed in since is its account's."""
        told = Preference.objects.filter(what=Preference.What.INTEREST, value__in=[str(one) for one in values["doors"]])
        strangers = told.filter(user_id=None).values("visitor_id")
        linked = Visitor.objects.filter(pk__in=strangers, user__isnull=False).values("user")
        accounts = told.filter(user_id__isnull=False).values("user_id")
        return Q(user_id__in=accounts) | Q(user_id__in=linked) | Q(user_id=None, person__in=strangers)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Which."""
        return _("came in by: %(doors)s") % {"doors": names.told("door", values["doors"])}
