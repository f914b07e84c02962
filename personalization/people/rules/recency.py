"""How long ago they bought last: anything, or certain goods."""

from datetime import datetime, timedelta

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import Deeds
from personalization.people.rules.ends import MOST_DAYS, EndsForm, ends_told
from personalization.people.rules.goods import GoodsForm, goods_told, has_goods
from personalization.people.rules.groups import ORDERS
from personalization.people.rules.orders import PURCHASES
from personalization.people.rules.rule import Rule, rules


class AgoForm(EndsForm):
    """How many days ago."""

    least = forms.IntegerField(
        label=gettext_lazy("At least days ago"), required=False, min_value=0, max_value=MOST_DAYS,
        help_text=gettext_lazy("So long ago or longer; an empty end is open."),
    )  # fmt: skip
    most = forms.IntegerField(
        label=gettext_lazy("At most days ago"), required=False, initial=30, min_value=1, max_value=MOST_DAYS,
        help_text=gettext_lazy("Not longer ago than this."),
    )  # fmt: skip


def ago(column: str, values: Values, *, now: datetime) -> Q:
    """The people of whom this moment lies so long back; who has none is not meant."""
    found = Q(**{f"{column}__isnull": False})
    if values["least"] is not None:
        found &= Q(**{f"{column}__lte": now - timedelta(days=values["least"])})
    if values["most"] is not None:
        found &= Q(**{f"{column}__gt": now - timedelta(days=values["most"])})
    return found


def ago_told(values: Values) -> str:
    """How long ago, in words."""
    return ends_told(
        values,
        least=lambda n: ngettext("%(n)s day ago or longer", "%(n)s days ago or longer", n),
        most=lambda n: ngettext("within the last day", "within the last %(n)s days", n),
        exactly=lambda n: ngettext("%(n)s day ago", "%(n)s days ago", n),
        both=_("%(least)s to %(most)s days ago"),
    )


class RecencyForm(GoodsForm, AgoForm):
    """How long ago, and what."""

    field_order = ["least", "most", "products", "categories", "brands"]


@rules.register
class Recency(Rule):
    """The time since the last order."""

    name, label, group = "recency", gettext_lazy("bought last so long ago"), ORDERS
    Form = RecencyForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile, or of certain goods by the log."""
        if not has_goods(values):
            return ago("last_order_at", values, now=now)
        return last_deed(PURCHASES.about(values), values, now=now)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """What, and how long ago."""
        goods, when = goods_told(values, names), ago_told(values)
        return _("last bought %(goods)s %(when)s") % {"goods": goods, "when": when} if goods else (
            _("last bought %(when)s") % {"when": when}
        )  # fmt: skip


def last_deed(deeds: Deeds, values: Values, *, now: datetime) -> Q:
    """The people of whom the last of these events lies so long back."""
    if values["most"] is not None:
        # Whose last one is newer than this has one that is: the months before need not be looked into.
        deeds = deeds.since({"days": values["most"]}, now=now)
    if values["least"] is None:
        return deeds.people("TRUE")
    return deeds.people("max(happened_at) <= %s", [now - timedelta(days=values["least"])])
