"""What they looked at, put into the basket or wished for; and, if wanted, did not buy afterwards."""

from datetime import datetime

from django import forms
from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import EVERYBODY, PERSON, Deeds, among
from personalization.people.rules.ends import TimesForm, WindowForm, sentence, times_told, window_told
from personalization.people.rules.goods import GoodsForm, goods_told
from personalization.people.rules.groups import BEHAVIOUR
from personalization.people.rules.rule import Rule, rules


class Deed(TextChoices):
    """What they did; the values are kinds of event."""

    VIEWED = "product_viewed", gettext_lazy("looked at")
    ADDED = "basket_added", gettext_lazy("put into the basket")
    WISHED = "wishlist_added", gettext_lazy("put on a wish list")


class BehaviourForm(GoodsForm, WindowForm, TimesForm):
    """What they did, how often, with which goods and since when."""

    deed = forms.ChoiceField(label=gettext_lazy("What they did"), choices=Deed.choices, initial=Deed.VIEWED)
    is_unbought = forms.BooleanField(
        label=gettext_lazy("… and did not buy it since"), required=False,
        help_text=gettext_lazy("Goods that they bought afterwards do not count."),
    )  # fmt: skip
    field_order = ["deed", "least", "most", "days", "products", "categories", "brands", "is_unbought"]


# A product counts unless it was bought after the last time that something was done with it.
_UNBOUGHT = """
SELECT {person} FROM (
    SELECT account, stranger, count(*) FILTER (WHERE kind <> 'purchased') AS times,
           max(happened_at) FILTER (WHERE kind <> 'purchased') AS last_at,
           max(happened_at) FILTER (WHERE kind = 'purchased') AS bought_at
    FROM ({events}) AS deed WHERE product_id IS NOT NULL GROUP BY account, stranger, product_id
) AS product WHERE last_at IS NOT NULL AND (bought_at IS NULL OR bought_at < last_at)
GROUP BY account, stranger HAVING sum(times) {compared}
"""


@rules.register
class Behaviour(Rule):
    """Views, basket additions and wishes."""

    name, label, group = "behaviour", gettext_lazy("looked at goods, put them into the basket or wished"), BEHAVIOUR
    Form = BehaviourForm
    counts_from_nought = True

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the log."""
        kinds = (values["deed"], "purchased") if values["is_unbought"] else (values["deed"],)
        deeds = Deeds(kinds, has_payload=False).since(values, now=now).about(values)
        return _unbought(deeds, values) if values["is_unbought"] else deeds.measured("count(*)", values)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """What, how often, since when."""
        goods = goods_told(values, names) or _("goods")
        never = values["most"] == 0
        told = (_NEVER if never else _DONE)[Deed(values["deed"])]()
        parts = [told % {"goods": goods}, "" if never else times_told(values), window_told(values)]
        if values["is_unbought"]:
            parts.append(_("and did not buy them since"))
        return sentence(*parts)


_DONE = {
    Deed.VIEWED: lambda: _("looked at %(goods)s"),
    Deed.ADDED: lambda: _("put %(goods)s into the basket"),
    Deed.WISHED: lambda: _("put %(goods)s on a wish list"),
}
_NEVER = {
    Deed.VIEWED: lambda: _("did not look at %(goods)s"),
    Deed.ADDED: lambda: _("did not put %(goods)s into the basket"),
    Deed.WISHED: lambda: _("did not put %(goods)s on a wish list"),
}


def _unbought(deeds: Deeds, values: Values) -> Q:
    events, params = deeds.sql()
    least, most = values["least"], values["most"]

    def asked(compared: str, *ends: int) -> Q:
        return among(_UNBOUGHT.format(person=PERSON, events=events, compared=compared), [*params, *ends])

    if not least:
        return EVERYBODY if most is None else ~asked("> %s", most)
    return asked(">= %s", least) if most is None else asked("BETWEEN %s AND %s", least, most)
