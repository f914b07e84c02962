"""What an account agreed to, by its last answer."""

from datetime import datetime

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.events.consent import Purpose
from personalization.events.models import AccountConsent
from personalization.people.rules.groups import CONTACT
from personalization.people.rules.rule import Rule, rules


class ConsentForm(forms.Form):
    """To what."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("Agreed to"), choices=list(Purpose.LABELS.items()), initial=Purpose.EMAIL,
        help_text=gettext_lazy("By the last answer of the account, on whatever device."),
    )  # fmt: skip


@rules.register
class Agreed(Rule):
    """The account said yes to this."""

    name, label, group = "consent", gettext_lazy("agreed to something"), CONTACT
    Form = ConsentForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the last answers."""
        agreed = AccountConsent.objects.filter(purposes__contains=[values["purpose"]])
        return Q(user_id__in=agreed.values("user_id"))

    def describe(self, values: Values, names: Names = ASK) -> str:
        """To what."""
        return _("agreed to “%(purpose)s”") % {"purpose": Purpose.LABELS[values["purpose"]]}
