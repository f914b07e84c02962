"""What the owner wants to see of the journey: of which days, from where, with which device, of whose visits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import get_default_timezone, localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.events.days import DAY
from personalization.events.identifiers import first_id
from personalization.people.journeys.steps import DIRECT, Step
from personalization.people.journeys.which import PERSON, Visits, midnight, visits_of
from personalization.people.rules.journey import DayField
from personalization.people.rules.place import Device
from personalization.people.segments.models import Segment

PERIODS, USUAL, OWN = (7, 28, 90), 28, "own"
BY = ("source", "device", "segment")
SOURCE, MEDIUM = "source:", "medium:"
# By the primary key of the memberships, once for each of these people.
_MEMBER = f"{PERSON} IN (SELECT person FROM personalization_membership WHERE segment_id = %s AND part = 0)"  # noqa: S608


@dataclass(frozen=True)
class Asked:
    """The visits in question. `now` is how far they have been followed: until then the last days reach."""

    now: datetime
    days: int | None = USUAL
    since: date | None = None
    until: date | None = None
    source: str = ""
    medium: str = ""
    device: str = ""
    segment: Segment | None = None
    by: str = BY[0]

    @property
    def values(self) -> dict[str, Any]:
        """The same as the rule of segments has it."""
        return {
            "days": self.days, "since": self.since, "until": self.until,
            "sources": [self.source] if self.source else [], "mediums": [self.medium] if self.medium else [],
            "devices": [self.device] if self.device else [],
        }  # fmt: skip

    def visits(self) -> Visits:
        """As a condition."""
        return self._of_segment(visits_of(self.values, now=self.now))

    def visits_before(self) -> Visits:
        """Those of as many days before them."""
        start, end = self.bounds
        found = visits_of(self.values | {"days": None, "since": None, "until": None}, now=self.now)
        found = found.narrowed("one.id >= %s", first_id(start - (end - start))).narrowed("one.id < %s", first_id(start))
        return self._of_segment(found)

    def visits_from_anywhere(self) -> Visits:
        """Those of the days, from wherever: what the owner may choose among."""
        return visits_of(self.values | {"sources": [], "mediums": [], "devices": []}, now=self.now)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first moment, and the one after the last."""
        if self.since and self.until:
            return midnight(self.since), midnight(self.until + DAY)
        return self.now - timedelta(days=self.days or USUAL), self.now

    @property
    def is_long(self) -> bool:
        """Days would be too many to be told one by one: weeks are."""
        start, end = self.bounds
        return end - start > timedelta(days=60)

    @property
    def days_told(self) -> str:
        """The days in words."""
        if self.since and self.until:
            since, until = (date_format(one, "j M Y") for one in (self.since, self.until))
            return since if since == until else _("%(since)s to %(until)s") % {"since": since, "until": until}
        return ngettext("last %(n)s day", "last %(n)s days", self.days or 0) % {"n": self.days}

    @property
    def narrowed_told(self) -> list[str]:
        """What else was chosen, in words."""
        told = [self.source, self.medium, str(Device(self.device).label) if self.device else ""]
        return [one for one in (*told, self.segment.name if self.segment else "") if one]

    def tree(self, step: Step) -> dict[str, Any]:
        """The people who left at a step, as a segment keeps them."""
        days = {"since": self.since and self.since.isoformat(), "until": self.until and self.until.isoformat()}
        params = self.values | days | {"reached": step.key, "is_last": True, "is_still": False}
        rules: list[dict[str, Any]] = [{"rule": "journey", "params": params}]
        if self.segment:
            rules.append({"rule": "segment", "params": {"segments": [self.segment.pk]}})
        return {"all": rules}

    def _of_segment(self, visits: Visits) -> Visits:
        return visits.narrowed(_MEMBER, self.segment.pk) if self.segment else visits


class JourneyForm(forms.Form):
    """The choice above the page. What is left out, or makes no sense, is as usual."""

    period = forms.ChoiceField(label=gettext_lazy("Which days"), required=False, initial=str(USUAL))
    since = DayField(label=gettext_lazy("First day"))
    until = DayField(label=gettext_lazy("Last day"))
    whence = forms.CharField(label=gettext_lazy("Came from"), required=False, widget=forms.Select, max_length=120)
    device = forms.ChoiceField(
        label=gettext_lazy("Device"), required=False, choices=[("", gettext_lazy("any")), *Device.choices]
    )
    segment = forms.ModelChoiceField(
        Segment.objects.in_use().filter(is_live=False), label=gettext_lazy("Segment"), required=False,
        empty_label=gettext_lazy("everybody"),
    )  # fmt: skip
    by = forms.ChoiceField(required=False, choices=[(one, one) for one in BY], widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__({"period": str(USUAL), **{name: data[name] for name in self.base_fields if name in data}})
        days = [(str(n), ngettext("last %(n)s day", "last %(n)s days", n) % {"n": n}) for n in PERIODS]
        self.fields["period"].choices = [*days, (OWN, _("days of my own"))]  # type: ignore[attr-defined]
        self.use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        """Days of one's own have a first one, and the last one is not before it."""
        cleaned = super().clean() or {}
        if cleaned.get("period") != OWN:
            return cleaned
        since, until = cleaned.get("since"), cleaned.get("until")
        if since is None and "since" not in self.errors:
            self.add_error("since", _("Say from which day on."))
        elif since and until and until < since:
            self.add_error("until", _("This is before the first day: exchange them."))
        return cleaned

    def asked(self, *, now: datetime) -> Asked:
        """What makes sense of it."""
        self.is_valid()
        found, whence = self.cleaned_data, str(self.cleaned_data.get("whence") or "")
        is_own = found.get("period") == OWN and bool(found.get("since")) and not self.errors
        return Asked(
            now=now,
            days=None if is_own else _days(found.get("period")),
            since=found["since"] if is_own else None,
            until=(found.get("until") or max(found["since"], localdate(now, get_default_timezone())))
            if is_own
            else None,
            source=whence.removeprefix(SOURCE) if whence.startswith(SOURCE) else "",
            medium=whence.removeprefix(MEDIUM) if whence.startswith(MEDIUM) else "",
            device=found.get("device") or "",
            segment=found.get("segment"),
            by=found.get("by") or BY[0],
        )

    def offer(self, whences: Mapping[str, list[str]], *, asked: Asked) -> None:
        """What can be chosen as the place that they came from; what was chosen is among it."""
        kept = str(self["whence"].value() or "")
        groups: list[Any] = [("", _("anywhere"))]
        for prefix, heading in ((MEDIUM, _("Medium")), (SOURCE, _("Source"))):
            names = whences.get(prefix, [])
            chosen = kept.removeprefix(prefix) if kept.startswith(prefix) else ""
            names = names if not chosen or chosen in names else [chosen, *names]
            if names:
                groups.append((heading, [(prefix + one, source_told(one)) for one in names]))
        self.fields["whence"].widget.choices = groups


def source_told(source: str) -> str:
    """What a source is called; coming from nowhere that is known has a name, too."""
    return _("direct") if source == DIRECT else source


def _days(period: Any) -> int:
    return int(period) if period in [str(one) for one in PERIODS] else USUAL
