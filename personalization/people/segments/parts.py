"""Takes a tree apart: what the database answers beforehand, and what only the request can."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from personalization.people.segments.settled import Asked, Joined, Settled, is_live

# The part of a segment without live rules: all of it.
WHOLE = 0


@dataclass(frozen=True)
class Part:
    """Stands for a part of the tree that is answered by membership."""

    number: int


@dataclass(frozen=True)
class Split:
    """What is left of the tree, and its parts by their number."""

    root: "Left | None"
    parts: Mapping[int, Settled]


@dataclass(frozen=True)
class Branch:
    """A group, of which some is answered by membership."""

    join: str
    nodes: tuple["Left", ...]


Left = Part | Asked | Branch


def split(tree: Settled | None) -> Split:
    """The largest parts without live rules, numbered from 1 in their order; a tree without any is all one part, 0."""
    if tree is None:
        return Split(None, {})
    if not is_live(tree):
        return Split(Part(WHOLE), {WHOLE: tree})
    splitting = _Splitting()
    return Split(splitting.left_of(tree), splitting.parts)


def holds(node: Left, *, parts: Collection[int], is_so: Callable[[Asked], bool]) -> bool:
    """The person, who is in these parts, is meant on a visit of which `is_so` says what holds."""
    if isinstance(node, Part):
        return node.number in parts
    if isinstance(node, Asked):
        return is_so(node)
    answers = (holds(one, parts=parts, is_so=is_so) for one in node.nodes)
    if node.join == "not":
        return not any(answers)
    return all(answers) if node.join == "all" else any(answers)


def means_strangers(node: Settled) -> bool:
    """Somebody of whom nothing is known yet is meant."""
    if isinstance(node, Asked):
        return node.rule.means_strangers(node.values)
    answers = (means_strangers(one) for one in node.nodes)
    if node.join == "not":
        return not any(answers)
    return all(answers) if node.join == "all" else any(answers)


def _is_not(node: Settled) -> TypeGuard[Joined]:
    return isinstance(node, Joined) and node.join == "not"


class _Splitting:
    def __init__(self) -> None:
        self.parts: dict[int, Settled] = {}

    def left_of(self, node: Settled) -> Left:
        if not is_live(node):
            return self._part(node)
        if isinstance(node, Asked):
            return node
        known = tuple(one for one in node.nodes if not is_live(one))
        live = tuple(self.left_of(one) for one in node.nodes if is_live(one))
        if not known:
            return Branch(node.join, live)
        # What stands side by side without live rules is one part, and looked up before the others are asked.
        return Branch(node.join, (self._part(known[0] if len(known) == 1 else Joined(node.join, known)), *live))

    def _part(self, node: Settled) -> Left:
        number = len(self.parts) + 1
        if not means_strangers(node):
            self.parts[number] = node
            return Part(number)
        # Of a stranger there is no row: whatever means strangers is kept as those whom it does not mean.
        self.parts[number] = node.nodes[0] if _is_not(node) else Joined("not", (node,))
        return Branch("not", (Part(number),))
