"""Fixed places: what the owner puts somewhere stands there, whether a strategy named it or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from personalization.chosen.stored import numbers
from personalization.recommend.rules.rule import Action, Rule, Rules

# The condition that names goods one by one: these can be pinned without being candidates.
BY_NAME = "product"
T = TypeVar("T")


@dataclass(frozen=True)
class Pinned:
    """A product for a place, counted from 1."""

    product_id: int
    place: int
    rule: Rule


def pinned(rules: Rules, *, but: Sequence[int]) -> list[Pinned]:
    """What is to stand in a fixed place, in the order of the rules; each product once, none of those in `but`."""
    found: dict[int, Pinned] = {}
    for rule in rules.of(Action.PIN):
        named = numbers(rule.values, "products") if rule.condition == BY_NAME else ()
        for offset, product_id in enumerate(named):
            if product_id not in but:
                found.setdefault(product_id, Pinned(product_id, rule.place + offset, rule))
    return list(found.values())


def placed(others: Sequence[T], fixed: Mapping[int, Sequence[T]]) -> list[T]:
    """Each fixed one in its place, the others round them in their order. Of two for one place the second goes next."""
    waiting, rest = dict(fixed), list(others)
    row: list[T] = []
    while rest or waiting:
        due = [place for place in sorted(waiting) if place <= len(row) + 1 or not rest]
        if due:
            first, *more = waiting.pop(due[0])
            row.append(first)
            if more:
                waiting[due[0]] = more
        else:
            row.append(rest.pop(0))
    return row
