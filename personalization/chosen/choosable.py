"""The contract of a kind of thing that an owner picks by name, and those kinds that the shop's catalogue names."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from personalization import shop
from personalization.registry import Registry

Key = int | str
MOST = 30
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
