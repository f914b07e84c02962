"""Makes a fresh shop ready, down to the first block. Safe to run again at any time."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from personalization import shop
from personalization.events.partitions import ensure_partitions
from personalization.jobs.schedule import make_schedule
from personalization.recommend.facts.refresh import refresh_all
from personalization.recommend.groupings.grouping import group_shoppers
from personalization.recommend.models import TrainingRun
from personalization.recommend.rank import refresh_rankings
from personalization.recommend.requests import request_training
from personalization.recommend.rules.sensitive import make_rule
from personalization.storefront.models import Block

BLOCKS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("home-1", "recently_viewed", {"minimum": 1, "fallback": "hide"}),
    # A stranger's home has the lists below anyway: standing in with one of them would show it twice.
    ("home-2", "for_you", {"limit": 12, "fallback": "hide"}),
    ("home-2", "discover", {"position": 2, "fallback": "hide"}),
    ("home-3", "bestsellers", {"parameters": {"period": "week", "measure": "units"}}),
    ("home-4", "trending", {"fallback": "hide"}),
    ("home-4", "new_arrivals", {"position": 2, "fallback": "hide"}),
    ("product-1", "bundle", {"limit": 3, "minimum": 2, "fallback": "hide"}),
    ("product-1", "similar", {"position": 2}),
    # Who takes one kind of milk along takes others, too: a row of five of them would say nothing else.
    ("product-2", "bought_together", {"most_of_category": 2}),
    ("product-3", "recently_viewed", {"minimum": 1, "fallback": "hide"}),
    ("basket-1", "goes_with_basket", {"most_of_category": 2}),
    # With a row of best sellers under it where nothing was found, which no other list need repeat.
    ("search-1", "from_search", {"minimum": 1, "fallback": "hide"}),
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
        blocks = make_blocks()
        self.stdout.write(f"Blocks: {blocks} new.")
        # With the first blocks and never again: a rule that its owner took away stays away.
        self.stdout.write(f"Rules for the whole shop: {make_rule() if blocks else 0} new.")
        if not options["no_import"]:
            call_command("import_history", stdout=self.stdout, stderr=self.stderr)
        self.stdout.write(f"Goods looked at: {refresh_all(now=now).looked}.")
        # Before the lists, of which each group has its own: the night that would do it may be far.
        self.stdout.write(f"Shoppers who are like others: {group_shoppers(now=now)['grouped']}.")
        self.stdout.write(f"Best-seller lists: {refresh_rankings(now=now)['lists']}.")
        self.stdout.write(self.style.SUCCESS(self._next_step()))

    def _next_step(self) -> str:
        if TrainingRun.objects.filter(status=TrainingRun.Status.PUBLISHED).exists():
            return "Ready: a model is served already."
        run = request_training(asked_by="bootstrap")
        return f"Ready. Training {run} waits for a Celery worker; to train at once: manage.py personalization_train"


def make_blocks() -> int:
    """A first set of blocks, if the owner has none yet; gives how many were new."""
    if Block.objects.exists():
        return 0
    return len(
        Block.objects.bulk_create([Block(slot=slot, strategy=strategy, **more) for slot, strategy, more in BLOCKS])
    )
