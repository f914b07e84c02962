"""Makes a fresh shop ready: partitions, schedule, first blocks, lists. Safe to run again at any time."""

import json
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from personalization import shop
from personalization.events.partitions import ensure_partitions
from personalization.recommend.rank import refresh_rankings
from personalization.storefront.models import Block

NIGHT_HOUR = 3
EVERY = {
    "work_off_training": timedelta(seconds=15),
    "refresh_rankings": timedelta(minutes=10),
    "sweep_orders": timedelta(minutes=10),
}
BLOCKS = (
    ("home-1", 1, "recently_viewed", {"minimum": 1, "fallback": "hide"}),
    ("home-2", 1, "for_you", {"limit": 12}),
    ("home-3", 1, "bestsellers", {"parameters": {"period": "week", "measure": "units"}}),
    ("home-4", 1, "trending", {}),
    ("product-1", 1, "similar", {}),
    ("product-2", 1, "bought_together", {}),
    ("product-3", 1, "recently_viewed", {"minimum": 1, "fallback": "hide"}),
    ("basket-1", 1, "goes_with_basket", {}),
    ("category-1", 1, "bestsellers", {"parameters": {"period": "month", "measure": "units"}}),
)


class Command(BaseCommand):
    """`manage.py personalization_bootstrap`"""

    help = "Makes the log's partitions, the schedule of the jobs, a first set of blocks, and the best-seller lists."

    def handle(self, *args: Any, **options: Any) -> None:
        """Does each step that is not done yet; what the owner has changed stays as it is."""
        now = timezone.now()
        self.stdout.write(f"Partitions of the event log: {len(ensure_partitions(now, since=shop.first_order_at()))} new.")
        self.stdout.write(f"Scheduled jobs: {make_schedule()} new.")
        self.stdout.write(f"Blocks: {make_blocks()} new.")
        self.stdout.write(f"Best-seller lists: {refresh_rankings(now=now)['lists']}.")
        self.stdout.write(self.style.SUCCESS("Ready. Put {% block_at \"home-1\" %} into a template, or edit the blocks in the admin."))


@transaction.atomic
def make_schedule() -> int:
    """The rows of django-celery-beat, in UTC so that clock changes move nothing; gives how many were new."""
    nightly, _ = CrontabSchedule.objects.get_or_create(minute="0", hour=str(NIGHT_HOUR), timezone="UTC")
    early, _ = CrontabSchedule.objects.get_or_create(minute="0", hour=str(NIGHT_HOUR - 1), timezone="UTC")
    made = [_task("train", crontab=nightly), _task("make_partitions", crontab=early)]
    for name, every in EVERY.items():
        interval, _ = IntervalSchedule.objects.get_or_create(every=int(every.total_seconds()), period=IntervalSchedule.SECONDS)
        made.append(_task(name, interval=interval))
    return sum(made)


def make_blocks() -> int:
    """A first set of blocks, if the owner has none yet; gives how many were new."""
    if Block.objects.exists():
        return 0
    rows = [Block(slot=slot, position=position, strategy=strategy, **more) for slot, position, strategy, more in BLOCKS]
    return len(Block.objects.bulk_create(rows))


def _task(name: str, **schedule: Any) -> bool:
    values = {"task": f"personalization.{name}", "kwargs": json.dumps({}), **schedule}
    _, is_new = PeriodicTask.objects.get_or_create(name=f"personalization: {name.replace('_', ' ')}", defaults=values)
    return is_new
