"""Makes a fresh shop ready, down to the first block. Safe to run again at any time."""

import json
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from personalization import shop
from personalization.events.partitions import ensure_partitions
from personalization.recommend.models import TrainingRun
from personalization.recommend.rank import refresh_rankings
from personalization.recommend.requests import request_training
from personalization.storefront.models import Block

NIGHT_HOUR = 3
EVERY = {
    "work_off_training": timedelta(seconds=15),
    "refresh_rankings": timedelta(minutes=10),
    "sweep_orders": timedelta(minutes=10),
}
BLOCKS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("home-1", "recently_viewed", {"minimum": 1, "fallback": "hide"}),
    # A stranger's home has the lists below anyway: standing in with one of them would show it twice.
    ("home-2", "for_you", {"limit": 12, "fallback": "hide"}),
    ("home-3", "bestsellers", {"parameters": {"period": "week", "measure": "units"}}),
    ("home-4", "trending", {"fallback": "hide"}),
    ("home-4", "new_arrivals", {"position": 2, "fallback": "hide"}),
    ("product-1", "similar", {}),
    ("product-2", "bought_together", {}),
    ("product-3", "recently_viewed", {"minimum": 1, "fallback": "hide"}),
    ("basket-1", "goes_with_basket", {}),
    ("category-1", "bestsellers", {"parameters": {"period": "month", "measure": "units"}}),
)


class Command(BaseCommand):
    """`manage.py personalization_bootstrap`"""

    help = "Makes the log's partitions, the schedule and a first set of blocks; reads the orders; asks for a training."

    def add_arguments(self, parser: CommandParser) -> None:
        """One switch, for shops that read their orders at another time."""
        parser.add_argument(
            "--no-import", action="store_true", help="Do not read the orders that the shop already has."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Does each step that is not done yet; what the owner has changed stays as it is."""
        now = timezone.now()
        months = ensure_partitions(now, since=shop.first_order_at())
        self.stdout.write(f"Partitions of the event log: {len(months)} new.")
        self.stdout.write(f"Scheduled jobs: {make_schedule()} new.")
        self.stdout.write(f"Blocks: {make_blocks()} new.")
        if not options["no_import"]:
            call_command("import_history", stdout=self.stdout, stderr=self.stderr)
        self.stdout.write(f"Best-seller lists: {refresh_rankings(now=now)['lists']}.")
        self.stdout.write(self.style.SUCCESS(self._next_step()))

    def _next_step(self) -> str:
        if TrainingRun.objects.filter(status=TrainingRun.Status.PUBLISHED).exists():
            return "Ready: a model is served already."
        run = request_training(asked_by="bootstrap")
        return f"Ready. Training {run} waits for a Celery worker; to train at once: manage.py personalization_train"


@transaction.atomic
def make_schedule() -> int:
    """The rows of django-celery-beat, in UTC so that clock changes move nothing; gives how many were new."""
    nightly, _ = CrontabSchedule.objects.get_or_create(minute="0", hour=str(NIGHT_HOUR), timezone="UTC")
    early, _ = CrontabSchedule.objects.get_or_create(minute="0", hour=str(NIGHT_HOUR - 1), timezone="UTC")
    made = [_task("train", crontab=nightly), _task("make_partitions", crontab=early)]
    for name, every in EVERY.items():
        seconds = int(every.total_seconds())
        interval, _ = IntervalSchedule.objects.get_or_create(every=seconds, period=IntervalSchedule.SECONDS)
        made.append(_task(name, interval=interval))
    return sum(made)


def make_blocks() -> int:
    """A first set of blocks, if the owner has none yet; gives how many were new."""
    if Block.objects.exists():
        return 0
    return len(
        Block.objects.bulk_create([Block(slot=slot, strategy=strategy, **more) for slot, strategy, more in BLOCKS])
    )


def _task(name: str, **schedule: Any) -> bool:
    values = {"task": f"personalization.{name}", "kwargs": json.dumps({}), **schedule}
    is_new: bool
    _, is_new = PeriodicTask.objects.get_or_create(name=f"personalization: {name.replace('_', ' ')}", defaults=values)
    return is_new
