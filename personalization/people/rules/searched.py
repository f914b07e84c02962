"""What they searched for."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import Deeds
from personalization.people.rules.ends import TimesForm, WindowForm, sentence, times_told, window_told
from personalization.people.rules.groups import BEHAVIOUR
from personalization.people.rules.listed import WordsField, patterns, told
from personalization.people.rules.rule import Rule, rules


class SearchedForm(WindowForm, TimesForm):
    """Which words, how often and since when."""

    words = WordsField(
        label=gettext_lazy("Words"), required=False,
        help_text=gettext_lazy("Several with commas between them, of which any will do; empty: any search."),
    )  # fmt: skip
    field_order = ["words", "least", "most", "days"]


@rules.register
class Searched(Rule):
    """Searches, of certain words or any."""

    name, label, group = "searched", gettext_lazy("searched for something"), BEHAVIOUR
    Form = SearchedForm
    counts_from_nought = True

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the log."""
        deeds = Deeds(("searched",)).since(values, now=now)
        if values["words"]:
            deeds = deeds.narrowed("lower(one.payload->>'query') LIKE ANY(%s::text[])", patterns(values["words"]))
        return deeds.measured("count(*)", values)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """For what, how often, since when."""
        words, window = told(values["words"]), window_told(values)
        if values["most"] == 0:
            return sentence(
                _("did not search for %(words)s") % {"words": words} if words else _("did not search"), window
            )
        searched = _("searched for %(words)s") % {"words": words} if words else _("searched")
        return sentence(searched, times_told(values), window)
