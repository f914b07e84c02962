"""Recency, frequency and money: fifths of the shop's customers, 5 is best (Hughes 1994)."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.groups import VALUE
from personalization.people.rules.rule import Rule, rules

SCORES = {
    "recency": gettext_lazy("how recently"),
    "frequency": gettext_lazy("how often"),
    "monetary": gettext_lazy("for how much"),
}


def _score(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=5, help_text=help_text)


class RfmForm(forms.Form):
    """From a score to a score, of each of the three."""

    recency_least = _score(gettext_lazy("How recently, from"), gettext_lazy("1 is the worst fifth, 5 the best."))
    recency_most = _score(gettext_lazy("to"))
    frequency_least = _score(gettext_lazy("How often, from"))
    frequency_most = _score(gettext_lazy("to"))
    monetary_least = _score(gettext_lazy("For how much, from"))
    monetary_most = _score(gettext_lazy("to"), gettext_lazy("An empty end is open."))

    def clean(self) -> dict[str, Any]:
        """Something is set, and each the right way round."""
        cleaned = super().clean() or {}
        if not self.errors and all(cleaned.get(name) is None for name in self.fields):
            raise forms.ValidationError(_("Fill in at least one."))
        for score in SCORES:
            least, most = cleaned.get(f"{score}_least"), cleaned.get(f"{score}_most")
            if least is not None and most is not None and most < least:
                self.add_error(f"{score}_most", _("This is less than the first: exchange them."))
        return cleaned


@rules.register
class Rfm(Rule):
    """The three scores."""

    name, label, group = "rfm", gettext_lazy("buy recently, often or for much (RFM)"), VALUE
    Form = RfmForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile; who bought nothing has no scores."""
        found = Q()
        for score in SCORES:
            least, most = values[f"{score}_least"], values[f"{score}_most"]
            if least is not None or most is not None:
                found &= Q(**{f"{score}_score__gte": least or 1, f"{score}_score__lte": most or 5})
        return found

    def needs(self, values: Values) -> Q | None:
        """Somebody has scores."""
        return Q(recency_score__isnull=False)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Which fifths."""
        parts = []
        for score, told in SCORES.items():
            least, most = values[f"{score}_least"], values[f"{score}_most"]
            if least is None and most is None:
                continue
            from_to = {"what": told, "least": least or 1, "most": most or 5}
            is_one = from_to["least"] == from_to["most"]
            parts.append((_("%(what)s %(least)s") if is_one else _("%(what)s %(least)s to %(most)s")) % from_to)
        return _("have the scores: %(scores)s (5 is best)") % {"scores": ", ".join(parts)}
