"""Segments within segments: who needs whom, that nobody needs itself, and live ones put in place of their name."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from personalization.chosen.stored import numbers
from personalization.people.segments.tree import DEEPEST, Group, Leaf, Node, leaves, read

# The rule that names other segments, and its parameter.
RULE, NAMED = "segment", "segments"
MOST, LONGEST_CHAIN = 500, 20


class InACircle(ValueError):
    """A segment needs itself, by way of others."""

    def __init__(self, name: str) -> None:
        super().__init__(_("“%(name)s” needs itself by way of other segments: take one of them out.") % {"name": name})


class TooLarge(ValueError):
    """With all that it names, the segment has too many rules."""

    def __init__(self) -> None:
        super().__init__(_("With the segments that it names, this one has too many rules."))


@dataclass(frozen=True)
class Known:
    """A segment, as far as others need it."""

    id: int
    name: str
    tree: Node
    is_live: bool


def needed(tree: Node) -> set[int]:
    """The segments that a tree names."""
    return {one for leaf in leaves(tree) if leaf.rule == RULE for one in numbers(leaf.params, NAMED)}


def all_needed(tree: Node, known: Mapping[int, Known]) -> set[int]:
    """Those too that they need themselves."""
    found: set[int] = set()
    ahead = needed(tree)
    while ahead:
        found |= ahead
        ahead = {two for one in ahead if one in known for two in needed(known[one].tree)} - found
    return found


def in_order(known: Mapping[int, Known]) -> tuple[list[int], set[int]]:
    """Each after those that it needs; and those apart that stand in a circle or need one that does."""
    left, order = dict(known), list[int]()
    while ready := [one for one, segment in left.items() if needed(segment.tree).isdisjoint(left)]:
        order += ready
        for one in ready:
            del left[one]
    return order, set(left)


def unfolded(tree: Node, known: Mapping[int, Known]) -> Node:
    """The tree with live segments in place of their names: their members are nowhere written down.

    Raises InACircle or TooLarge.
    """
    return _Unfolding(known).node(tree, above=())


def read_unfolded(stored: object) -> Node:
    """A tree that was unfolded, as it is stored."""
    return read(stored, deepest=DEEPEST * (LONGEST_CHAIN + 2), most_leaves=MOST)


class _Unfolding:
    """Counts as it goes: each naming the one before it twice, twenty segments would have a million rules."""

    def __init__(self, known: Mapping[int, Known]) -> None:
        self.known, self.left = known, MOST

    def node(self, node: Node, *, above: tuple[int, ...]) -> Node:
        if isinstance(node, Group):
            return Group(node.join, tuple(self.node(one, above=above) for one in node.nodes))
        self.left -= 1
        if self.left < 0 or len(above) > LONGEST_CHAIN:
            raise TooLarge
        return self._opened(node, above=above) if node.rule == RULE else node

    def _opened(self, leaf: Leaf, *, above: tuple[int, ...]) -> Node:
        named = numbers(leaf.params, NAMED)
        live = [one for one in named if one in self.known and self.known[one].is_live]
        if not live:
            return leaf
        for one in live:
            if one in above:
                raise InACircle(self.known[one].name)
        nodes = [self.node(self.known[one].tree, above=(*above, one)) for one in live]
        if rest := [one for one in named if one not in live]:
            nodes.append(Leaf(RULE, {**leaf.params, NAMED: rest}))
        return Group("any", tuple(nodes))
