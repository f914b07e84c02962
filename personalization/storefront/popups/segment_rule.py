"""Segments of those whom a pop-up met: shown to them, taken up, or closed."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import EVERYBODY, among
from personalization.people.rules.ends import TimesForm, WindowForm, sentence, times_told, window_told
from personalization.people.rules.groups import CONTACT
from personalization.people.rules.rule import Rule, rules
from personalization.storefront.popups.models import PopupShowing

Outcome = PopupShowing.Outcome


class Met(TextChoices):
    """What became of it."""

    SHOWN = "shown", gettext_lazy("were shown")
    TAKEN = "taken", gettext_lazy("took up")
    CLOSED = "closed", gettext_lazy("closed")


OUTCOMES = {Met.TAKEN: [Outcome.CLICKED, Outcome.ANSWERED], Met.CLOSED: [Outcome.CLOSED]}

# What an unnamed visitor met before it signed in met the account that it is linked to.
_PEOPLE = """
SELECT personalization_person(coalesce(one.user_id, visitor.user_id), one.visitor_id)
FROM personalization_popupshowing AS one
LEFT JOIN personalization_visitor AS visitor ON visitor.id = CASE WHEN one.user_id IS NULL THEN one.visitor_id END
WHERE one.is_counted AND (one.user_id IS NOT NULL OR one.visitor_id IS NOT NULL){narrowed}
GROUP BY 1 HAVING {compared}
"""


class PopupsForm(WindowForm, TimesForm):
    """Which pop-ups, how often and since when."""

    contact = forms.ChoiceField(label=gettext_lazy("What they did"), choices=Met.choices, initial=Met.SHOWN)
    popups = ChosenField(
        "popup", label=gettext_lazy("Pop-ups"), required=False, help_text=gettext_lazy("Nothing chosen: any pop-up.")
    )
    field_order = ["contact", "popups", "least", "most", "days"]


@rules.register
class MetPopup(Rule):
    """Pop-ups shown, taken up and closed."""

    name, label, group = "popup", gettext_lazy("were shown a pop-up, took it up or closed it"), CONTACT
    Form = PopupsForm
    counts_from_nought = True

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the ledger of pop-ups."""
        narrowed, params = _narrowed(values, now=now)
        least, most = values["least"], values["most"]

        def asked(compared: str, *ends: int) -> Q:
            return among(_PEOPLE.format(narrowed=narrowed, compared=f"count(*) {compared}"), [*params, *ends])

        if not least:
            return EVERYBODY if most is None else ~asked("> %s", most)
        return asked(">= %s", least) if most is None else asked("BETWEEN %s AND %s", least, most)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """What, how often, since when."""
        named = names.told("popup", values["popups"]) if values["popups"] else ""
        words = {"popup": _("the pop-up %(names)s") % {"names": named} if named else _("a pop-up")}
        never = values["most"] == 0
        told = (_NEVER if never else _DONE)[Met(values["contact"])]() % words
        return sentence(told, "" if never else times_told(values), window_told(values))


_DONE = {
    Met.SHOWN: lambda: _("were shown %(popup)s"),
    Met.TAKEN: lambda: _("took up %(popup)s"),
    Met.CLOSED: lambda: _("closed %(popup)s"),
}
_NEVER = {
    Met.SHOWN: lambda: _("were not shown %(popup)s"),
    Met.TAKEN: lambda: _("did not take up %(popup)s"),
    Met.CLOSED: lambda: _("did not close %(popup)s"),
}


def _narrowed(values: Values, *, now: datetime) -> tuple[str, list[Any]]:
    found, params = "", list[Any]()
    if outcomes := OUTCOMES.get(Met(values["contact"])):
        found, params = f"{found} AND one.outcome = ANY(%s::text[])", [*params, [str(one.value) for one in outcomes]]
    if values["popups"]:
        found, params = f"{found} AND one.popup_id = ANY(%s::bigint[])", [*params, list(values["popups"])]
    if values["days"]:
        found, params = f"{found} AND one.shown_at >= %s", [*params, now - timedelta(days=values["days"])]
    return found, params
