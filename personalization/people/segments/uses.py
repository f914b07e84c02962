"""What hangs on a segment, and what becomes of it once the segment is gone.

Whatever may name a segment, here or in a package above, registers itself: other segments, blocks, rules for goods.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.people.rules.rule import rules
from personalization.people.segments.models import Segment
from personalization.people.segments.tree import leaves, read
from personalization.registry import Registry

KIND = "segment"


@dataclass(frozen=True)
class Use:
    """One thing that names a segment: what it is called, where it is mended, and what it means without the segment."""

    name: str
    told: str
    url: str


class Uses:
    """A kind of thing that may name segments. One class and one registration."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]

    def of(self, wanted: Collection[int]) -> Mapping[int, list[Use]]:
        """By segment, what names it; of those only that are wanted. One query."""
        raise NotImplementedError


uses: Registry[Uses] = Registry("use of segments")


def used_by(segments: Collection[Segment]) -> dict[int, list[Use]]:
    """Of each of these, all that hangs on it: one query for each kind of thing."""
    wanted = {one.pk for one in segments}
    found: dict[int, list[Use]] = {pk: [] for pk in wanted}
    for kind in uses if wanted else ():
        for pk, named in kind.of(wanted).items():
            found.get(pk, []).extend(named)
    return found


@uses.register
class InOtherSegments(Uses):
    """Segments with a rule about it."""

    name, label = "segment", gettext_lazy("other segments")

    def of(self, wanted: Collection[int]) -> Mapping[int, list[Use]]:
        """The segments that would lose a rule."""
        found: dict[int, list[Use]] = {}
        for other in Segment.objects.exclude(pk__in=wanted).only("pk", "name", "tree"):
            told = _("“%(name)s” has a rule about it, and that rule will mean nobody.") % {"name": other.name}
            use = Use(other.name, told, reverse("admin:personalization_segment_page", args=[other.pk]))
            for pk in sorted(named_in(other.tree) & set(wanted)):
                found.setdefault(pk, []).append(use)
        return found


def named_in(tree: object) -> set[int]:
    """The segments that a tree asks about."""
    return {key for leaf in leaves(read(tree)) for key in _segments(_chosen(leaf.rule, leaf.params))}


def _chosen(name: str, params: Any) -> Iterable[tuple[str, Any]]:
    return rules.get(name).chosen(params) if name in rules else ()


def _segments(chosen: Iterable[tuple[str, Any]]) -> set[int]:
    return {key for kind, key in chosen if kind == KIND and isinstance(key, int)}
