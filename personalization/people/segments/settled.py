"""A tree whose every rule can be answered: what is not filled in, or has no code any more, is taken out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from personalization.chosen.stored import Values
from personalization.people.rules.rule import Rule, rules
from personalization.people.segments.tree import Group, Join, Leaf, Node


@dataclass(frozen=True)
class Asked:
    """A rule with what its form made of the parameters."""

    rule: Rule
    values: Values
    leaf: Leaf

    @cached_property
    def key(self) -> str:
        """The same for all that are set alike."""
        return json.dumps(self.leaf.json(), sort_keys=True, default=str)


@dataclass(frozen=True)
class Joined:
    """A group that has something in it."""

    join: Join
    nodes: tuple["Settled", ...]


Settled = Asked | Joined


def settled(node: Node) -> Settled | None:
    """The tree as it can be answered; None for nobody.

    What cannot be answered means nobody, wherever it stands: of "any" it is left out, "all" with it holds nobody, and
    so does a "not" with anything unanswerable below it, for otherwise half a rule would mean everybody.
    """
    if isinstance(node, Leaf):
        return _asked(node)
    if node.join == "not":
        return _negated(node)
    parts = [settled(one) for one in node.nodes]
    found = tuple(one for one in parts if one is not None)
    if not found or (node.join == "all" and len(found) < len(parts)):
        return None
    return found[0] if len(found) == 1 else Joined(node.join, found)


def is_whole(node: Node) -> bool:
    """Every rule in it can be answered, and no group is empty."""
    if isinstance(node, Leaf):
        return _asked(node) is not None
    return bool(node.nodes) and all(is_whole(one) for one in node.nodes)


def is_live(node: Settled) -> bool:
    """Something in it is about the visit going on."""
    return any(one.rule.is_live for one in asked(node))


def asked(node: Settled) -> Iterator[Asked]:
    """Every rule in it, in order."""
    if isinstance(node, Asked):
        yield node
        return
    for one in node.nodes:
        yield from asked(one)


def _negated(node: Group) -> Settled | None:
    below = settled(node.nodes[0]) if is_whole(node) else None
    return Joined("not", (below,)) if below is not None else None


def _asked(leaf: Leaf) -> Asked | None:
    if leaf.rule not in rules:
        return None
    rule = rules.get(leaf.rule)
    values = rule.values(leaf.params)
    return Asked(rule, values, leaf) if values is not None else None
