"""The checklist of the first days: what is done, what comes next and how long it takes; it can be put away."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from personalization.storefront.launch import launch_steps
from personalization.storefront.put_away import is_put_away
from personalization.storefront.steps import DONE, Step, first_steps


@dataclass(frozen=True)
class Row:
    """A step, and whether whoever looks may follow its button."""

    step: Step
    may_follow: bool


@dataclass(frozen=True)
class Checklist:
    """All steps in their order."""

    rows: list[Row]
    is_away: bool = False

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(row.step.state == DONE for row in self.rows)

    @property
    def is_over(self) -> bool:
        """Nothing is left to do, and so there is nothing to put away either."""
        return self.done == len(self.rows)

    @property
    def minutes(self) -> int:
        """What is left takes its owner about so long."""
        return sum(row.step.minutes for row in self.rows if row.step.state != DONE)


def checklist(request: HttpRequest, *, now: datetime) -> Checklist:
    """As far as facts say; nobody ticks anything off by hand."""
    may = request.user.has_perm
    steps = [*first_steps(now=now), *launch_steps(now=now)]
    return Checklist([Row(one, may(f"personalization.{one.right}")) for one in steps], is_put_away(request))
