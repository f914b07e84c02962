"""The brands and values of attributes that an owner can pick: those of today's catalogue."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import MOST, Found, Words, choosables
from personalization.recommend.facts.fact import SEVERAL
from personalization.recommend.facts.models import ProductFact


@choosables.register
class Brands(Words):
    """Those of today's catalogue, the largest first."""

    name, label = "brand", gettext_lazy("Add a brand")

    def find(self, asked: str, *, of: str = "") -> list[Found]:
        """With the number of their goods."""
        rows = ProductFact.objects.exclude(brand="").filter(brand__icontains=asked).values("brand")
        return _counted((row["brand"], row["goods"]) for row in _largest(rows, "brand"))


@choosables.register
class AttributeValues(Words):
    """Those that goods of today's catalogue have."""

    name, label = "value", gettext_lazy("Add a value")

    def find(self, asked: str, *, of: str = "") -> list[Found]:
        """With the number of their goods."""
        if not of:
            return []
        told = KeyTextTransform(of, "attributes")
        rows = ProductFact.objects.filter(attributes__has_key=of).annotate(told=told).filter(told__icontains=asked)
        counted: Counter[str] = Counter()
        for row in _largest(rows.values("told"), "told", most=10 * MOST):
            # What several variants say differently stands in one text.
            counted.update(dict.fromkeys(row["told"].split(SEVERAL), row["goods"]))
        return _counted(one for one in counted.most_common() if asked.casefold() in one[0].casefold())[:MOST]


def _largest(rows: Any, name: str, *, most: int = MOST) -> Any:
    return rows.annotate(goods=Count("pk")).order_by("-goods", name)[:most]


def _counted(rows: Iterable[tuple[str, object]]) -> list[Found]:
    return [Found(word, word, _("%(n)s goods") % {"n": goods}) for word, goods in rows]
