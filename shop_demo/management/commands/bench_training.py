"""`manage.py bench_training`: what a night of learning costs in a shop of 100,000 products."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shop_demo.bench import scale


class Command(BaseCommand):
    """Needs no database: the shop's log is made up as learners see it."""

    help = "Seconds, memory and recall of learning with 100,000 products and 10,000,000 events; item2vec beside gensim."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """How large the shop is, and what to measure."""
        parser.add_argument("--products", type=int, default=100_000, help="Products (100000).")
        parser.add_argument("--events", type=int, default=10_000_000, help="Purchases and looks of a year (10000000).")
        parser.add_argument("--only", choices=["neighbours", "item2vec"], help="Only one of the two measurements.")
        parser.add_argument("--rounds", type=int, default=3, help="Rounds of item2vec against gensim (3).")
        parser.add_argument("--quick", action="store_true", help="A tiny shop: a smoke test, no figures.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints each stage as it ends."""
        size = {"products": options["products"], "events": options["events"]}
        if options["quick"]:
            size = {"products": 300, "events": 20_000}
        self.stdout.write(f"{size['products']:,} products, {size['events']:,} events; load {os.getloadavg()[0]:.1f}")
        if options["only"] != "item2vec":
            scale.neighbours(**size, say=self.stdout.write)
        if options["only"] != "neighbours":
            told = scale.pace(**size, rounds=1 if options["quick"] else options["rounds"])
            self.stdout.write(
                f"item2vec at {told.ratio:.2f} of gensim's speed, {told.work_ratio:.2f} by the processor; "
                f"load {os.getloadavg()[0]:.1f}"
            )
