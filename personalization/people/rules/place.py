"""Where they are, which device they use, and which language they read: what is usual for them."""

from datetime import datetime

from django import forms
from django.conf.locale import LANG_INFO
from django.db.models import Q, TextChoices
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values
from personalization.people.rules.groups import PERSON
from personalization.people.rules.listed import WordsField
from personalization.people.rules.rule import Rule, rules


class Device(TextChoices):
    """As the landing tells them apart."""

    PHONE = "phone", gettext_lazy("phone")
    TABLET = "tablet", gettext_lazy("tablet")
    DESKTOP = "desktop", gettext_lazy("computer")


class DeviceForm(forms.Form):
    """Which devices."""

    devices = forms.MultipleChoiceField(
        label=gettext_lazy("Devices"), choices=Device.choices, widget=forms.CheckboxSelectMultiple
    )


class LanguageForm(forms.Form):
    """Which languages."""

    languages = WordsField(
        label=gettext_lazy("Languages"),
        help_text=gettext_lazy("Their codes, with commas between them: en, ru, uk. “en” means “en-gb” too."),
    )


class RegionForm(forms.Form):
    """Which regions."""

    regions = ChosenField("region", label=gettext_lazy("Regions"))


def devices_told(values: Values) -> str:
    """Their names."""
    return _(" or ").join(str(Device(one).label) for one in values["devices"])


def languages_told(values: Values) -> str:
    """Their names, as far as anybody knows them."""
    return _(" or ").join(_language(one) for one in values["languages"])


def _language(code: str) -> str:
    code = code.lower()
    return str(get_language_info(code)["name_translated"]) if code in LANG_INFO else code


@rules.register
class UsualDevice(Rule):
    """The device that they use most."""

    name, label, group = "device", gettext_lazy("use a certain device"), PERSON
    Form = DeviceForm
    one_of = "devices"

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile."""
        return Q(device__in=values["devices"])

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Which."""
        return _("mostly use: %(devices)s") % {"devices": devices_told(values)}


@rules.register
class UsualLanguage(Rule):
    """The language that they read most."""

    name, label, group = "language", gettext_lazy("read a certain language"), PERSON
    Form = LanguageForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile."""
        found = Q()
        for one in values["languages"]:
            found |= Q(language__iexact=one) | Q(language__istartswith=one + "-")
        return found

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Which."""
        return _("read the shop in: %(languages)s") % {"languages": languages_told(values)}


@rules.register
class UsualRegion(Rule):
    """The region from which they come most."""

    name, label, group = "region", gettext_lazy("are in a certain region"), PERSON
    Form = RegionForm
    one_of = "regions"

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile."""
        found = Q()
        for one in values["regions"]:
            found |= Q(region__iexact=one)
        return found

    def needs(self, values: Values) -> Q | None:
        """A region is known of somebody."""
        return ~Q(region="")

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Which."""
        return _("are in: %(regions)s") % {"regions": names.told("region", values["regions"])}
