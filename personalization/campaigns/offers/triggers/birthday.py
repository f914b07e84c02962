"""Have their birthday soon, as far as the shop's hook for demographics tells it."""

from datetime import datetime, timedelta

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from personalization.campaigns.offers.trigger import Trigger, triggers
from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.profiles.models import Profile
from personalization.people.rules.demographics import BIRTHDAY
from personalization.people.rules.rule import rules


class BirthdayForm(forms.Form):
    """How many days before."""

    days = forms.IntegerField(
        label=gettext_lazy("So many days before"), initial=3, min_value=0, max_value=60,
        help_text=gettext_lazy("0 means on the day itself."),
    )  # fmt: skip


@triggers.register
class Birthday(Trigger):
    """Each year's birthday is an occasion of its own."""

    name, label = "birthday", gettext_lazy("who have their birthday soon")
    Form = BirthdayForm

    def people(self, values: Values, *, since: datetime, now: datetime) -> Q | None:
        """As the rule of segments asks for it."""
        return rules.get("birthday").condition({"days": values["days"]}, now=now)

    def occasion(self, values: Values, person: Profile, *, now: datetime) -> str:
        """The year in which the birthday falls; at the turn of the year that may be the next one."""
        today = timezone.localtime(now).date()
        month_and_day = str(person.demographics.get(BIRTHDAY, ""))[-5:]
        falls_next_year = (
            month_and_day < f"{today:%m-%d}" and (today + timedelta(days=values["days"])).year > today.year
        )
        return f"{today.year + falls_next_year}"

    def needs(self, values: Values) -> Q | None:
        """A birthday is known of somebody."""
        return Q(demographics__has_key=BIRTHDAY)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """How long before."""
        days = values["days"]
        told = ngettext("%(n)s day before their birthday", "%(n)s days before their birthday", days)
        return told % {"n": days} if days else str(gettext_lazy("on their birthday"))
