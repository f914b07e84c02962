"""What an owner picks by name for a rule: categories, products, brands, values of an attribute, regions."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization import shop
from personalization.people.models import Preference
from personalization.recommend.facts.fact import SEVERAL
from personalization.recommend.facts.models import ProductFact
from personalization.registry import Registry

Key = int | str
MOST = 30
# A region that fewer people named than this would tell of one person where they live.
ENOUGH_PEOPLE = 3
TOLD = 3


@dataclass(frozen=True)
class Found:
    """Something that answers to the words."""

    key: Key
    label: str
    more: str = ""


class Choosable:
    """A kind of thing. `is_free`: any word will do, those of the shop are only offered."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    is_free: ClassVar[bool] = False

    def names(self, keys: Collection[Key]) -> Mapping[Key, str]:
        """What those are called that the shop still has: one query."""
        raise NotImplementedError

    def find(self, asked: str, *, of: str = "") -> list[Found]:
        """Those that answer to the words, best first; `of` says of which attribute."""
        raise NotImplementedError


choosables: Registry[Choosable] = Registry("thing to choose")


@choosables.register
class Categories(Choosable):
    """Known by their whole line in the tree; without words, the tree from its top."""

    name, label = "category", gettext_lazy("Add a category")

    def names(self, keys: Collection[Key]) -> Mapping[Key, str]:
        """Their lines."""
        lines = shop.category_lines() if keys else {}
        return {one: lines[one] for one in keys if isinstance(one, int) and one in lines}

    def find(self, asked: str, *, of: str = "") -> list[Found]:
        """Every word in the line, in the order of the tree."""
        parts = asked.casefold().split()
        lines = shop.category_lines().items()
        found = [Found(pk, line) for pk, line in lines if all(part in line.casefold() for part in parts)]
        return found[: MOST if parts else 4 * MOST]


@choosables.register
class Products(Choosable):
    """Found by title or UPC."""

    name, label = "product", gettext_lazy("Add a product")

    def names(self, keys: Collection[Key]) -> Mapping[Key, str]:
        """Their titles."""
        return {pk: title for pk, title in shop.titles(one for one in keys if isinstance(one, int)).items()}  # noqa: C416 - its keys are of a wider kind

    def find(self, asked: str, *, of: str = "") -> list[Found]:
        """As the search of the back-office finds them."""
        return [Found(one.id, one.title, one.upc) for one in shop.find_products(asked)]


class Words(Choosable):
    """Kept as the words themselves, so nothing is looked up to tell them."""

    is_free = True

    def names(self, keys: Collection[Key]) -> Mapping[Key, str]:
        """They are their own names."""
        return {one: str(one) for one in keys}


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


@choosables.register
class Regions(Words):
    """Those that several shoppers gave as theirs."""

    name, label = "region", gettext_lazy("Add a region")

    def find(self, asked: str, *, of: str = "") -> list[Found]:
        """The most common first."""
        told = Preference.objects.filter(what=Preference.What.REGION, value__icontains=asked).order_by()
        rows = told.values("value").annotate(people=Count("pk")).filter(people__gte=ENOUGH_PEOPLE)
        return [Found(row["value"], row["value"]) for row in rows.order_by("-people", "value")[:MOST]]


@dataclass(frozen=True)
class Names:
    """What chosen things are called: those `known` were asked for at once, others are asked for one by one."""

    known: Mapping[tuple[str, Key], str] = field(default_factory=dict)
    asked: frozenset[tuple[str, Key]] = frozenset()

    def of(self, kind: str, keys: Collection[Key]) -> dict[Key, str]:
        """The names of those that are still there."""
        missing = [one for one in keys if (kind, one) not in self.asked]
        found = dict(choosables.get(kind).names(missing)) if missing else {}
        return found | {one: self.known[kind, one] for one in keys if (kind, one) in self.known}

    def told(self, kind: str, keys: Collection[Key]) -> str:
        """The first few by name, the others by their number."""
        names = self.of(kind, keys)
        labels = [names.get(one, f"#{one}") for one in keys]
        if len(labels) <= TOLD + 1:
            return ", ".join(labels) or "…"
        more = len(labels) - TOLD
        text = ngettext("%(named)s and %(n)s more", "%(named)s and %(n)s more", more)
        return text % {"named": ", ".join(labels[:TOLD]), "n": more}


ASK = Names()


def learned(wanted: Iterable[tuple[str, Key]]) -> Names:
    """The names of all these: one query for each kind."""
    asked = frozenset(wanted)
    by_kind: dict[str, set[Key]] = {}
    for kind, key in asked:
        by_kind.setdefault(kind, set()).add(key)
    known = {
        (kind, key): name for kind, keys in by_kind.items() for key, name in choosables.get(kind).names(keys).items()
    }
    return Names(known, asked)


def _largest(rows: Any, name: str, *, most: int = MOST) -> Any:
    return rows.annotate(goods=Count("pk")).order_by("-goods", name)[:most]


def _counted(rows: Iterable[tuple[str, object]]) -> list[Found]:
    return [Found(word, word, _("%(n)s goods") % {"n": goods}) for word, goods in rows]
