"""A random share of all people: the same people each time, and other people for another rule."""

import secrets
from datetime import datetime

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import among
from personalization.people.rules.groups import LISTS
from personalization.people.rules.rule import Rule, rules

# Of the person and the rule's own word: two shares of the same size are no more alike than chance makes them.
_DRAWN = """
SELECT person FROM personalization_profile
WHERE ('x' || left(md5(person::text || %s), 8))::bit(32)::bigint %% 10000 < %s
"""


def fresh_salt() -> str:
    """A word of its own for each rule."""
    return secrets.token_hex(8)


class ShareForm(forms.Form):
    """How many of a hundred."""

    percent = forms.DecimalField(
        label=gettext_lazy("Per cent"), initial=50, min_value=0, max_value=100, decimal_places=2,
        help_text=gettext_lazy("Always the same people, whatever else they do; “not” means all others."),
    )  # fmt: skip
    salt = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput, initial=fresh_salt)


@rules.register
class Share(Rule):
    """So many of a hundred, by chance."""

    name, label, group = "share", gettext_lazy("belong to a random share"), LISTS
    Form = ShareForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By a hash of the person."""
        return among(_DRAWN, [values["salt"], int(values["percent"] * 100)])

    def describe(self, values: Values, names: Names = ASK) -> str:
        """How many."""
        return _("belong to a random %(n)s %% of all people") % {"n": values["percent"].normalize()}
