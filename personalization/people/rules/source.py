"""Where they came from: at first, or on any visit lately."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import Deeds
from personalization.people.rules.ends import WindowForm, sentence, window_told
from personalization.people.rules.groups import PERSON
from personalization.people.rules.listed import WordsField, patterns, told
from personalization.people.rules.rule import Rule, rules

# The parts of a landing, as `events/landing.py` names them.
PARTS = {"source": "sources", "medium": "mediums", "campaign": "campaigns"}


class FirstSourceForm(forms.Form):
    """Which sources."""

    sources = WordsField(
        label=gettext_lazy("Sources"),
        help_text=gettext_lazy("The utm_source or the site, or a part of it: google, newsletter, t.me."),
    )


@rules.register
class FirstSource(Rule):
    """What brought them at first."""

    name, label, group = "first_source", gettext_lazy("came first from somewhere"), PERSON
    Form = FirstSourceForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile."""
        found = Q()
        for one in values["sources"]:
            found |= Q(source__icontains=one)
        return found

    def needs(self, values: Values) -> Q | None:
        """A source is known of somebody."""
        return ~Q(source="")

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Whence."""
        return _("came first from %(sources)s") % {"sources": told(values["sources"])}


class LandingForm(forms.Form):
    """Source, medium and campaign; each may be left open, but not all."""

    sources = WordsField(
        label=gettext_lazy("Sources"), required=False,
        help_text=gettext_lazy("The utm_source or the site, or a part of it; of several any will do."),
    )  # fmt: skip
    mediums = WordsField(
        label=gettext_lazy("Media"), required=False,
        help_text=gettext_lazy("cpc for advertisements, organic for search engines, social, referral, email."),
    )  # fmt: skip
    campaigns = WordsField(
        label=gettext_lazy("Campaigns"), required=False, help_text=gettext_lazy("The utm_campaign, or a part of it.")
    )

    def clean(self) -> dict[str, Any]:
        """Something is written."""
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name in PARTS.values()):
            raise forms.ValidationError(_("Fill in at least one of them."))
        return cleaned


def landing_told(values: Values) -> str:
    """Whence, in words."""
    words = {name: told(values[name]) for name in PARTS.values()}
    return ", ".join(
        text % words
        for name, text in (
            ("sources", _("from %(sources)s")),
            ("mediums", _("by way of %(mediums)s")),
            ("campaigns", _("by the campaign %(campaigns)s")),
        )
        if values[name]
    )


class ArrivedForm(WindowForm, LandingForm):
    """Whence, and since when."""

    field_order = ["sources", "mediums", "campaigns", "days"]


@rules.register
class Arrived(Rule):
    """What brought them on any visit."""

    name, label, group = "arrived", gettext_lazy("came from a source or campaign"), PERSON
    Form = ArrivedForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the log: on one visit all that is written holds."""
        deeds = Deeds(("visit_started",)).since(values, now=now)
        for part, name in PARTS.items():
            if values[name]:
                deeds = deeds.narrowed(f"lower(one.payload->>'{part}') LIKE ANY(%s::text[])", patterns(values[name]))
        return deeds.people("TRUE")

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Whence, and since when."""
        return sentence(_("came %(whence)s") % {"whence": landing_told(values)}, window_told(values))
