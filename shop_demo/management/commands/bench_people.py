"""`manage.py bench_people`: what it costs to know a million customers."""

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from personalization.people.profiles.models import ProfileClock
from shop_demo.bench.people.fill import fill
from shop_demo.bench.people.parts import PARTS
from shop_demo.bench.people.size import Size
from shop_demo.bench.people.stage import Stage, peak_megabytes
from shop_demo.bench.serving_database import database


class Command(BaseCommand):
    """Fills a database of its own the first time, and keeps it."""

    help = "Profiles and segments of 1,000,000 customers with 3,000,000 orders and 20,000,000 events."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """How large the shop is, what is measured and how often, and what becomes of the database."""
        parser.add_argument("--customers", type=int, default=1_000_000, help="Customers of the shop (1000000).")
        parser.add_argument("--rounds", type=int, default=3, help="Rounds of each line; the median counts (3).")
        parser.add_argument("--only", default="", metavar="NAMES", help=f"Such as {','.join(PARTS)}; by default all.")
        parser.add_argument("--peer", default="", metavar="PYTHON", help="One that has wagtail-personalisation (this).")
        parser.add_argument("--quick", action="store_true", help="A tiny shop and one round: a smoke test, no figures.")
        parser.add_argument("--drop", action="store_true", help="Drop the database in the end; otherwise it is kept.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fills, measures, prints."""
        size = Size(400) if options["quick"] else Size(options["customers"])
        names = [name for name in options["only"].split(",") if name] or list(PARTS)
        if unknown := set(names) - set(PARTS):
            raise CommandError(f"There is no part {', '.join(sorted(unknown))}. Take some of: {', '.join(PARTS)}.")
        settings.DEBUG = False
        with database(size.database, is_dropped=options["drop"]) as is_new:
            # One that was kept may be older than this version.
            call_command("migrate", verbosity=0)
            if is_new:
                fill(size, say=self.stdout.write)
            self.stdout.write(f"database {size.database}; --drop takes it away")
            rounds = 1 if options["quick"] else options["rounds"]
            stage = Stage(size, rounds, now=_now(), say=self.stdout.write, peer=options["peer"])
            for name in names:
                PARTS[name](stage)
        Console(width=120).print(_table(stage))


def _now() -> Any:
    # The story of the run before may have gone ahead of the wall clock.
    clock = ProfileClock.objects.first()
    return max(timezone.now(), clock.refreshed_at) if clock else timezone.now()


def _table(stage: Stage) -> Table:
    size = stage.size
    told = f"{size.customers:,} customers, {size.events:,} events; Python's peak {peak_megabytes():.0f} MB"
    table = Table("", "rounds", "median", "of its yardstick", "at most", "the last", title=told)
    for line in stage.lines.values():
        ratio = f"{line.median / stage.lines[line.beside].median:.2f}" if line.beside in stage.lines else ""
        most = f"{line.most} x" if line.most is not None else f"{line.within} s" if line.within is not None else ""
        table.add_row(line.name, str(len(line.seconds)), _taken(line.median), ratio, most, line.told)
    table.caption = f"load {os.getloadavg()[0]:.1f}"
    return table


def _taken(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1000:.2f} ms"
