"""Fills the event log from what the shop already knows, and from files of other systems."""

import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from personalization.events.imports.analytics import TABLES, import_noted
from personalization.events.imports.columns import FIELDS, Recipe, pairs
from personalization.events.imports.faults import ImportFault
from personalization.events.imports.read_file import Outcome, import_file, try_file
from personalization.events.sweep import import_history
from personalization.shop import PRODUCT_CODES

WIDTH = 40
EXAMPLE = "manage.py import_history till.csv --kind purchased --map at=date,product=sku,quantity=qty,order=receipt"


class Command(BaseCommand):
    """`manage.py import_history [FILE]`"""

    help = (
        "Fills the event log: without a file, from the shop's orders and from Oscar's analytics; with one, from CSV or "
        f"Parquet. Twice gives the same rows; run it as you like. Example: {EXAMPLE}"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to read, and how a file is meant."""
        parser.add_argument("file", nargs="?", type=Path, help="A CSV or Parquet file with a line of column names.")
        for name in ("orders", "views", "searches"):
            parser.add_argument(f"--{name}", action="store_true", help=f"Without a file: only the {name}.")
        add = parser.add_argument
        add("--kind", default="", help="What every row tells, such as purchased or product_viewed.")
        add("--kinds", action="append", default=[], help="The file's words for kinds: view=product_viewed,...")
        add("--map", action="append", default=[], help=f"FIELD=COLUMN,...; fields: {', '.join(FIELDS)}.")
        add("--source", help="Whose rows these are. Files of one system share it; by default the file's name.")
        add("--timezone", default=settings.TIME_ZONE, help="Of times that name none. Default: %(default)s.")
        add("--date-format", default="", help="Of unusual times, such as %%d.%%m.%%Y %%H:%%M.")
        add("--product-by", default="", help=f"One of {', '.join(PRODUCT_CODES)}; by default they are tried in turn.")
        add("--separator", default="", help="Between the columns; by default it is guessed from the first line.")
        add("--encoding", default="utf-8", help="Of a CSV file. Default: %(default)s.")
        add("--rejects", type=Path, help="Where rejected rows go; by default FILE.rejected.csv.")
        add("--restart", action="store_true", help="Reads a file again from its beginning.")
        add("--dry-run", action="store_true", help="Says what would come of the file, and stores nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Stopped at any moment, the next run goes on; what cannot be read ends with an error that names the fix."""
        self._began, self._drawn = time.monotonic(), False
        try:
            if options["file"]:
                self._read_file(options)
            else:
                self._read_shop(options)
        except ImportFault as fault:
            self._end_of_bar()
            raise CommandError(str(fault)) from None
        except KeyboardInterrupt:
            self._end_of_bar()
            raise CommandError("Stopped. Nothing is lost: run the same command again, and it goes on.") from None

    def _read_shop(self, options: dict[str, Any]) -> None:
        chosen = {name: options[name] for name in ("orders", "views", "searches")}
        everything = not any(chosen.values())
        if everything or chosen["orders"]:
            healed = import_history(now=timezone.now(), progress=self._days)
            self._end_of_bar()
            found = f"{healed.lines} order lines compared"
            self.stdout.write(f"{found}: {healed.added} events added, {healed.removed} removed.")
        for name, kind in zip(("views", "searches"), TABLES, strict=True):
            if everything or chosen[name]:
                self._read_noted(name, kind)

    def _read_noted(self, name: str, kind: str) -> None:
        noted = import_noted(kind, now=timezone.now(), progress=self._rows)
        self._end_of_bar()
        left = f" {noted.left_out} left out: too old to keep, or logged by this app itself." if noted.left_out else ""
        self.stdout.write(f"{noted.rows} {name} of Oscar's analytics read: {noted.stored} events added.{left}")

    def _read_file(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        recipe = Recipe(
            source=(options["source"] or path.name)[:64],
            columns=pairs(options["map"], option="--map"),
            kind=options["kind"],
            kinds=pairs(options["kinds"], option="--kinds"),
            timezone=options["timezone"],
            date_format=options["date_format"],
            product_by=options["product_by"],
            separator=options["separator"],
            encoding=options["encoding"],
        )
        now = timezone.now()
        if options["dry_run"]:
            self._tell(path, try_file(path, recipe, now=now, progress=self._lines), only_tried=True)
            return
        again, rejects = options["restart"], options["rejects"]
        outcome = import_file(path, recipe, now=now, rejects=rejects, restart=again, progress=self._lines)
        self._tell(path, outcome)

    def _tell(self, path: Path, outcome: Outcome, *, only_tried: bool = False) -> None:
        self._end_of_bar()
        if outcome.was_done_at:
            when = timezone.localtime(outcome.was_done_at).strftime("%Y-%m-%d %H:%M")
            self.stdout.write(f"{path.name} was read to its end on {when}; nothing was done. --restart reads it again.")
        elif outcome.went_on_after:
            self.stdout.write(f"Went on after line {outcome.went_on_after}.")
        stored = "would be stored" if only_tried else "stored"
        self.stdout.write(
            f"{outcome.read} rows read: {outcome.stored} events {stored}, {outcome.known} known already, "
            f"{outcome.rejected} rejected."
        )
        for line, reason, _ in outcome.samples:
            self.stdout.write(f"  line {line}: {reason}")
        self.stdout.write(self._next_step(outcome, only_tried=only_tried))

    def _next_step(self, outcome: Outcome, *, only_tried: bool) -> str:
        if only_tried:
            return "Nothing was stored. Next: the same command without --dry-run."
        if outcome.rejects:
            return (
                f"The rejected rows, with reasons: {outcome.rejects}. Next: mend them there and import that file too."
            )
        return "Next: manage.py personalization_train, or wait for the night."

    def _days(self, done: int, total: int) -> None:
        self._draw(done, total, f"day {done} of {total}")

    def _rows(self, done: int, total: int) -> None:
        self._draw(done, total, f"row {done} of {total}")

    def _lines(self, line: int, lines: int, rows: int) -> None:
        pace = rows / max(time.monotonic() - self._began, 0.001)
        self._draw(line, lines, f"line {line} of {lines}, {pace:,.0f} rows a second")

    def _draw(self, done: int, total: int, told: str) -> None:
        if sys.stderr.isatty():
            self._drawn = True
            filled = "#" * (WIDTH * done // total)
            self.stderr.write(f"\r[{filled:<{WIDTH}}] {told}", ending="")

    def _end_of_bar(self) -> None:
        if self._drawn:
            self.stderr.write("")
        self._drawn = False
