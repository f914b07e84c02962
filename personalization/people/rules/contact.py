"""Which blocks and banners they saw or clicked."""

from datetime import datetime
from typing import ClassVar

from django import forms
from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import Deeds
from personalization.people.rules.ends import TimesForm, WindowForm, sentence, times_told, window_told
from personalization.people.rules.groups import CONTACT
from personalization.people.rules.rule import Rule, rules

# These are kept for half a year.


class Contact(TextChoices):
    """What they did with a block; the values are kinds of event."""

    SEEN = "block_seen", gettext_lazy("saw")
    CLICKED = "block_clicked", gettext_lazy("clicked")


class BannerContact(TextChoices):
    """What they did with a banner; the values are kinds of event."""

    SEEN = "banner_seen", gettext_lazy("saw")
    CLICKED = "banner_clicked", gettext_lazy("clicked")


class ContactForm(WindowForm, TimesForm):
    """Which blocks, how often and since when."""

    contact = forms.ChoiceField(label=gettext_lazy("What they did"), choices=Contact.choices, initial=Contact.SEEN)
    blocks = ChosenField(
        "block", label=gettext_lazy("Blocks"), required=False, help_text=gettext_lazy("Nothing chosen: any block.")
    )
    field_order = ["contact", "blocks", "least", "most", "days"]


class BannersForm(WindowForm, TimesForm):
    """Which banners, how often and since when."""

    contact = forms.ChoiceField(
        label=gettext_lazy("What they did"), choices=BannerContact.choices, initial=BannerContact.SEEN
    )
    banners = ChosenField(
        "banner", label=gettext_lazy("Banners"), required=False, help_text=gettext_lazy("Nothing chosen: any banner.")
    )
    field_order = ["contact", "banners", "least", "most", "days"]


class _OfTheLog(Rule):
    """`chosen_in` is the parameter with those that count; events name theirs under `told_as`."""

    chosen_in: ClassVar[str]
    told_as: ClassVar[str]
    counts_from_nought = True

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the log."""
        deeds = Deeds((values["contact"],)).since(values, now=now)
        if chosen := values[self.chosen_in]:
            deeds = deeds.narrowed(f"one.payload->>'{self.told_as}' = ANY(%s::text[])", [str(one) for one in chosen])
        return deeds.measured("count(*)", values)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """What, how often, since when."""
        chosen = values[self.chosen_in]
        what = self.what_told(names.told(self.told_as, chosen) if chosen else "")
        return contact_told(values, what, is_click=values["contact"].endswith("_clicked"))

    def what_told(self, named: str) -> str:
        """Those chosen in words; of an empty name, any."""
        raise NotImplementedError


def contact_told(values: Values, what: str, *, is_click: bool) -> str:
    """What they did with something, how often and since when."""
    never = values["most"] == 0
    if is_click:
        told = _("did not click %(blocks)s") if never else _("clicked %(blocks)s")
    else:
        told = _("did not see %(blocks)s") if never else _("saw %(blocks)s")
    return sentence(told % {"blocks": what}, "" if never else times_told(values), window_told(values))


@rules.register
class BlockContact(_OfTheLog):
    """Blocks seen and clicked."""

    name, label, group = "contact", gettext_lazy("saw or clicked a block"), CONTACT
    Form = ContactForm
    chosen_in, told_as = "blocks", "block"

    def what_told(self, named: str) -> str:
        """The blocks."""
        return _("the block %(names)s") % {"names": named} if named else _("a block")


@rules.register
class MetBanner(_OfTheLog):
    """Banners seen and clicked."""

    name, label, group = "banner", gettext_lazy("saw or clicked a banner"), CONTACT
    Form = BannersForm
    chosen_in, told_as = "banners", "banner"

    def what_told(self, named: str) -> str:
        """The banners."""
        return _("the banner %(names)s") % {"names": named} if named else _("a banner")
