"""What an owner should know of a segment before it is used: what is empty, contradicts, or has nothing to go by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.profiles.models import Profile
from personalization.people.rules.rule import Rule, rules
from personalization.people.segments.clash import nobody_is_both
from personalization.people.segments.tree import Group, Leaf, Node, leaves
from personalization.people.segments.unfold import InACircle, Known, TooLarge, in_order, needed, unfolded

# Where a node stands: the turn of each group on the way to it, counted from 0.
Path = tuple[int, ...]


@dataclass(frozen=True)
class Warning:
    """What is wrong, what to do, and with which part of the tree."""

    path: Path
    text: str


@dataclass(frozen=True)
class Lint:
    """A tree with what it is held against: the names of what is chosen in it, and all segments."""

    tree: Node
    names: Names = ASK
    known: Mapping[int, Known] = field(default_factory=dict)
    segment_id: int | None = None

    def warnings(self) -> list[Warning]:
        """All of them, in the order of the tree."""
        if not any(leaves(self.tree)):
            return [Warning((), _("There is no rule yet, so nobody is meant: add one."))]
        return [*self._circles(), *self._below(self.tree, ())]

    def _below(self, node: Node, path: Path) -> Iterator[Warning]:
        if isinstance(node, Leaf):
            yield from (Warning(path, text) for text in self._of_leaf(node))
            return
        if not node.nodes:
            yield Warning(path, _("This group is empty, so nobody is meant by it: add a rule or take it out."))
        yield from self._of_group(node, path)
        for turn, one in enumerate(node.nodes):
            yield from self._below(one, (*path, turn))

    def _of_leaf(self, leaf: Leaf) -> Iterator[str]:
        if leaf.rule not in rules:
            yield _("The code for “%(name)s” is gone, so nobody is meant by it: take it out.") % {"name": leaf.rule}
            return
        rule = rules.get(leaf.rule)
        values = rule.values(leaf.params)
        if values is None:
            yield _("This rule is not filled in yet, so nobody is meant by it.")
            return
        for kind, key in rule.chosen(leaf.params):
            if not self.names.of(kind, [key]):
                yield _("Something that was chosen here is gone from the shop (%(what)s): take it out.") % {
                    "what": f"#{key}"
                }
        yield from self._of_nothing(rule, values)

    def _of_nothing(self, rule: Rule, values: Values) -> Iterator[str]:
        if rule.means_everybody(values):
            yield _("This means everybody: it might as well be left out.")
        elif (known := rule.needs(values)) is not None and not Profile.objects.filter(known).exists():
            yield _("The shop knows nothing of the kind about anybody yet, so nobody is meant by it.")

    def _of_group(self, group: Group, path: Path) -> Iterator[Warning]:
        inner = [(one, (*path, turn)) for turn, one in enumerate(group.nodes)]
        if group.join == "all":
            inner = [found for node, where in inner for found in _flattened(node, where)]
        for later, (node, where) in enumerate(inner):
            for other, _where in inner[:later]:
                if text := _clash(group.join, other, node):
                    yield Warning(where, text)
                    break

    def _circles(self) -> Iterator[Warning]:
        if self.segment_id is not None and self.segment_id in needed(self.tree):
            yield Warning((), _("A segment cannot need itself: take it out."))
            return
        mine = {**self.known}
        if self.segment_id is not None:
            mine[self.segment_id] = Known(self.segment_id, "", self.tree, is_live=False)
        _order, in_circles = in_order(mine)
        around = self.segment_id in in_circles or not in_circles.isdisjoint(needed(self.tree))
        if around:
            named = sorted(self.known[one].name for one in in_circles & needed(self.tree) if one in self.known)
            yield Warning((), _("A segment that is named here needs this one in turn (%(names)s): take it out.") % {
                "names": ", ".join(f"“{name}”" for name in named)
            })  # fmt: skip
            return
        try:
            unfolded(self.tree, self.known)
        except (InACircle, TooLarge) as error:
            yield Warning((), str(error))


def _flattened(node: Node, path: Path) -> Iterator[tuple[Node, Path]]:
    """What holds together, through groups of "all" within groups of "all"."""
    if isinstance(node, Group) and node.join == "all":
        for turn, one in enumerate(node.nodes):
            yield from _flattened(one, (*path, turn))
    else:
        yield node, path


def _clash(join: str, one: Node, other: Node) -> str:
    """What is wrong with these two side by side; empty if nothing."""
    if one == other:
        return _("This says the same as a line before it: take one of them out.")
    if _negated(one) == other or _negated(other) == one:
        if join == "all":
            return _("This is the opposite of a line before it, so nobody is meant.")
        return _("This is the opposite of a line before it, so everybody is meant.")
    if join == "all" and nobody_is_both(one, other):
        return _("Nobody can be meant both by this and by a line before it.")
    return ""


def _negated(node: Node) -> Node | None:
    return node.nodes[0] if isinstance(node, Group) and node.join == "not" and node.nodes else None
