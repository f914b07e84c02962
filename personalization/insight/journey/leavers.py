"""Makes a segment of the people who left at a step: a live one, that stays true by itself."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from personalization.insight.journey.asked import Asked
from personalization.people.journeys.steps import Step
from personalization.people.segments.models import Segment

LONGEST_NAME = 90


class NoNameLeft(RuntimeError):
    """Other segments have all the names that this one could be given."""


def segment_of_leavers(asked: Asked, step: Step) -> tuple[Segment, bool]:
    """The segment, and whether it is new: pressed twice, it is the same one."""
    tree = asked.tree(step)
    made = Segment.objects.in_use().filter(tree=tree).order_by("pk").first()
    return (made, False) if made else (_make(asked, step, tree), True)


def _make(asked: Asked, step: Step, tree: dict[str, Any]) -> Segment:
    note = _("Made from the picture of the journey: who came as far as “%(step)s” on some visit, and no further.")
    for name in _free_names(asked, step):
        try:
            with transaction.atomic():
                return Segment.objects.create(name=name, tree=tree, note=note % {"step": step.label})
        except IntegrityError:
            # The owner calls another one so.
            continue
    raise NoNameLeft(NoNameLeft.__doc__)


def _free_names(asked: Asked, step: Step) -> Iterable[str]:
    left = _("Left after: %(step)s") % {"step": step.label}
    name = ", ".join([left, asked.days_told, *asked.narrowed_told])[:LONGEST_NAME]
    return (name if turn == 1 else f"{name} ({turn})" for turn in range(1, 50))
