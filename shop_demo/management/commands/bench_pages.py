"""`manage.py bench_pages`: what personalization costs each page of the shop."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.table import Table

from shop_demo.bench.pages import compare


class Command(BaseCommand):
    """Queries are exact; milliseconds are of this machine, so look at the ratio."""

    help = "Queries and latency of the shop's pages with personalization on and off, in turn, in one process."

    def add_arguments(self, parser: CommandParser) -> None:
        """How often each page is asked for."""
        parser.add_argument("--rounds", type=int, default=20, help="Rounds per page and state (20).")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints one row a page."""
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
        table = Table("page", "queries on", "off", "median ms on", "off", "ratio", title="Personalization on and off")
        for row in compare(rounds=options["rounds"]):
            on, off = row.on, row.off
            table.add_row(
                row.page, str(on.queries), str(off.queries), f"{on.median:.1f}", f"{off.median:.1f}", f"{row.ratio:.2f}"
            )
        Console(width=110).print(table)
