"""The contract of a strategy: what it needs, what it gives, and who stands in for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise

from personalization.chosen.settings import defaults_of, filled
from personalization.recommend.context import Context
from personalization.recommend.facts.prices import rounded
from personalization.recommend.level import Level
from personalization.recommend.reasons import Reason
from personalization.registry import Registry
from personalization.shop import ProductCard

Parameters = Mapping[str, Any]
# What a score was made of, by name.
Parts = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Reduced:
    """A price that came down: what it was for a stranger when this shopper looked, and what it is for one now."""

    was: Decimal
    now: Decimal
    currency: str

    def is_true_of(self, card: ProductCard) -> bool:
        """This shopper pays what a stranger does: of prices of their own nobody knows what they were."""
        return card.price is not None and rounded(card.price) == self.now and card.currency == self.currency


@dataclass(frozen=True)
class Candidate:
    """A product that may be shown, how strongly, and why.

    `times` belongs to the reason: "you bought it three times". `parts` are what the score was made of, by name, for
    the owner who asks. `reduced` strikes a price through; where that is not true the product is not shown.
    `level` is whose list it was taken from, where there could have been another.
    """

    product_id: int
    score: float
    reason: str = Reason.POPULAR
    because_id: int | None = None
    times: int = 0
    parts: Parts = ()
    reduced: Reduced | None = None
    level: Level | None = None


class NoParameters(forms.Form):
    """A strategy that has nothing to set."""


class Strategy:
    """Gives candidates, best first. One file and one registration make it appear in the admin.

    `title` heads a block whose owner named none, and one that this strategy filled as a stand-in.
    `sentence` completes "Shows 6 products …" for the owner. `needs` names the parts of the context without which there
    are no candidates. `stand_ins` are the names of the strategies to ask next.
    """

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    title: ClassVar[str | Promise]
    sentence: ClassVar[str | Promise]
    needs: ClassVar[tuple[str, ...]] = ()
    stand_ins: ClassVar[tuple[str, ...]] = ("trending", "bestsellers")
    # Goods just bought or in the basket may be shown: only for lists that repeat what the shopper did.
    keeps_basket: ClassVar[bool] = False
    # Nothing that this shopper ever bought is shown, by a stand-in neither: the heading promises it.
    only_unbought: ClassVar[bool] = False
    # The page's product is shown along with them: where it may not be shown or bought, nothing is. What has variants to
    # choose from is left out, and nothing is pinned.
    brings_product: ClassVar[bool] = False
    # However many the owner asks for; 0 means as many as asked for. The page's product counts, if it is brought.
    most_shown: ClassVar[int] = 0
    # What draws it; empty for the row of cards that all others have.
    template: ClassVar[str] = ""
    # At most so many of one category, as long as there are others, unless the owner says otherwise; 0 means any number.
    most_of_category: ClassVar[int] = 0
    Form: ClassVar[type[forms.Form]] = NoParameters

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """Product ids with score and reason, best first; empty when there is nothing to say."""
        raise NotImplementedError

    def describe(self, parameters: Parameters) -> str:
        """The owner's sentence with the parameters filled in."""
        return str(self.sentence)

    def period(self, parameters: Parameters) -> str:
        """The time that a list is about, said beside its heading; empty for what has none."""
        return ""

    def clean(self, parameters: Parameters) -> dict[str, Any]:
        """The parameters with every default filled in; what does not fit its field is replaced by the default."""
        return filled(self.Form, parameters)

    def defaults(self) -> dict[str, Any]:
        """The initial value of each parameter."""
        return defaults_of(self.Form)


strategies: Registry[Strategy] = Registry("strategy")


def strategy_choices() -> list[tuple[str, str | Promise]]:
    """For the model field, which keeps this function by reference: a new strategy makes no migration."""
    return strategies.choices()
