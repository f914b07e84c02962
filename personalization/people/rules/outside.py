"""What it is like outside where they are, and what time it is: answered from the moment of the page."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.ends import ends_told
from personalization.people.rules.rule import Visit, rules
from personalization.people.rules.this_visit import Live, is_between
from personalization.people.weather.now import Sign

MIDNIGHT = 24


class WeatherForm(forms.Form):
    """How warm, and what it does; of both, what is filled in."""

    least = forms.IntegerField(
        label=gettext_lazy("From, in °C"), required=False, initial=28, min_value=-60, max_value=60,
        help_text=gettext_lazy("28 is a hot day. An empty end is open."),
    )  # fmt: skip
    most = forms.IntegerField(label=gettext_lazy("To, in °C"), required=False, min_value=-60, max_value=60)
    signs = forms.MultipleChoiceField(
        label=gettext_lazy("Any of these"), choices=Sign.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: whatever it does."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Something is filled in, and the right way round."""
        cleaned = super().clean() or {}
        least, most = cleaned.get("least"), cleaned.get("most")
        if least is None and most is None and not cleaned.get("signs") and not self.errors:
            raise forms.ValidationError(_("Fill in a temperature, or choose what it does."))
        if least is not None and most is not None and most < least:
            self.add_error("most", _("This is less than the first: exchange them."))
        return cleaned


@rules.register
class WeatherNow(Live):
    """The weather where they are now; nobody is meant where nobody tells of it."""

    name, label = "weather", gettext_lazy("are where it is hot, cold, wet or windy now")
    Form = WeatherForm
    looks_at = ("temperature", "signs")

    def holds(self, values: Values, visit: Visit) -> bool:
        """Warm or cold enough, and doing any of what is chosen."""
        if (values["least"] is not None or values["most"] is not None) and visit.temperature is None:
            return False
        return is_between(visit.temperature or 0, values) and (
            not values["signs"] or not visit.signs.isdisjoint(values["signs"])
        )

    def describe(self, values: Values, names: Names = ASK) -> str:
        """How warm, and what it does."""
        told = []
        if values["least"] is not None or values["most"] is not None:
            told.append(_("it is %(degrees)s") % {"degrees": _degrees(values)})
        if values["signs"]:
            told.append(_(" or ").join(str(Sign(one).label) for one in values["signs"]))
        return _("are where %(weather)s now") % {"weather": _(" and ").join(told)}


class HourForm(forms.Form):
    """From an hour to an hour, on certain days; by the shop's clock."""

    from_hour = forms.IntegerField(
        label=gettext_lazy("From, o'clock"), initial=17, min_value=0, max_value=MIDNIGHT - 1,
        help_text=gettext_lazy("By the shop's clock."),
    )  # fmt: skip
    to_hour = forms.IntegerField(
        label=gettext_lazy("Until, o'clock"), initial=22, min_value=1, max_value=MIDNIGHT,
        help_text=gettext_lazy("An earlier hour than the first is one of the next day."),
    )  # fmt: skip
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On these days only"), required=False, coerce=int, choices=lambda: list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("None chosen: every day of the week."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """It does not end as it begins."""
        cleaned = super().clean() or {}
        if cleaned.get("from_hour") is not None and cleaned.get("from_hour") == cleaned.get("to_hour"):
            self.add_error("to_hour", _("It would end as it begins: choose another hour."))
        return cleaned


@rules.register
class HourNow(Live):
    """The hour of the day, and the day of the week."""

    name, label = "visit_hour", gettext_lazy("are here at a certain hour or on a certain day")
    Form = HourForm
    looks_at = ("hour", "weekday")

    def holds(self, values: Values, visit: Visit) -> bool:
        """Within these hours. Those over midnight belong to the day on which they begin."""
        if visit.hour is None or visit.weekday is None:
            return False
        since, until, days = values["from_hour"], values["to_hour"], values["weekdays"]
        if since < until:
            return since <= visit.hour < until and _is_day(visit.weekday, days)
        if visit.hour >= since:
            return _is_day(visit.weekday, days)
        return visit.hour < until and _is_day((visit.weekday - 1) % len(WEEKDAYS), days)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """When."""
        told = _("are here between %(from_hour)s:00 and %(to_hour)s:00") % values
        days = ", ".join(str(WEEKDAYS_ABBR[day]) for day in values["weekdays"])
        return f"{told} ({days})" if days else told


def _is_day(weekday: int, days: list[int]) -> bool:
    return not days or weekday in days


def _degrees(values: Values) -> str:
    return ends_told(
        values,
        least=lambda _n: _("%(n)s °C or warmer"),
        most=lambda _n: _("%(n)s °C or colder"),
        exactly=lambda _n: _("just %(n)s °C"),
        both=_("%(least)s to %(most)s °C"),
    )
