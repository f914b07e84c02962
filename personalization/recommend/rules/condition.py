"""The contract of a condition: what a rule asks of a product. One file and one registration put it into the admin."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise

from personalization.recommend.context import Context
from personalization.recommend.facts.fact import Fact
from personalization.registry import Registry

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Surroundings:
    """What a product is compared with: the shopper and the page, and the product that the page is about."""

    context: Context
    anchor: Fact | None = None
    # What this person usually pays, as a share of the goods of a category that are cheaper: 0 the cheapest, 1 the
    # dearest. Empty for somebody of whom too little is known.
    price_places: Mapping[int, float] = field(default_factory=dict)


class NoValues(forms.Form):
    """A condition that has nothing to set."""


class Condition:
    """Says if a product is meant.

    `needs` names what the rule cannot do without: "product" for one that compares with the product of the page. Where
    it is missing, the rule does nothing.
    """

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    needs: ClassVar[tuple[str, ...]] = ()
    # It is about prices, so the price that this very shopper pays is looked at again at the end.
    is_about_price: ClassVar[bool] = False
    Form: ClassVar[type[forms.Form]] = NoValues

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """True if this product is one of those meant."""
        raise NotImplementedError

    def describe(self, values: Values) -> str:
        """The goods meant, to complete "never show …": "goods of the brand Acme"."""
        raise NotImplementedError

    def applies(self, around: Surroundings) -> bool:
        """All that it needs is there."""
        return "product" not in self.needs or around.anchor is not None


conditions: Registry[Condition] = Registry("condition")
