"""The visit going on: which one it is, whence it came, what is in the basket. Answered from the request itself."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.ends import MOST_TIMES, EndsForm, amount_told, ends_told
from personalization.people.rules.groups import VISIT
from personalization.people.rules.place import DeviceForm, LanguageForm, RegionForm, devices_told, languages_told
from personalization.people.rules.rule import Rule, Visit, rules
from personalization.people.rules.source import PARTS, LandingForm, landing_told


class CountForm(EndsForm):
    """From a number to a number."""

    least = forms.IntegerField(
        label=gettext_lazy("From"), required=False, initial=3, min_value=1, max_value=MOST_TIMES,
        help_text=gettext_lazy("An empty end is open."),
    )  # fmt: skip
    most = forms.IntegerField(
        label=gettext_lazy("To"), required=False, min_value=1, max_value=MOST_TIMES,
        help_text=gettext_lazy("The same in both means exactly this one."),
    )  # fmt: skip


class AmountForm(EndsForm):
    """From an amount to an amount."""

    least = forms.DecimalField(
        label=gettext_lazy("From"), required=False, initial=50, min_value=0, max_digits=14, decimal_places=2
    )
    most = forms.DecimalField(
        label=gettext_lazy("To"), required=False, min_value=0, max_digits=14, decimal_places=2,
        help_text=gettext_lazy("In the shop's currency; an empty end is open."),
    )  # fmt: skip


class Live(Rule):
    """A rule about the visit going on."""

    group = VISIT
    is_live = True


def is_between(amount: float | Decimal, values: Values) -> bool:
    """The number lies between the two ends."""
    least, most = values["least"], values["most"]
    return (least is None or amount >= least) and (most is None or amount <= most)


@rules.register
class VisitNumber(Live):
    """Which visit it is."""

    name, label = "visit_number", gettext_lazy("are on a certain visit, such as their third")
    Form = CountForm
    looks_at = ("number",)

    def holds(self, values: Values, visit: Visit) -> bool:
        """Between the two ends; 0 is not known."""
        return visit.number > 0 and is_between(visit.number, values)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Which."""
        return ends_told(
            values,
            least=lambda n: _("are here for visit number %(n)s or later"),
            most=lambda n: _("are here for visit number %(n)s or earlier"),
            exactly=lambda n: _("are here for visit number %(n)s"),
            both=_("are here for visit number %(least)s to %(most)s"),
        )


@rules.register
class VisitSource(Live):
    """Whence this visit came."""

    name, label = "visit_source", gettext_lazy("came just now from a source, an advertisement or a campaign")
    Form = LandingForm
    looks_at = tuple(PARTS)

    def holds(self, values: Values, visit: Visit) -> bool:
        """All that is written holds; of several words any will do."""
        return all(not values[name] or _has(getattr(visit, part), values[name]) for part, name in PARTS.items())

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Whence."""
        return _("came just now %(whence)s") % {"whence": landing_told(values)}


@rules.register
class BasketTotal(Live):
    """What the basket comes to."""

    name, label = "basket_total", gettext_lazy("have a basket of a certain total")
    Form = AmountForm
    looks_at = ("basket_total",)

    def holds(self, values: Values, visit: Visit) -> bool:
        """Between the two ends; without a basket there is no total."""
        return visit.basket_total is not None and is_between(visit.basket_total, values)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """How much."""
        return _("have goods for %(amount)s in the basket now") % {"amount": amount_told(values)}


@rules.register
class VisitPages(Live):
    """How many pages they opened."""

    name, label = "visit_pages", gettext_lazy("opened so many pages on this visit")
    Form = CountForm
    looks_at = ("pages",)

    def holds(self, values: Values, visit: Visit) -> bool:
        """Between the two ends."""
        return is_between(visit.pages, values)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """How many."""
        return _("opened %(amount)s pages on this visit") % {"amount": amount_told(values)}


@rules.register
class VisitDevice(Live):
    """The device in hand."""

    name, label = "visit_device", gettext_lazy("use a certain device now")
    Form = DeviceForm
    looks_at = ("device",)

    def holds(self, values: Values, visit: Visit) -> bool:
        """One of them."""
        return visit.device in values["devices"]

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Which."""
        return _("now use: %(devices)s") % {"devices": devices_told(values)}


@rules.register
class VisitLanguage(Live):
    """The language of this page."""

    name, label = "visit_language", gettext_lazy("read a certain language now")
    Form = LanguageForm
    looks_at = ("language",)

    def holds(self, values: Values, visit: Visit) -> bool:
        """One of them, or a kind of it."""
        spoken = visit.language.lower()
        return any(spoken == one.lower() or spoken.startswith(one.lower() + "-") for one in values["languages"])

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Which."""
        return _("now read the shop in: %(languages)s") % {"languages": languages_told(values)}


@rules.register
class VisitRegion(Live):
    """Where this visit comes from."""

    name, label = "visit_region", gettext_lazy("are in a certain region now")
    Form = RegionForm
    looks_at = ("region",)

    def holds(self, values: Values, visit: Visit) -> bool:
        """One of them."""
        return visit.region.casefold() in {str(one).casefold() for one in values["regions"]}

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Which."""
        return _("are now in: %(regions)s") % {"regions": names.told("region", values["regions"])}


def _has(text: str, words: Any) -> bool:
    lowered = text.lower()
    return any(word.lower() in lowered for word in words)
