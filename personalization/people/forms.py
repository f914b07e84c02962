"""What a person may say about their taste, as a form of plain fields."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
MORE = ((MUTED, _("None of it")), (LIKED, _("More")))
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
# Stands in the line of a category that hangs on another one.
BELOW = " › "


class TasteForm(forms.Form):
    """Departments and brands to see more or nothing of; sizes, region, and how and when to be written to.

    `places` are all categories by their whole line, `find_brand` gives a brand of the shop by its name in any case.
    """

    # A free word only where the shop knows no region: one that nobody else spells so would find no list.
    region = forms.CharField(label=_("Where you live"), max_length=LONGEST, required=False, strip=True)
    another_place = forms.ChoiceField(label=_("Another department"), required=False)
    about_place = forms.ChoiceField(label=_("How much of it"), choices=MORE, required=False)
    another_brand = forms.CharField(label=_("Another brand"), max_length=LONGEST, required=False, strip=True)
    about_brand = forms.ChoiceField(label=_("How much of that brand"), choices=MORE, required=False)
    channel = forms.ChoiceField(label=_("If we write to you, by"), choices=CHANNELS, required=False)
    hour = forms.ChoiceField(label=_("Best time of day"), choices=HOURS, required=False)

    def __init__(
        self,
        *args: Any,
        departments: Mapping[int, str],
        places: Mapping[int, str],
        brands: Sequence[str],
        find_brand: Callable[[str], str] | None = None,
        sizes: Sequence[str],
        regions: Sequence[str] = (),
        told: Iterable[Wish] = (),
        **kwargs: Any,
    ) -> None:
        self.told = set(told)
        self._find_brand = find_brand
        super().__init__(*args, **{"initial": self._first_values(regions)} | kwargs)
        self._subjects: dict[str, tuple[str, str, int, str]] = {}
        self._offer(places, regions)
        for pk, name in {**departments, **self._told_places(places), **departments}.items():
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

    def clean_another_brand(self) -> str:
        """As the shop writes it."""
        asked: str = self.cleaned_data["another_brand"]
        found = self._find_brand(asked) if asked and self._find_brand else ""
        if asked and not found:
            raise forms.ValidationError(_("The shop has nothing of a brand of this name."))
        return found

    def wishes(self) -> list[Wish]:
        """What was said, as rows to keep: (what, subject, value)."""
        said = self.cleaned_data
        found: list[Wish] = []
        for name, (liked, muted, subject_id, value) in self._subjects.items():
            if opinion := said.get(name):
                found.append((liked if opinion == LIKED else muted, subject_id, value))
        found += self._added(said)
        found += [(What.SIZE, 0, size) for size in said.get("sizes", ())]
        lone = ((What.REGION, "region"), (What.CHANNEL, "channel"), (What.HOUR, "hour"))
        return found + [(what, 0, said[name]) for what, name in lone if said.get(name)]

    def _added(self, said: Mapping[str, Any]) -> list[Wish]:
        # Said once more of something that stands above, the newer word counts there.
        place, brand = int(said.get("another_place") or 0), said.get("another_brand", "")
        liked_place, liked_brand = said.get("about_place") == LIKED, said.get("about_brand") == LIKED
        added: list[Wish] = []
        if place and not said.get(f"department_{place}"):
            added.append((What.LIKED_CATEGORY if liked_place else What.MUTED_CATEGORY, place, ""))
        if brand and not said.get(f"brand_{_key(brand)}"):
            added.append((What.LIKED_BRAND if liked_brand else What.MUTED_BRAND, 0, brand))
        return added

    def _offer(self, places: Mapping[int, str], regions: Sequence[str]) -> None:
        below = [(str(pk), line) for pk, line in places.items() if BELOW in line]
        self.fields["another_place"].choices = [("", _("Choose…")), *below]  # type: ignore[attr-defined]
        if not below:
            del self.fields["another_place"], self.fields["about_place"]
        if self._find_brand is None:
            del self.fields["another_brand"], self.fields["about_brand"]
        else:
            self.fields["another_brand"].widget.attrs |= {"list": "pz-brands", "autocomplete": "off"}
        if regions:
            self.fields["region"] = forms.ChoiceField(
                label=self.fields["region"].label,
                choices=[("", _("As the shop thinks")), *((one, one) for one in regions)],
                required=False,
            )

    def _told_places(self, places: Mapping[int, str]) -> dict[int, str]:
        told = {pk for what, pk, _ in self.told if what in (What.LIKED_CATEGORY, What.MUTED_CATEGORY)}
        return {pk: line for pk, line in places.items() if pk in told}

    def _ask(self, name: str, label: str, liked: str, muted: str, *, subject: tuple[int, str]) -> None:
        self._subjects[name] = (liked, muted, *subject)
        initial = LIKED if (liked, *subject) in self.told else MUTED if (muted, *subject) in self.told else ""
        self.fields[name] = forms.ChoiceField(
            label=label, choices=OPINIONS, initial=initial, widget=forms.RadioSelect, required=False
        )

    def _values(self, what: str) -> list[str]:
        return sorted(value for kind, _, value in self.told if kind == what)

    def _first_values(self, regions: Sequence[str]) -> dict[str, Any]:
        told = {what: value for what, _, value in self.told if what in (What.REGION, What.CHANNEL, What.HOUR)}
        known = {region.casefold(): region for region in regions}
        if regions and What.REGION in told:
            told[What.REGION] = known.get(told[What.REGION].strip().casefold(), "")
        return told


def _key(brand: str) -> str:
    # The name of a field; the brand itself may be any text, and the list may change before the form comes back.
    return sha256(brand.encode()).hexdigest()[:12]
