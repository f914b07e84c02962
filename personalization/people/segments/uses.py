"""What hangs on a segment: the other segments whose rules name it."""

from collections.abc import Collection, Iterable
from typing import Any

from personalization.people.rules.rule import rules
from personalization.people.segments.models import Segment
from personalization.people.segments.tree import leaves, read

KIND = "segment"


def used_by(segments: Collection[Segment]) -> dict[int, list[Segment]]:
    """Of each of these, the segments that would lose a rule with it: one query."""
    wanted = {one.pk for one in segments}
    found: dict[int, list[Segment]] = {pk: [] for pk in wanted}
    for other in Segment.objects.exclude(pk__in=wanted).only("pk", "name", "tree"):
        for pk in sorted(wanted & named_in(other.tree)):
            found[pk].append(other)
    return found


def named_in(tree: object) -> set[int]:
    """The segments that a tree asks about."""
    return {key for leaf in leaves(read(tree)) for key in _segments(_chosen(leaf.rule, leaf.params))}


def _chosen(name: str, params: Any) -> Iterable[tuple[str, Any]]:
    return rules.get(name).chosen(params) if name in rules else ()


def _segments(chosen: Iterable[tuple[str, Any]]) -> set[int]:
    return {key for kind, key in chosen if kind == KIND and isinstance(key, int)}
