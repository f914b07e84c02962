"""How a segment came about that no owner drew: whoever makes such ones registers what its page says of that."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise

from personalization.people.segments.models import Segment
from personalization.registry import Registry


@dataclass(frozen=True)
class Origin:
    """In a sentence or two; and the numbers behind it, as a table with its head."""

    told: str
    title: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class Origins:
    """Segments whose `origin` begins with the name and a colon. One class and one registration."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]

    def told(self, number: str) -> Origin | None:
        """Of the one with what stands behind the colon; None where nothing is known."""
        raise NotImplementedError


origins: Registry[Origins] = Registry("origin of segments")


def origin_of(segment: Segment) -> Origin | None:
    """None of a segment that an owner drew."""
    name, _colon, number = segment.origin.partition(":")
    return origins.get(name).told(number) if name in origins else None
