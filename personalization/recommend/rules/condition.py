"""The contract of a condition: what a rule asks of a product. One file and one registration put it into the admin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from django import forms
from django.utils.functional import Promise

from personalization.chosen.choosable import ASK, Key, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values, numbers, words
from personalization.recommend.context import Context
from personalization.recommend.facts.fact import Fact
from personalization.registry import Registry

# Among `price_places`: of all goods, whatever their category.
ALL_GOODS = 0


@dataclass(frozen=True)
class Surroundings:
    """What a product is compared with: the shopper and the page, and the product that the page is about."""

    context: Context
    anchor: Fact | None = None
    # What this person usually pays, as a share of the goods of a category that are cheaper: 0 the cheapest, 1 the
    # dearest. Empty for somebody of whom too little is known.
    price_places: Mapping[int, float] = field(default_factory=dict)
    # The top of the catalogue; read only if a rule asks for it.
    departments: frozenset[int] = frozenset()
    # What the page is about, with everything above it: the category that it lists, or those of its product.
    page_categories: frozenset[int] = frozenset()


class NoValues(forms.Form):
    """A condition that has nothing to set."""


class Condition:
    """Says if a product is meant.

    `needs` names what the rule cannot do without, and the rule does nothing where that is missing: "product", the one
    that the page is about; "taste", what this person usually pays; "departments", the top of the catalogue. "segment"
    is always there: it says that the rule depends on who is before the page.
    """

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    needs: ClassVar[tuple[str, ...]] = ()
    # It is about prices, so the price that this very shopper pays is looked at again at the end.
    is_about_price: ClassVar[bool] = False
    Form: ClassVar[type[forms.Form]] = NoValues

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """True if this product is one of those meant. Never raises, whatever is stored: see `stored.py`."""
        raise NotImplementedError

    def describe(self, values: Values, names: Names = ASK) -> str:
        """The goods meant, to complete "never show …": "goods of the brand Acme"."""
        raise NotImplementedError

    def is_complete(self, values: Values) -> bool:
        """Enough is set for the rule to mean something; else it does nothing."""
        fields = self.chosen_fields()
        return not fields or any(_keys(values, name) for name in fields)

    def applies(self, around: Surroundings) -> bool:
        """All that it needs is there."""
        there = {
            "product": around.anchor is not None,
            "taste": bool(around.price_places),
            "departments": bool(around.departments),
        }
        return all(there.get(one, True) for one in self.needs)

    def is_for(self, values: Values, around: Surroundings) -> bool:
        """The rule is there for whoever is before the page. Never raises; asked once for each choice of goods."""
        return True

    @property
    def is_for_any_page(self) -> bool:
        """The same goods are meant on every page, for everybody."""
        return not self.needs

    def chosen_fields(self) -> dict[str, str]:
        """The fields in which things are chosen by name, with their kind."""
        found = self.Form.base_fields.items()
        return {name: field.kind for name, field in found if isinstance(field, ChosenField)}

    def chosen(self, values: Values) -> Iterator[tuple[str, Key]]:
        """All that is chosen by name, with its kind."""
        return ((kind, key) for name, kind in self.chosen_fields().items() for key in _keys(values, name))


def _keys(values: Values, name: str) -> tuple[Key, ...]:
    return (*numbers(values, name), *words(values, name))


conditions: Registry[Condition] = Registry("condition")
