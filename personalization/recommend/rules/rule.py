"""A rule as it is stored and as it is carried out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

STRENGTH = 2.0


class Action(TextChoices):
    """What a rule does, in the order in which rules are carried out."""

    NEVER = "never", _("never show")
    ONLY = "only", _("show only")
    BOOST = "boost", _("move up")
    BURY = "bury", _("move down")
    PIN = "pin", _("put in a fixed place")
    SILENCE = "silence", _("give no reason for")


@dataclass(frozen=True)
class Rule:
    """One rule: what it does, to which goods, how strongly or where."""

    action: str
    condition: str
    values: Mapping[str, Any] = field(default_factory=dict)
    # How many times as good, or as bad, a product counts that is moved up or down.
    strength: float = STRENGTH
    # Of a pinned product, counted from 1.
    place: int = 1
    # What the owner calls it; empty for a rule of one block.
    name: str = ""

    def stored(self) -> dict[str, Any]:
        """As a block keeps it."""
        return {
            "action": str(self.action), "condition": self.condition, "values": dict(self.values),
            "strength": self.strength, "place": self.place,
        }  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """All that an owner asks of a block: those of the whole shop come before the block's own."""

    rules: tuple[Rule, ...] = ()
    # At most so many of one category, or of one brand, as long as there are others; 0 means any number. None leaves it
    # to the strategy.
    most_of_category: int | None = None
    most_of_brand: int = 0
    # After so many showings without a click a product moves behind the others, for this person; 0 means never.
    tires_after: int = 0
    # Goods of a stand-in need not be what "show only" asks for; what may never be shown is not shown by them either.
    frees_stand_ins: bool = False

    def of(self, *actions: str) -> list[Rule]:
        """The rules that do one of these."""
        return [rule for rule in self.rules if rule.action in actions]

    @property
    def need_facts(self) -> bool:
        """Somebody has to know what the candidates are."""
        return bool(self.rules or self.most_of_category or self.most_of_brand)


NO_RULES = Rules()


def rules_from(stored: Iterable[Mapping[str, Any]], *, name: str = "") -> tuple[Rule, ...]:
    """Rules as a block keeps them; one that makes no sense any more is left out, so that the shop's page lives on."""
    known = set(Action.values)
    return tuple(
        Rule(
            action=str(one["action"]), condition=str(one.get("condition", "")), values=dict(one.get("values") or {}),
            strength=float(one.get("strength") or STRENGTH), place=int(one.get("place") or 1), name=name,
        )
        for one in stored
        if one.get("action") in known
    )  # fmt: skip
