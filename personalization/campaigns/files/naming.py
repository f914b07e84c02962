"""What things are called in a file: names, codes and paths that mean the same in another shop."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.campaigns.files.text import Refused
from personalization.chosen.choosable import Key, choosables
from personalization.people.segments.models import Segment
from personalization.registry import Registry
from personalization.shop import paths


class Naming:
    """How a kind of thing is called in files. One class and one registration."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]

    def names(self) -> Mapping[Key, str]:
        """Of all that the shop has."""
        raise NotImplementedError


namings: Registry[Naming] = Registry("naming in files")


@namings.register
class OfCategories(Naming):
    """By the slugs on the way to it."""

    name, label = "category", gettext_lazy("category")

    def names(self) -> Mapping[Key, str]:
        """For example food/dairy."""
        return {pk: path for pk, path in paths.category_paths().items()}  # noqa: C416 - its keys are of a wider kind


@namings.register
class OfProducts(Naming):
    """By their UPC."""

    name, label = "product", gettext_lazy("product")

    def names(self) -> Mapping[Key, str]:
        """Of those that have one."""
        return {pk: upc for pk, upc in paths.upcs().items()}  # noqa: C416 - its keys are of a wider kind


@namings.register
class OfSegments(Naming):
    """By their names."""

    name, label = "segment", gettext_lazy("segment")

    def names(self) -> Mapping[Key, str]:
        """Of all, whether in use or not."""
        return dict(Segment.objects.values_list("pk", "name"))


class Names:
    """Both ways, each kind read once; made anew after something was added."""

    def __init__(self, promised: Mapping[str, Collection[str]] | None = None) -> None:
        # By kind, what a file has that could not be put into the shop: whoever names it is not to blame.
        self._promised = promised or {}
        self._known: dict[str, Mapping[Key, str]] = {}
        # What was told, by kind: what is to come along with whatever names it.
        self.asked: dict[str, set[Key]] = {}

    def told(self, kind: str, key: Key) -> Key:
        """What it is called; what is gone is told by its number, which no shop reads back."""
        if kind not in namings:
            return key
        self.asked.setdefault(kind, set()).add(key)
        return self._of(kind).get(key, f"#{key}")

    def meant(self, kind: str, called: Any) -> Key:
        """Which one that is. Raises Refused with what to do if there is none, or several."""
        if kind not in namings:
            return self._kept(kind, called)
        words = {"kind": namings.get(kind).label, "name": str(called)[:100]}
        found = [key for key, name in self._of(kind).items() if name == str(called)]
        if not found and str(called) in self._promised.get(kind, ()):
            return 0
        if not found:
            raise Refused(_("There is no %(kind)s “%(name)s” in this shop: mend the name, or make it first.") % words)
        if len(found) > 1:
            raise Refused(_("Several are called “%(name)s” (%(kind)s): give each a name of its own.") % words)
        return found[0]

    def _of(self, kind: str) -> Mapping[Key, str]:
        if kind not in self._known:
            self._known[kind] = namings.get(kind).names()
        return self._known[kind]

    def _kept(self, kind: str, called: Any) -> Key:
        if choosables.get(kind).is_free:
            return str(called)
        if type(called) is not int:
            raise Refused(_("Give its number."))
        return called


def link_told(link: str, names: Names) -> Any:
    """The page of a category or a product by its name; any other as it is."""
    found = paths.page_of(link)
    if found is None:
        return link
    kind, key = found
    told = names.told(kind, key)
    return {kind: told} if not str(told).startswith("#") else link


_PAGES: Mapping[str, Callable[[int], str]] = {"category": paths.category_page, "product": paths.product_page}


def link_meant(told: Any, names: Names) -> str:
    """The address. Raises Refused."""
    if isinstance(told, str):
        return told
    if isinstance(told, dict) and len(told) == 1:
        kind, called = next(iter(told.items()))
        if kind in _PAGES:
            key = names.meant(kind, called)
            return _PAGES[kind](int(key))
    raise Refused(_("Write an address such as /catalogue/, or “category:” or “product:” with its name."))
