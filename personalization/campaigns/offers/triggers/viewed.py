"""Looked at the same goods several times, and did not buy them."""

from datetime import datetime

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.campaigns.offers.trigger import Trigger, triggers
from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import PERSON, Deeds, among
from personalization.people.rules.goods import GoodsForm, goods_told

_LOOKED = """
SELECT {person} FROM (
    SELECT account, stranger, count(*) FILTER (WHERE kind <> 'purchased') AS times,
           max(happened_at) FILTER (WHERE kind <> 'purchased') AS last_at,
           max(happened_at) FILTER (WHERE kind = 'purchased') AS bought_at
    FROM ({events}) AS deed WHERE product_id IS NOT NULL GROUP BY account, stranger, product_id
) AS product WHERE times >= %s AND (bought_at IS NULL OR bought_at < last_at) GROUP BY account, stranger
"""


class ViewedForm(GoodsForm):
    """How often, and within how many days."""

    times = forms.IntegerField(
        label=gettext_lazy("Looked at a product so many times"), initial=3, min_value=2, max_value=50
    )
    days = forms.IntegerField(label=gettext_lazy("Within so many days"), initial=14, min_value=1, max_value=90)
    field_order = ["times", "days", "products", "categories", "brands"]


@triggers.register
class Viewed(Trigger):
    """Cannot decide."""

    name, label = "viewed", gettext_lazy("who looked at a product several times and did not buy it")
    Form = ViewedForm

    def people(self, values: Values, *, since: datetime, now: datetime) -> Q | None:
        """By the log; each product is counted by itself."""
        deeds = Deeds(("product_viewed", "purchased"), has_payload=False).since(values, now=now).about(values)
        events, bound = deeds.sql()
        return among(_LOOKED.format(person=PERSON, events=events), [*bound, values["times"]])

    def describe(self, values: Values, names: Names = ASK) -> str:
        """How often, of what."""
        times = ngettext("%(n)s time", "%(n)s times", values["times"]) % {"n": values["times"]}
        days = ngettext("%(n)s day", "%(n)s days", values["days"]) % {"n": values["days"]}
        words = {"times": times, "days": days, "goods": goods_told(values, names)}
        if words["goods"]:
            return _("once they looked at the same of %(goods)s %(times)s within %(days)s and did not buy it") % words
        return _("once they looked at the same product %(times)s within %(days)s and did not buy it") % words
