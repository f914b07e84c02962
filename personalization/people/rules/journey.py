"""How far they came on a visit, and where they left: what a click on the picture of the journey asks for."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.journeys.steps import Step, step_named
from personalization.people.journeys.which import JOURNEYS, PERSON, visits_of
from personalization.people.rules.deeds import among
from personalization.people.rules.ends import WindowForm, sentence, window_told
from personalization.people.rules.groups import BEHAVIOUR
from personalization.people.rules.listed import WordsField, told
from personalization.people.rules.place import Device, devices_told
from personalization.people.rules.rule import Rule, rules


class DayField(forms.DateField):
    """A day of the shop's calendar. Reads whatever stands where one is stored."""

    EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)

    def __init__(self, **more: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(required=False, widget=widget, **more)

    def to_python(self, value: Any) -> date | None:
        """Within the times in which there may have been visits."""
        found = super().to_python(value if isinstance(value, date) else str(value or ""))
        if found is not None and not self.EARLIEST <= found <= self.LATEST:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found


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
    since = DayField(
        label=gettext_lazy("First day"), help_text=gettext_lazy("Instead of the last days: from this day on.")
    )
    until = DayField(label=gettext_lazy("Last day"), help_text=gettext_lazy("Up to the end of this day."))
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


_MEANT = f"SELECT {PERSON} FROM {JOURNEYS} WHERE {{compared}} AND {{where}}"  # noqa: S608 - words of our own
_STILL = f"""
SELECT person FROM (
    SELECT {PERSON} AS person, max(one.started_at) FILTER (WHERE {{compared}} AND {{where}}) AS left_at,
           max(one.started_at) FILTER (WHERE one.deepest > %s) AS further_at
    FROM {JOURNEYS} WHERE one.deepest >= %s GROUP BY 1
) AS person WHERE left_at IS NOT NULL AND (further_at IS NULL OR further_at < left_at)
"""  # noqa: S608 - words of our own


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
