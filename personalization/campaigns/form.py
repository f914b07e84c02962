"""What the form of every campaign has: whom it is for, and when; and what does not go together, in words."""

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from personalization.campaigns.audience import Audience
from personalization.campaigns.hours import Hours
from personalization.campaigns.link import is_own_page
from personalization.chosen.choosable import choosables
from personalization.chosen.field import ChosenField

AUDIENCE_FIELDS = ("audience_in", "audience_not_in")
HOURS_FIELDS = ("hours_days", "hours_since", "hours_until")
# As the fieldset "When" of the admin lists them.
WHEN_FIELDS = ("status", ("starts_at", "ends_at"), "hours_days", ("hours_since", "hours_until"))


class CampaignForm(forms.ModelForm):  # type: ignore[type-arg]
    """Fields that stand for what a campaign keeps as JSON. The admin names the model."""

    audience_in = ChosenField(
        "segment", label=_("Only people in"), required=False,
        help_text=_("Any of these segments will do. Nothing chosen: everybody."),
    )  # fmt: skip
    audience_not_in = ChosenField(
        "segment", label=_("Nobody in"), required=False,
        help_text=_("Whoever is in one of these segments does not see it."),
    )  # fmt: skip
    hours_days = forms.TypedMultipleChoiceField(
        label=_("On these days only"), required=False, coerce=int, choices=lambda: list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: every day of the week."),
    )  # fmt: skip
    hours_since = forms.TimeField(
        label=_("Each day from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("By the shop's clock. Empty: from midnight."),
    )  # fmt: skip
    hours_until = forms.TimeField(
        label=_("Each day until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Empty: until midnight. An earlier hour than the first is one of the next day."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        audience, hours = self.instance.for_whom, self.instance.at_hours
        kept = (list(audience.among), list(audience.but), list(hours.days), hours.since, hours.until)
        for name, value in zip((*AUDIENCE_FIELDS, *HOURS_FIELDS), kept, strict=True):
            if name in self.fields:
                self.fields[name].initial = value
        for name in {"starts_at", "ends_at"} & self.fields.keys():
            _name_parts(self.fields[name])

    def clean(self) -> dict[str, Any]:
        """Puts audience and hours where they are stored."""
        cleaned = super().clean() or {}
        self._take_audience(cleaned)
        self._take_hours(cleaned)
        since, until = cleaned.get("starts_at"), cleaned.get("ends_at")
        if since and until and until <= since:
            self.add_error("ends_at", _("It would end before it begins: choose a later end."))
        return cleaned

    def _take_audience(self, cleaned: dict[str, Any]) -> None:
        if not set(AUDIENCE_FIELDS) <= self.fields.keys():
            return
        among, but = (tuple(cleaned.get(name) or ()) for name in AUDIENCE_FIELDS)
        self.instance.audience = Audience(among, but).stored()
        if both := set(among) & set(but):
            names = ", ".join(
                _("“%(title)s”") % {"title": one} for one in choosables.get("segment").names(both).values()
            )
            text = _("Nobody is in %(names)s and not in it: take it out on one of the two sides.")
            self.add_error("audience_not_in", ValidationError(text, params={"names": names}))

    def _take_hours(self, cleaned: dict[str, Any]) -> None:
        if not set(HOURS_FIELDS) <= self.fields.keys():
            return
        days, since, until = (cleaned.get(name) for name in HOURS_FIELDS)
        if since is not None and since == (until or time.min):
            self.add_error("hours_until", _("It would end as it begins: choose another hour, or leave both empty."))
        self.instance.hours = Hours(tuple(days or ()), since, until).stored()


def own_page(link: Any) -> str:
    """The address of a page of this shop, or nothing. Raises ValidationError for one that leads elsewhere."""
    told = str(link).strip()
    if told and not is_own_page(told):
        raise ValidationError(_("Give a page of this shop that begins with one slash, for example /catalogue/."))
    return told


def _name_parts(field: forms.Field) -> None:
    # The admin draws a moment as two inputs and labels neither: a screen reader would say "edit text" twice.
    for part, told in zip(getattr(field.widget, "widgets", ()), (_("date"), _("time")), strict=False):
        part.attrs["aria-label"] = f"{field.label}: {told}"
