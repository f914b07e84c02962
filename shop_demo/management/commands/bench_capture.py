"""`manage.py bench_capture`: what capture costs a page, and how much it takes in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.table import Table

from shop_demo.bench.capture import files, ingest, long_log, page

PARTS = ("page", "ingest", "log", "import")


class Command(BaseCommand):
    """Queries are exact; times are of this machine, so look at the ratios of one run."""

    help = "What capture costs a product page, and how fast browsers' events, files and a long log are."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much of each."""
        parser.add_argument("--only", choices=PARTS, action="append", help="One part instead of all; may be repeated.")
        parser.add_argument("--rounds", type=int, default=150, help="Looks at the product page in each state (150).")
        parser.add_argument("--batches", type=int, default=100, help="Batches of browsers' events (100).")
        parser.add_argument("--events", type=int, default=10_000_000, help="Events of the long log (10 million).")
        parser.add_argument("--rows", type=int, default=1_000_000, help="Rows of the imported file (1 million).")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints one table a part."""
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
        wanted = options["only"] or PARTS
        for part in wanted:
            Console(width=110).print(getattr(self, f"_{part}")(options))

    def _page(self, options: dict[str, Any]) -> Table:
        table = Table(
            "shopper", "state", "queries", "until served, to bare", "until done, to bare", title="Oscar's product page"
        )
        for line in page.lines(rounds=options["rounds"]):
            for state, cost in ((page.BARE, line.bare), (page.OURS, line.ours), (page.THEIRS, line.theirs)):
                ratios = [f"{one:.3f}" for one in line.ratios(cost)]
                table.add_row(line.shopper, state, str(cost.queries), *ratios)
        return table

    def _ingest(self, options: dict[str, Any]) -> Table:
        found = ingest.ingest(batches=options["batches"])
        table = Table("way", "events/s", "ratio", title="Events of browsers, one process")
        table.add_row("one ORM save an event", f"{found.orm:,.0f}", "1")
        for size, through in found.endpoint.items():
            table.add_row(f"the endpoint, batches of {size}", f"{through:,.0f}", f"{through / found.orm:.1f}")
        return table

    def _log(self, options: dict[str, Any]) -> Table:
        found = long_log.measure(events=options["events"])
        table = Table("what", "figure", title=f"A log of {found.events:,} events")
        for told, one in {
            "last 50 events of a visitor": found.first,
            "asked for once more": found.again,
            "of one whose events lie about": found.scattered_first,
            "of such a one once more": found.scattered_again,
        }.items():
            table.add_row(f"{told}, median", f"{one.median:.2f} ms")
            table.add_row("the same, p99", f"{one.p99:.2f} ms")
        table.add_row("a visitor's history as a page reads it, median", f"{found.history_ms:.2f} ms")
        table.add_row("dropping a month", f"{found.drop_ms:.0f} ms")
        table.add_row("bytes an event, indexes included", f"{found.bytes_per_event:.0f}")
        return table

    def _import(self, options: dict[str, Any]) -> Table:
        found = files.measure(rows=options["rows"])
        table = Table("what", "figure", title=f"A file of {options['rows']:,} rows")
        table.add_row("rows/s", f"{found.rows_a_second:,.0f}")
        table.add_row("most memory", f"{found.megabytes:.0f} MB")
        return table
