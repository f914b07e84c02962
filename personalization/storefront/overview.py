"""The four questions of an owner: is it working, what did shoppers see, what needs me, what next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization.events.days import day_of
from personalization.jobs.models import JobRun
from personalization.recommend.models import TrainingRun
from personalization.recommend.rules.models import ShopRule
from personalization.storefront.health import SHOWN, health, lately, surroundings
from personalization.storefront.models import Block
from personalization.storefront.rule_check import checked_shop_rules
from personalization.storefront.steps import DONE, Step, first_steps, next_step


@dataclass(frozen=True)
class Need:
    """Something that waits for the owner, with its remedy."""

    told: str
    url: str
    button: str


@dataclass(frozen=True)
class Overview:
    """All that the page at a glance shows."""

    steps: list[Step]
    needs: list[Need]
    # In seven days, of which today is one and not over; the weeks to compare end yesterday.
    shown: int
    shown_week: int
    shown_week_before: int

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.state == DONE for step in self.steps)

    @property
    def next(self) -> Step | None:
        """What to do next."""
        return next_step(self.steps)

    @property
    def change(self) -> int | None:
        """By how many percent more was shown than in the week before."""
        if not self.shown_week_before:
            return None
        return round(100 * (self.shown_week - self.shown_week_before) / self.shown_week_before)


def overview(*, now: datetime) -> Overview:
    """Reads it all, in a number of queries that does not grow with the shop."""
    ages = [((day_of(now) - one.day).days, one.events) for one in lately(SHOWN, now=now, days=15)]
    counted = [sum(events for age, events in ages if age in week) for week in (range(7), range(1, 8), range(8, 15))]
    return Overview(first_steps(now=now), needs(now=now), *counted)


def needs(*, now: datetime) -> list[Need]:
    """What is wrong, each with the way to mend it."""
    return [*_blocks(now), *_rules(), *_jobs(now), *_training()]


def _blocks(now: datetime) -> list[Need]:
    around = surroundings(now=now)
    return [
        Need(
            _told(block, problem),
            reverse("admin:personalization_block_change", args=[block.pk]),
            _("Open the block"),
        )
        for block in Block.objects.all()
        for problem in health(block, around, now=now).problems
    ]


def _rules() -> list[Need]:
    rows = {row.pk: row for row in ShopRule.objects.filter(is_active=True)}
    return [
        Need(
            _("Rule “%(name)s”: %(problem)s") % {"name": rows[pk].name, "problem": problem},
            reverse("admin:personalization_shoprule_change", args=[pk]),
            _("Open the rule"),
        )
        for pk, checked in checked_shop_rules(rows.values()).items()
        for problem in (checked.warnings if checked else [_("It makes no sense any more: choose anew what it does.")])
    ]


def _told(block: Block, problem: str) -> str:
    words = {"heading": heading_of(block), "place": block.slot, "problem": problem}
    return _("Block “%(heading)s” in %(place)s: %(problem)s") % words


def heading_of(block: Block) -> str:
    """Its heading; of one whose code is gone, the stored name."""
    try:
        return block.heading()
    except LookupError:
        return block.strategy


def _jobs(now: datetime) -> list[Need]:
    failed = JobRun.objects.filter(status=JobRun.Status.FAILED, started_at__gte=now - timedelta(days=1)).count()
    if not failed:
        return []
    text = ngettext("%(n)s job failed in the last 24 hours.", "%(n)s jobs failed in the last 24 hours.", failed)
    return [
        Need(
            text % {"n": failed},
            reverse("admin:personalization_jobrun_changelist") + "?status__exact=failed",
            _("See why"),
        )
    ]


def _training() -> list[Need]:
    last = TrainingRun.objects.first()
    if last is None or last.status not in (TrainingRun.Status.REFUSED, TrainingRun.Status.FAILED):
        return []
    told = _("Training %(version)s was not taken over: %(reason)s") % {"version": last, "reason": last.verdict_told}
    return [Need(told, reverse("admin:personalization_trainingrun_change", args=[last.pk]), _("See the training"))]
