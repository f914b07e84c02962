"""A whole tree in words: "People who bought at least 3 times in the last 90 days, but not those who ..."."""

from django.utils.translation import gettext as _

from personalization.chosen.choosable import ASK, Names, learned
from personalization.people.rules.rule import rules
from personalization.people.segments.tree import Group, Leaf, Node, leaves


def sentence(tree: Node, names: Names | None = None) -> str:
    """The people meant; whatever is chosen in it is asked for at once, unless the names are given."""
    if not any(leaves(tree)):
        return _("Nobody yet: add a rule.")
    return _("People who %(deeds)s.") % {"deeds": fragment(tree, names or names_in(tree))}


def names_in(*trees: Node) -> Names:
    """The names of all that these trees mention: one query for each kind of thing."""
    found = (leaf for tree in trees for leaf in leaves(tree) if leaf.rule in rules)
    return learned(one for leaf in found for one in rules.get(leaf.rule).chosen(leaf.params))


def leaf_told(leaf: Leaf, names: Names = ASK) -> str:
    """One rule, to follow "people who"; what is missing is said instead."""
    if leaf.rule not in rules:
        return _("… (the code for “%(name)s” is gone)") % {"name": leaf.rule}
    rule = rules.get(leaf.rule)
    values = rule.values(leaf.params)
    if values is None:
        return _("… (%(rule)s: not filled in yet)") % {"rule": rule.label}
    return rule.describe(values, names)


def fragment(node: Node, names: Names = ASK, *, is_within: bool = False) -> str:
    """A part of the tree, to follow "people who". Within an "either" a list of its own stands in brackets."""
    if isinstance(node, Leaf):
        return leaf_told(node, names)
    nodes = [one for one in node.nodes if any(leaves(one))]
    if not nodes:
        return _("… (empty group)")
    if node.join == "not":
        return _("do not belong to those who %(deeds)s") % {"deeds": fragment(nodes[0], names, is_within=True)}
    if len(nodes) == 1:
        return fragment(nodes[0], names, is_within=is_within)
    told = _all_told(nodes, names) if node.join == "all" else _any_told(nodes, names)
    return f"({told})" if is_within else told


def _all_told(nodes: list[Node], names: Names) -> str:
    out = [one for one in nodes if isinstance(one, Group) and one.join == "not"]
    in_it: list[Node] = [one for one in nodes if one not in out]
    if not in_it:
        in_it, out = [out[0]], out[1:]
    told = fragment(in_it[0], names)
    for one in in_it[1:]:
        told = _("%(deeds)s, and who %(more)s") % {"deeds": told, "more": fragment(one, names)}
    for one in out:
        others = fragment(one.nodes[0], names, is_within=True)
        told = _("%(deeds)s, but not those who %(others)s") % {"deeds": told, "others": others}
    return told


def _any_told(nodes: list[Node], names: Names) -> str:
    told = [fragment(one, names, is_within=True) for one in nodes]
    if len(told) == 2:
        return _("either %(one)s or %(other)s") % {"one": told[0], "other": told[1]}
    return _("either %(several)s, or %(last)s") % {"several": ", ".join(told[:-1]), "last": told[-1]}
