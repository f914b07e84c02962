"""Which blocks they saw or clicked."""

from datetime import datetime

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


class Contact(TextChoices):
    """What they did with it; the values are kinds of event."""

    SEEN = "block_seen", gettext_lazy("saw")
    CLICKED = "block_clicked", gettext_lazy("clicked")


class ContactForm(WindowForm, TimesForm):
    """Which blocks, how often and since when."""

    contact = forms.ChoiceField(label=gettext_lazy("What they did"), choices=Contact.choices, initial=Contact.SEEN)
    blocks = ChosenField(
        "block", label=gettext_lazy("Blocks"), required=False, help_text=gettext_lazy("Nothing chosen: any block.")
    )
    field_order = ["contact", "blocks", "least", "most", "days"]


@rules.register
class BlockContact(Rule):
    """Blocks seen and clicked."""

    name, label, group = "contact", gettext_lazy("saw or clicked a block"), CONTACT
    Form = ContactForm
    counts_from_nought = True

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the log, which keeps these for half a year."""
        deeds = Deeds((values["contact"],)).since(values, now=now)
        if values["blocks"]:
            deeds = deeds.narrowed("one.payload->>'block' = ANY(%s::text[])", [str(one) for one in values["blocks"]])
        return deeds.measured("count(*)", values)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """What, how often, since when."""
        named = names.told("block", values["blocks"]) if values["blocks"] else ""
        never = values["most"] == 0
        words = {"blocks": _("the block %(names)s") % {"names": named} if named else _("a block")}
        if values["contact"] == Contact.SEEN:
            told = _("did not see %(blocks)s") if never else _("saw %(blocks)s")
        else:
            told = _("did not click %(blocks)s") if never else _("clicked %(blocks)s")
        return sentence(told % words, "" if never else times_told(values), window_told(values))
