"""People named one by one: a list of e-mails or account numbers, kept as the accounts' numbers."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.groups import LISTS
from personalization.people.rules.rule import Rule, rules

MOST, TOLD, LARGEST = 10_000, 3, 2**63
# Stands on a list in the place of somebody who was erased: no account has this number.
ERASED = 0


class AccountsField(forms.Field):
    """E-mails and account numbers, one after the other. Reads a list of numbers too, as it is stored."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> list[int]:
        """The numbers, each once; an e-mail that belongs to nobody is refused by name."""
        if isinstance(value, list | tuple):
            return sorted({one for one in value if type(one) is int and ERASED <= one < LARGEST})[:MOST]
        words = list(dict.fromkeys(re.split(r"[\s,;]+", str(value or "").replace("\0", "").strip())))
        if len(words) > MOST:
            raise ValidationError(_("These are more than %(n)s: make several lists.") % {"n": MOST})
        emails = {one.lower() for one in words if "@" in one}
        numbers = {int(one) for one in words if one.isdecimal() and len(one) < 19}
        self._refuse([one for one in words if one and "@" not in one and not one.isdecimal()])
        found = _accounts(emails)
        self._refuse([one for one in words if one.lower() in emails - set(found.values())])
        return sorted(numbers | set(found))

    def prepare_value(self, value: Any) -> Any:
        """One to a line."""
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value

    def _refuse(self, words: list[str]) -> None:
        if words:
            named = ", ".join(f"“{one[:100]}”" for one in words[:TOLD])
            raise ValidationError(_("No account is known as %(names)s: take it out or mend it.") % {"names": named})


class NamedForm(forms.Form):
    """Who."""

    accounts = AccountsField(
        label=gettext_lazy("E-mails or account numbers"),
        help_text=gettext_lazy("One to a line. Only the numbers of the accounts are kept."),
    )


@rules.register
class Named(Rule):
    """Exactly these."""

    name, label, group = "named", gettext_lazy("are on a list of e-mails or numbers"), LISTS
    Form = NamedForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the account."""
        return Q(user_id__in=values["accounts"])

    def describe(self, values: Values, names: Names = ASK) -> str:
        """How many; who they are, not everybody may see."""
        count = sum(1 for one in values["accounts"] if one != ERASED)
        return ngettext("are on a list of %(n)s account", "are on a list of %(n)s accounts", count) % {"n": count}


def _accounts(emails: set[str]) -> dict[int, str]:
    if not emails:
        return {}
    people = get_user_model()._default_manager.annotate(lowered=Lower(get_user_model().get_email_field_name()))
    return dict(people.filter(lowered__in=emails).values_list("pk", "lowered"))
