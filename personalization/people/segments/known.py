"""All segments as others need them: their trees, and which of them only a visit can answer."""

from collections.abc import Iterable, Mapping

from personalization.people.segments.models import Segment
from personalization.people.segments.settled import is_live, settled
from personalization.people.segments.tree import Node, read
from personalization.people.segments.unfold import Known, in_order, needed


def all_known() -> dict[int, Known]:
    """Every segment: one query."""
    rows = Segment.objects.order_by("pk").values_list("pk", "name", "tree")
    return judged((pk, name, read(tree)) for pk, name, tree in rows)


def judged(rows: Iterable[tuple[int, str, Node]]) -> dict[int, Known]:
    """Which are live: by their own rules, or by those of a segment that they name."""
    known = {pk: Known(pk, name, tree, _is_live_itself(tree)) for pk, name, tree in rows}
    order, in_circles = in_order(known)
    for pk in (*order, *in_circles):
        one = known[pk]
        if not one.is_live and names_live(one.tree, known):
            known[pk] = Known(pk, one.name, one.tree, True)
    return known


def names_live(tree: Node, known: Mapping[int, Known]) -> bool:
    """It names a segment that only a visit can answer."""
    return any(one in known and known[one].is_live for one in needed(tree))


def _is_live_itself(tree: Node) -> bool:
    found = settled(tree)
    return found is not None and is_live(found)
