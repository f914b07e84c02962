"""A rule as it is stored and as it is carried out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from personalization.chosen.stored import number, numbers, words

STRENGTH, STRONGEST = 2.0, 1000.0
LAST_PLACE = 48


class Action(TextChoices):
    """What a rule does, in the order in which rules are carried out."""

    NEVER = "never", _("never show")
    ONLY = "only", _("show only")
    BOOST = "boost", _("move up")
    BURY = "bury", _("move down")
    FIRST = "first", _("show before all others")
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
    # It holds on pages about these categories, and for shoppers from these regions; empty means all.
    where: tuple[int, ...] = ()
    regions: tuple[str, ...] = ()

    def stored(self) -> dict[str, Any]:
        """As a block keeps it."""
        return {
            "action": str(self.action), "condition": self.condition, "values": dict(self.values),
            "strength": self.strength, "place": self.place, "where": list(self.where), "regions": list(self.regions),
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
    # Two dials from 0 to 100: how much goods with more margin, or more in stock, move up.
    lean_margin: int = 0
    lean_stock: int = 0
    # Goods of a stand-in need not be what "show only" asks for; what may never be shown is not shown by them either.
    frees_stand_ins: bool = False

    def of(self, *actions: str) -> list[Rule]:
        """The rules that do one of these."""
        return [rule for rule in self.rules if rule.action in actions]

    def those(self, wanted: Callable[[Rule], bool]) -> "Rules":
        """The same wishes with fewer rules."""
        return replace(self, rules=tuple(rule for rule in self.rules if wanted(rule))) if self.rules else self

    @property
    def need_facts(self) -> bool:
        """Somebody has to know what the candidates are, and not only of which category and brand.

        What only takes reasons away asks about the few that are shown.
        """
        is_about_candidates = any(rule.action != Action.SILENCE for rule in self.rules)
        return bool(is_about_candidates or self.lean_margin or self.lean_stock)


NO_RULES = Rules()


def rules_from(stored: Any, *, name: str = "") -> tuple[Rule, ...]:
    """Rules as a block keeps them; one that makes no sense any more is left out, so that the shop's page lives on."""
    listed = stored if isinstance(stored, list | tuple) else ()
    return tuple(_rule(one, name) for one in listed if isinstance(one, Mapping) and one.get("action") in Action.values)


def _rule(one: Mapping[str, Any], name: str) -> Rule:
    values, strength, place = one.get("values"), number(one, "strength"), number(one, "place")
    return Rule(
        action=str(one["action"]),
        condition=str(one.get("condition", "")),
        values=dict(values) if isinstance(values, Mapping) else {},
        strength=min(strength, STRONGEST) if strength and strength > 0 else STRENGTH,
        place=int(place) if place and 1 <= place <= LAST_PLACE else 1,
        name=name,
        where=numbers(one, "where"),
        regions=words(one, "regions"),
    )
