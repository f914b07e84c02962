"""`manage.py bench_campaigns`: what a page waits for where two hundred campaigns are live."""

import os
from statistics import median
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.table import Table

from shop_demo.bench import campaigns
from shop_demo.bench.serving_database import database
from shop_demo.bench.serving_line import Line


class Command(BaseCommand):
    """Fills a database of its own, and drops it."""

    help = "Milliseconds and queries with 200 live pop-ups, banners and blocks for 200 segments; the scripts' size."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """How often each thing is measured."""
        parser.add_argument("--rounds", type=int, default=300, help="Rounds of each line (300).")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fills, measures, prints."""
        with database("bench_campaigns", is_dropped=True):
            call_command("migrate", verbosity=0)
            campaigns.fill()
            settings.DEBUG = False
            Console(width=120).print(_table(campaigns.measure(rounds=options["rounds"])))
        for name, size in campaigns.scripts():
            self.stdout.write(f"{name}: {size / 1000:.1f} kB gzip")


def _table(lines: list[Line]) -> Table:
    title = f"{campaigns.SEGMENTS} segments; warm but for the first, one thread; load {os.getloadavg()[0]:.1f}"
    table = Table("", "queries", "p50 ms", "p95", "p99", "of select 1", "of a core, p50", title=title)
    yardstick = lines[0].median
    for line in lines:
        times = (f"{one:.2f}" for one in (line.median, line.at(0.95), line.at(0.99)))
        ratio, worked = f"x{line.median / yardstick:.1f}", f"{median(line.worked):.2f}"
        table.add_row(line.name, str(line.queries or ""), *times, ratio, worked)
    return table
