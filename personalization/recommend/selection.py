"""What a block shows, and how it came to it."""

from dataclasses import dataclass
from typing import Any

from personalization.recommend.level import Level
from personalization.recommend.strategies.strategy import Candidate
from personalization.shop import ProductCard


@dataclass(frozen=True)
class Choice:
    """A product that will be shown."""

    card: ProductCard
    candidate: Candidate
    served_by: str


@dataclass(frozen=True)
class Selection:
    """What a block shows, and how it came to it."""

    strategy: str
    choices: tuple[Choice, ...] = ()
    # The page's product, where it is shown along with them; it was not chosen.
    beside: ProductCard | None = None

    @property
    def cards(self) -> list[ProductCard]:
        """The cards, each with its reason; before them the page's product, if it is shown along."""
        return [*([self.beside] if self.beside else ()), *(choice.card for choice in self.choices)]

    @property
    def served_by(self) -> str:
        """The strategies that filled it, the loudest first, joined by '+'; empty when there is nothing."""
        return "+".join(dict.fromkeys(choice.served_by for choice in self.choices))

    @property
    def is_own(self) -> bool:
        """At least one product comes from the strategy that was asked for."""
        return any(choice.served_by == self.strategy for choice in self.choices)

    @property
    def level(self) -> Level | None:
        """Whose list the first product comes from, if there were several to choose from."""
        return self.choices[0].candidate.level if self.choices else None

    def told(self) -> dict[str, Any]:
        """What the log keeps of it."""
        products = [
            {
                "id": one.card.id,
                "reason": str(one.candidate.reason),
                "because": one.candidate.because_id,
                "by": one.served_by,
                **({"times": one.candidate.times} if one.candidate.times > 1 else {}),
                **({"level": one.candidate.level.name} if one.candidate.level else {}),
            }
            for one in self.choices
        ]
        return {"strategy": self.strategy, "served_by": self.served_by, "products": products}
