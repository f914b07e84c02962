"""A segment's tree: groups of rules, and groups of groups; kept as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Join = Literal["all", "any", "not"]
JOINS: tuple[Join, ...] = ("all", "any", "not")
# Deeper than this nobody understands what is meant, and more rules than this no page can show. The builder's three
# groups within each other are six levels, for "none" is kept as two.
DEEPEST, MOST_LEAVES = 6, 60


@dataclass(frozen=True)
class Leaf:
    """A rule with what is set for it."""

    rule: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """As it is stored."""
        return {"rule": self.rule, "params": dict(self.params)}


@dataclass(frozen=True)
class Group:
    """All of these hold, any of them, or none: of "not" there is one."""

    join: Join
    nodes: tuple["Node", ...] = ()

    def json(self) -> dict[str, Any]:
        """As it is stored."""
        if self.join == "not":
            return {"not": self.nodes[0].json() if self.nodes else EMPTY.json()}
        return {self.join: [node.json() for node in self.nodes]}


Node = Group | Leaf
# Nobody: what has no rules means no one.
EMPTY = Group("all")


def read(stored: object, *, deepest: int = DEEPEST, most_leaves: int = MOST_LEAVES) -> Node:
    """The tree that is stored. Never raises: what cannot be understood is an empty group, and so means nobody."""
    return _Reading(deepest, most_leaves).node(stored, depth=1)


def leaves(node: Node) -> Iterator[Leaf]:
    """Every rule in it, in order."""
    if isinstance(node, Leaf):
        yield node
        return
    for one in node.nodes:
        yield from leaves(one)


class _Reading:
    """Reads one tree; rules after the last one allowed are left out as if they were empty groups."""

    def __init__(self, deepest: int, most_leaves: int) -> None:
        self.deepest, self.most, self.left = deepest, most_leaves, most_leaves

    def node(self, stored: object, *, depth: int) -> Node:
        if not isinstance(stored, Mapping):
            return EMPTY
        if "rule" in stored:
            return self._leaf(stored)
        if depth > self.deepest:
            return EMPTY
        if "not" in stored:
            return Group("not", (self.node(stored["not"], depth=depth + 1),))
        for join in ("all", "any"):
            if isinstance(listed := stored.get(join), list | tuple):
                # Below those allowed there may be empty groups without end.
                return Group(join, tuple(self.node(one, depth=depth + 1) for one in listed[: self.most]))
        return EMPTY

    def _leaf(self, stored: Mapping[Any, Any]) -> Node:
        name, params = stored.get("rule"), stored.get("params")
        if not isinstance(name, str) or self.left == 0:
            return EMPTY
        self.left -= 1
        return Leaf(name, params if isinstance(params, Mapping) else {})
