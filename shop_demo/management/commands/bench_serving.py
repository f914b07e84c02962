"""`manage.py bench_serving`: how long a page of a large shop waits for us."""

import os
from statistics import median
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from shop_demo.bench import serving, serving_database
from shop_demo.bench.serving_line import Line
from shop_demo.bench.serving_shop import Size, fill


class Command(BaseCommand):
    """Fills a database of its own the first time, and keeps it."""

    help = "Milliseconds and queries of choices, blocks and cards in a shop of 100,000 products and 1,000,000 shoppers."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """How large the shop is, how often each thing is measured, and what becomes of the database."""
        parser.add_argument("--products", type=int, default=100_000, help="Products of the shop (100000).")
        parser.add_argument("--shoppers", type=int, default=1_000_000, help="Shoppers with histories (1000000).")
        parser.add_argument("--rounds", type=int, default=500, help="Rounds of each line (500).")
        parser.add_argument(
            "--quick", action="store_true", help="A tiny shop and few rounds: a smoke test, no figures."
        )
        parser.add_argument("--drop", action="store_true", help="Drop the database in the end; otherwise it is kept.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fills, measures, prints."""
        size = Size(500, 200) if options["quick"] else Size(options["products"], options["shoppers"])
        rounds = 5 if options["quick"] else options["rounds"]
        with serving_database.of_its_own(size, is_dropped=options["drop"]) as is_new:
            # One that was kept may be older than this version.
            call_command("migrate", verbosity=0)
            if is_new:
                fill(size, now=timezone.now(), say=self.stdout.write)
            self.stdout.write(f"database {connection.settings_dict['NAME']}; --drop takes it away")
            settings.DEBUG = False
            Console(width=110).print(_table(serving.measure(rounds=rounds), size))


def _table(lines: list[Line], size: Size) -> Table:
    title = f"{size.products:,} products, {size.shoppers:,} shoppers; warm, one thread; load {os.getloadavg()[0]:.1f}"
    table = Table("", "queries", "p50 ms", "p95", "p99", "of a core, p50", title=title)
    for line in lines:
        figures = (
            f"{milliseconds:.2f}" for milliseconds in (line.median, line.at(0.95), line.at(0.99), median(line.worked))
        )
        table.add_row(line.name, str(line.queries), *figures)
    return table
