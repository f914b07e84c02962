"""Whether two parts of a tree leave room for anybody: told only where it is certain, whatever the people did."""

from collections.abc import Callable, Iterable
from typing import Any, TypeGuard

from personalization.chosen.stored import Values
from personalization.people.rules.goods import FIELDS as GOODS
from personalization.people.rules.rule import Rule, rules
from personalization.people.segments.tree import Group, Leaf, Node

ENDS = ("least", "most")
WINDOW = "days"


def nobody_is_both(one: Node, other: Node) -> bool:
    """Whoever is meant by one of these is not meant by the other."""
    for group, alone in ((one, other), (other, one)):
        if isinstance(group, Group) and group.nodes:
            if group.join == "not":
                if is_within(alone, group.nodes[0]):
                    return True
            elif _how_many(group)(nobody_is_both(node, alone) for node in group.nodes):
                return True
    return isinstance(one, Leaf) and isinstance(other, Leaf) and _are_apart(one, other)


def is_within(one: Node, other: Node) -> bool:
    """Whoever is meant by the first is meant by the second, too."""
    if one == other:
        return True
    if _joins(other) and _each(other)(is_within(one, node) for node in other.nodes):
        return True
    if _joins(one):
        return _how_many(one)(is_within(node, other) for node in one.nodes)
    return isinstance(one, Leaf) and isinstance(other, Leaf) and _is_narrower_leaf(one, other)


def _joins(node: Node) -> TypeGuard[Group]:
    return isinstance(node, Group) and node.join != "not" and bool(node.nodes)


def _how_many(group: Group) -> Callable[[Iterable[object]], bool]:
    """What holds of one of "all" holds of the group; of "any", what holds of each."""
    return any if group.join == "all" else all


def _each(group: Group) -> Callable[[Iterable[object]], bool]:
    """To be within "all" is to be within each of it; within "any", one is enough."""
    return all if group.join == "all" else any


def _are_apart(one: Leaf, other: Leaf) -> bool:
    found = _of_one_rule(one, other)
    if found is None:
        return False
    rule, first, second = found
    if rule.one_of and _rest(first, rule.one_of) == _rest(second, rule.one_of):
        return set(first[rule.one_of]).isdisjoint(second[rule.one_of])
    return any(
        _is_less(high["most"], low["least"]) and _counts_no_more(rule, low, high)
        for low, high in ((first, second), (second, first))
        if all(end in low for end in ENDS)
    )


def _is_narrower_leaf(one: Leaf, other: Leaf) -> bool:
    found = _of_one_rule(one, other)
    if found is None:
        return False
    rule, inner, outer = found
    if rule.one_of and _rest(inner, rule.one_of) == _rest(outer, rule.one_of):
        return set(inner[rule.one_of]) <= set(outer[rule.one_of])
    if not all(end in inner for end in ENDS):
        return False
    # So many of the narrower are as many of the wider, and at most so many of the wider as few of the narrower.
    has_least = not outer["least"] or (
        inner["least"] is not None and inner["least"] >= outer["least"] and _counts_no_more(rule, inner, outer)
    )
    has_most = outer["most"] is None or (
        inner["most"] is not None and inner["most"] <= outer["most"] and _counts_no_more(rule, outer, inner)
    )
    is_open = not outer["least"] and outer["most"] is None
    return has_least and has_most and not is_open


def _of_one_rule(one: Leaf, other: Leaf) -> tuple[Rule, Values, Values] | None:
    if one.rule != other.rule or one.rule not in rules:
        return None
    rule = rules.get(one.rule)
    first, second = rule.values(one.params), rule.values(other.params)
    return (rule, first, second) if first is not None and second is not None else None


def _counts_no_more(rule: Rule, few: Values, many: Values) -> bool:
    """Whatever the first counts, the second counts too."""
    if _rest(few, *ENDS) == _rest(many, *ENDS):
        return True
    if not rule.adds_up(few) or _rest(few, *ENDS, WINDOW, *GOODS) != _rest(many, *ENDS, WINDOW, *GOODS):
        return False
    return _is_no_longer(few.get(WINDOW), many.get(WINDOW)) and _has_no_more_goods(few, many)


def _is_no_longer(days: int | None, others: int | None) -> bool:
    return not others or (bool(days) and days <= others)  # type: ignore[operator]


def _has_no_more_goods(few: Values, many: Values) -> bool:
    chosen = [(set(few.get(name) or ()), set(many.get(name) or ())) for name in GOODS]
    if not any(theirs for _ours, theirs in chosen):
        return True
    return any(ours for ours, _theirs in chosen) and all(ours <= theirs for ours, theirs in chosen)


def _is_less(most: Any, least: Any) -> bool:
    return most is not None and least is not None and most < least


def _rest(values: Values, *without: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in without}
