"""What a person may say about their taste, as a form of plain fields."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from personalization.events.consent import Purpose
from personalization.people.models import Preference

What = Preference.What
Wish = tuple[str, int, str]
LIKED, MUTED = "liked", "muted"
OPINIONS = (("", _("As it comes")), (LIKED, _("More")), (MUTED, _("None of it")))
CHANNELS = (
    ("", _("No preference")),
    (Purpose.EMAIL, _("E-mail")),
    (Purpose.SMS, _("Text message")),
    (Purpose.PUSH, _("Notification on my device")),
)
HOURS = [("", _("No preference")), *((str(hour), f"{hour:02}:00–{(hour + 1) % 24:02}:00") for hour in range(24))]
# All that this form tells; saving it replaces these and nothing else.
TOLD = (
    What.MUTED_CATEGORY,
    What.MUTED_BRAND,
    What.LIKED_CATEGORY,
    What.LIKED_BRAND,
    What.SIZE,
    What.REGION,
    What.CHANNEL,
    What.HOUR,
)
LONGEST = 100


class TasteForm(forms.Form):
    """Departments and brands to see more or nothing of; sizes, region, and how and when to be written to."""

    region = forms.CharField(label=_("Where you live"), max_length=LONGEST, required=False, strip=True)
    channel = forms.ChoiceField(label=_("If we write to you, by"), choices=CHANNELS, required=False)
    hour = forms.ChoiceField(label=_("Best time of day"), choices=HOURS, required=False)

    def __init__(
        self,
        *args: Any,
        departments: Mapping[int, str],
        brands: Sequence[str],
        sizes: Sequence[str],
        told: Iterable[Wish] = (),
        **kwargs: Any,
    ) -> None:
        self.told = set(told)
        super().__init__(*args, **{"initial": self._first_values()} | kwargs)
        self._subjects: dict[str, tuple[str, str, int, str]] = {}
        for pk, name in departments.items():
            self._ask(f"department_{pk}", name, What.LIKED_CATEGORY, What.MUTED_CATEGORY, subject=(pk, ""))
        for brand in dict.fromkeys([*brands, *self._values(What.LIKED_BRAND), *self._values(What.MUTED_BRAND)]):
            self._ask(f"brand_{_key(brand)}", brand, What.LIKED_BRAND, What.MUTED_BRAND, subject=(0, brand))
        choices = dict.fromkeys([*sizes, *self._values(What.SIZE)])
        if choices:
            self.fields["sizes"] = forms.MultipleChoiceField(
                choices=[(size, size) for size in choices],
                initial=self._values(What.SIZE),
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def departments(self) -> Iterator[forms.BoundField]:
        """One question for each department."""
        return (self[name] for name in self.fields if name.startswith("department_"))

    def brands(self) -> Iterator[forms.BoundField]:
        """One question for each brand."""
        return (self[name] for name in self.fields if name.startswith("brand_"))

    def wishes(self) -> list[Wish]:
        """What was said, as rows to keep: (what, subject, value)."""
        said = self.cleaned_data
        found: list[Wish] = []
        for name, (liked, muted, subject_id, value) in self._subjects.items():
            if opinion := said.get(name):
                found.append((liked if opinion == LIKED else muted, subject_id, value))
        found += [(What.SIZE, 0, size) for size in said.get("sizes", ())]
        lone = ((What.REGION, "region"), (What.CHANNEL, "channel"), (What.HOUR, "hour"))
        return found + [(what, 0, said[name]) for what, name in lone if said.get(name)]

    def _ask(self, name: str, label: str, liked: str, muted: str, *, subject: tuple[int, str]) -> None:
        self._subjects[name] = (liked, muted, *subject)
        initial = LIKED if (liked, *subject) in self.told else MUTED if (muted, *subject) in self.told else ""
        self.fields[name] = forms.ChoiceField(
            label=label, choices=OPINIONS, initial=initial, widget=forms.RadioSelect, required=False
        )

    def _values(self, what: str) -> list[str]:
        return sorted(value for kind, _, value in self.told if kind == what)

    def _first_values(self) -> dict[str, Any]:
        return {what: value for what, _, value in self.told if what in (What.REGION, What.CHANNEL, What.HOUR)}


def _key(brand: str) -> str:
    # The name of a field; the brand itself may be any text, and the list may change before the form comes back.
    return sha256(brand.encode()).hexdigest()[:12]
