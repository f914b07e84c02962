"""What the shop itself knows of its customers: age, household, whatever its hook tells; and birthdays."""

from calendar import isleap
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import DecimalField, Func, Q, TextField, Value
from django.db.models.functions import Lower
from django.db.models.lookups import GreaterThanOrEqual, In, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.profiles.names import known_told
from personalization.people.rules.ends import amount_told
from personalization.people.rules.groups import PERSON
from personalization.people.rules.listed import WordsField, told
from personalization.people.rules.rule import Rule, rules
from personalization.people.rules.taste import text_of

BIRTHDAY = "birthday"


class DemographicsForm(forms.Form):
    """What is known, and what it must be: certain words, or a number between two ends."""

    key = forms.CharField(
        label=gettext_lazy("What is known"), max_length=100,
        help_text=gettext_lazy("As the shop calls it: age, income, household size."),
    )  # fmt: skip
    values = WordsField(
        label=gettext_lazy("Is one of"), required=False, help_text=gettext_lazy("With commas between them.")
    )
    least = forms.DecimalField(label=gettext_lazy("Or from"), required=False, max_digits=14, decimal_places=2)
    most = forms.DecimalField(
        label=gettext_lazy("To"), required=False, max_digits=14, decimal_places=2,
        help_text=gettext_lazy("Of a number; an empty end is open."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Words or an end, and the ends the right way round."""
        cleaned = super().clean() or {}
        least, most = cleaned.get("least"), cleaned.get("most")
        if not self.errors and not cleaned.get("values") and least is None and most is None:
            raise forms.ValidationError(_("Say which values are meant, or from where to where."))
        if least is not None and most is not None and most < least:
            self.add_error("most", _("This is less than the first: exchange them."))
        return cleaned


@rules.register
class Demographics(Rule):
    """A thing known of the customer."""

    name, label, group = "demographics", gettext_lazy("are of a certain age, household …"), PERSON
    Form = DemographicsForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile; of whom it is not known is not meant."""
        found = Q(demographics__has_key=values["key"])
        if values["values"]:
            found &= _is_one_of(values["key"], values["values"])
        number = _number(values["key"])
        if values["least"] is not None:
            found &= Q(GreaterThanOrEqual(number, values["least"]))
        if values["most"] is not None:
            found &= Q(LessThanOrEqual(number, values["most"]))
        return found

    def needs(self, values: Values) -> Q | None:
        """This is known of somebody."""
        return Q(demographics__has_key=values["key"])

    def describe(self, values: Values, names: Names = ASK) -> str:
        """What is known, and what it must be."""
        parts = [told(values["values"])] if values["values"] else []
        if values["least"] is not None or values["most"] is not None:
            parts.append(amount_told(values))
        words = {"what": known_told(values["key"]), "value": ", ".join(parts)}
        return _("have as %(what)s: %(value)s") % words


class BirthdayForm(forms.Form):
    """Within how many days."""

    days = forms.IntegerField(
        label=gettext_lazy("Within the next days"), initial=7, min_value=0, max_value=60,
        help_text=gettext_lazy("0 means today."),
    )  # fmt: skip


@rules.register
class Birthday(Rule):
    """The birthday is near."""

    name, label, group = "birthday", gettext_lazy("will soon have their birthday"), PERSON
    Form = BirthdayForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile: a date, or a day of the year as 03-15, whatever the year of birth."""
        days = days_ahead(timezone.localtime(now).date(), values["days"])
        told = Func(text_of("demographics", BIRTHDAY), Value(5), function="right", output_field=TextField())
        return Q(In(told, [Value(one) for one in days]))

    def needs(self, values: Values) -> Q | None:
        """A birthday is known of somebody."""
        return Q(demographics__has_key=BIRTHDAY)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Until when."""
        days = values["days"]
        if not days:
            return _("have their birthday today")
        told_days = ngettext("have their birthday within %(n)s day", "have their birthday within %(n)s days", days)
        return told_days % {"n": days}


def days_ahead(today: date, days: int) -> list[str]:
    """Today and so many days more, as 03-15. Who was born on 29 February keeps it on the 28th in other years."""
    ahead = [today + timedelta(days=one) for one in range(days + 1)]
    found = [f"{one:%m-%d}" for one in ahead]
    if any((one.month, one.day) == (2, 28) and not isleap(one.year) for one in ahead):
        found.append("02-29")
    return found


def _is_one_of(key: str, words: list[str]) -> Q:
    lowered = [word.lower() for word in words]
    found = Q(In(Lower(text_of("demographics", key)), [Value(one) for one in lowered]))
    for word in words:
        # Of several, such as the allergies of a household, any will do.
        found |= Q(demographics__contains={key: [word]})
    return found


def _number(key: str) -> Func:
    # A number may be kept as a text; any other text is no number, and must not end the statement.
    return Func(
        text_of("demographics", key), output_field=DecimalField(),
        template=r"(substring(%(expressions)s from '^\s*-?\d{1,12}(?:\.\d{1,6})?\s*$')::numeric)",
    )  # fmt: skip
