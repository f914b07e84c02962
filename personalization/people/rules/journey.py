"""How far they came on a visit, and where they left: what a click on the picture of the journey asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.events.identifiers import first_id
from personalization.people.journeys.steps import DIRECT, Step, step_named
from personalization.people.rules.deeds import among
from personalization.people.rules.ends import WindowForm, sentence, window_told
from personalization.people.rules.groups import BEHAVIOUR
from personalization.people.rules.listed import WordsField, told
from personalization.people.rules.place import Device, devices_told
from personalization.people.rules.rule import Rule, rules

DAY = timedelta(days=1)


def day_field(label: Any, help_text: Any) -> forms.DateField:
    """A day of the shop's calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=False, widget=widget)


class JourneyForm(WindowForm):
    """How far, on which visits and when."""

    reached = forms.ChoiceField(
        label=gettext_lazy("They came as far as"), initial=Step.BASKET.key,
        choices=[(step.key, step.label) for step in Step],
    )  # fmt: skip
    is_last = forms.BooleanField(
        label=gettext_lazy("… and no further on that visit"), required=False, initial=True,
        help_text=gettext_lazy("A step counts as done if a later one was."),
    )  # fmt: skip
    is_still = forms.BooleanField(
        label=gettext_lazy("… nor on a later one"), required=False,
        help_text=gettext_lazy("Who came back and went further does not count."),
    )  # fmt: skip
    sources = WordsField(
        label=gettext_lazy("Sources"), required=False,
        help_text=gettext_lazy("Exactly as the journey names them, with commas between them; “direct”: from nowhere."),
    )  # fmt: skip
    mediums = WordsField(
        label=gettext_lazy("Media"), required=False,
        help_text=gettext_lazy("cpc for advertisements, organic for search engines, social, referral, email."),
    )  # fmt: skip
    devices = forms.MultipleChoiceField(
        label=gettext_lazy("Devices"), required=False, choices=Device.choices, widget=forms.CheckboxSelectMultiple
    )
    since = day_field(gettext_lazy("First day"), gettext_lazy("Instead of the last days: from this day on."))
    until = day_field(gettext_lazy("Last day"), gettext_lazy("Up to the end of this day."))
    field_order = ["reached", "is_last", "is_still", "days", "since", "until", "sources", "mediums", "devices"]

    def clean(self) -> dict[str, Any]:
        """The last days or days of the calendar, the right way round."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if cleaned.get("days") and (since or until):
            self.add_error("days", _("Either the last days, or a first and a last one: empty one of the two."))
        if since and until and until < since:
            self.add_error("until", _("This is before the first day: exchange them."))
        return cleaned


@dataclass(frozen=True)
class Visits:
    """Which visits are meant. Conditions are constants of ours; what an owner wrote is only ever a parameter."""

    where: tuple[str, ...] = ()
    params: tuple[Any, ...] = ()

    def narrowed(self, condition: str, *params: Any) -> "Visits":
        """Those of which this holds, too."""
        return Visits((*self.where, condition), (*self.params, *params))

    @property
    def sql(self) -> str:
        """As a condition on `one`, a row of the journeys."""
        return " AND ".join(self.where) or "TRUE"


# What an unnamed visitor did before it signed in belongs to the account to which it is linked.
PERSON = "personalization_person(coalesce(one.user_id, visitor.user_id), one.visitor_id)"
JOURNEYS = "personalization_journey AS one LEFT JOIN personalization_visitor AS visitor ON visitor.id = one.visitor_id"

_MEANT = f"SELECT {PERSON} FROM {JOURNEYS} WHERE {{compared}} AND {{where}}"  # noqa: S608 - words of our own
_STILL = f"""
SELECT person FROM (
    SELECT {PERSON} AS person, max(one.started_at) FILTER (WHERE {{compared}} AND {{where}}) AS left_at,
           max(one.started_at) FILTER (WHERE one.deepest > %s) AS further_at
    FROM {JOURNEYS} WHERE one.deepest >= %s GROUP BY 1
) AS person WHERE left_at IS NOT NULL AND (further_at IS NULL OR further_at < left_at)
"""  # noqa: S608 - words of our own


def visits_of(values: Values, *, now: datetime) -> Visits:
    """Those within the time, and of the source and device."""
    found = Visits()
    if values["days"]:
        found = found.narrowed("one.id >= %s", first_id(now - values["days"] * DAY))
    if values["since"]:
        found = found.narrowed("one.id >= %s", first_id(midnight(values["since"])))
    if values["until"]:
        found = found.narrowed("one.id < %s", first_id(midnight(values["until"] + DAY)))
    if values["sources"]:
        found = found.narrowed(f"lower(coalesce(nullif(one.source, ''), '{DIRECT}')) = ANY(%s::text[])",
                               [one.lower() for one in values["sources"]])  # fmt: skip
    if values["mediums"]:
        found = found.narrowed("lower(one.medium) = ANY(%s::text[])", [one.lower() for one in values["mediums"]])
    return found.narrowed("one.device = ANY(%s::text[])", values["devices"]) if values["devices"] else found


def midnight(day: date) -> datetime:
    """The beginning of a day by the shop's clock."""
    return timezone.make_aware(datetime.combine(day, time()), timezone.get_default_timezone())


@rules.register
class JourneyRule(Rule):
    """Visits that came as far as a step, and no further."""

    name, label, group = "journey", gettext_lazy("came so far on the way to an order"), BEHAVIOUR
    Form = JourneyForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the visits that were followed."""
        step, visits = _step(values), visits_of(values, now=now)
        told = {"compared": "one.deepest = %s" if values["is_last"] else "one.deepest >= %s", "where": visits.sql}
        if not values["is_still"]:
            return among(_MEANT.format(**told), [step, *visits.params])
        return among(_STILL.format(**told), [step, *visits.params, step, step])

    def describe(self, values: Values, names: Names = ASK) -> str:
        """How far, on which visits, when."""
        words = (_LEFT if values["is_last"] else _CAME)[_step(values)]()
        still = _("and have not come further since") if values["is_still"] and _step(values) != Step.ORDER else ""
        return sentence(words, _whence(values), window_told(values) or _days_told(values), still)


def _step(values: Values) -> Step:
    found = step_named(values["reached"])
    return Step.VISIT if found is None else found


_Words = dict[Step, Callable[[], str]]
_CAME: _Words = {
    Step.VISIT: lambda: _("came on a visit"),
    Step.VIEW: lambda: _("on one visit looked at goods"),
    Step.BASKET: lambda: _("on one visit put goods into the basket"),
    Step.CHECKOUT: lambda: _("on one visit began the checkout"),
    Step.ORDER: lambda: _("on one visit ordered"),
}
_LEFT: _Words = _CAME | {
    Step.VISIT: lambda: _("on one visit came and looked at no goods"),
    Step.VIEW: lambda: _("on one visit looked at goods and put none into the basket"),
    Step.BASKET: lambda: _("on one visit filled the basket and did not begin the checkout"),
    Step.CHECKOUT: lambda: _("on one visit began the checkout and did not order"),
}


def _whence(values: Values) -> str:
    parts = []
    if values["sources"]:
        parts.append(_("from %(sources)s") % {"sources": told(values["sources"])})
    if values["mediums"]:
        parts.append(_("by way of %(mediums)s") % {"mediums": told(values["mediums"])})
    if values["devices"]:
        parts.append(_("with: %(devices)s") % {"devices": devices_told(values)})
    return f"({', '.join(parts)})" if parts else ""


def _days_told(values: Values) -> str:
    since, until = (date_format(values[one], "j M Y") if values[one] else "" for one in ("since", "until"))
    if since and since == until:
        return _("on %(day)s") % {"day": since}
    if since and until:
        return _("from %(since)s to %(until)s") % {"since": since, "until": until}
    if since:
        return _("since %(day)s") % {"day": since}
    return _("up to %(day)s") % {"day": until} if until else ""
