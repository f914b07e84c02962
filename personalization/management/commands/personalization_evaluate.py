"""Measures the recommendations on days held out: of this shop, or of anybody's file."""

import json
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext

from personalization.conf import conf
from personalization.events.imports.columns import pairs
from personalization.events.imports.faults import ImportFault
from personalization.jobs.back_office import csv_lines
from personalization.recommend.evaluate.file import CLICKS, ITEMS, TRANSACTIONS, read_columns
from personalization.recommend.evaluate.legible import legible
from personalization.recommend.evaluate.reading import own_history
from personalization.recommend.evaluate.scorecard import K, scorecard
from personalization.recommend.measure import BadTransactions
from personalization.recommend.measure.intake import Intake, take_in
from personalization.recommend.scorecards.rows import rows_of
from personalization.recommend.scorecards.terminal import told_lines
from personalization.recommend.strategies.strategy import strategies
from personalization.recommend.train.log import ShopLog
from personalization.recommend.train.model import LearnSettings
from personalization.storefront.judged import judged_blocks

EXAMPLE = (
    "manage.py personalization_evaluate --transactions till.csv --columns user=card,item=sku,time=date,basket=receipt"
)


class Command(BaseCommand):
    """`manage.py personalization_evaluate [--transactions FILE]`"""

    help = (
        "Measures each strategy and each live block on the last days of the history, of which nothing is learned, "
        f"beside best sellers. With a file, on anybody's transactions; nothing is stored. Example: {EXAMPLE}"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to measure on, how long to learn, where to write the figures."""
        add = parser.add_argument
        add("--transactions", type=Path, metavar="FILE", help="CSV or Parquet, a line for each thing bought.")
        add("--columns", action="append", default=[], help=f"NAME=COLUMN,...; names: {', '.join(TRANSACTIONS)}.")
        add("--clicks", type=Path, metavar="FILE", help="CSV or Parquet, a line for each thing looked at.")
        add("--clicks-columns", action="append", default=[], help=f"NAME=COLUMN,...; names: {', '.join(CLICKS)}.")
        add("--items", type=Path, metavar="FILE", help="CSV or Parquet, a line for each thing sold.")
        add("--items-columns", action="append", default=[], help=f"NAME=COLUMN,...; names: {', '.join(ITEMS)}.")
        add("--date-format", default="", help="Of unusual times, such as %%d.%%m.%%Y %%H:%%M.")
        add("--separator", default="", help="Between the columns; by default it is guessed from the first line.")
        add("--encoding", default="utf-8", help="Of a CSV file. Default: %(default)s.")
        add("--days", type=float, help="How many last days are held out. Default: PERSONALIZATION_TRAIN_HOLDOUT_DAYS.")
        add("-k", type=int, default=K, help="How long the lists are. Default: %(default)s.")
        add(
            "--seconds", type=float, default=LearnSettings.seconds, help="What learning may take. Default: %(default)s."
        )
        add("--seed", type=int, default=LearnSettings.seed, help="Of all that is drawn by lot. Default: %(default)s.")
        add("--json", type=Path, metavar="FILE", help="Where the figures go as JSON.")
        add("--csv", type=Path, metavar="FILE", help="Where the figures go as a table.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ends with an error that names the fix where something cannot be read."""
        days = conf.TRAIN_HOLDOUT_DAYS if options["days"] is None else options["days"]
        if days <= 0 or options["k"] < 1:
            raise CommandError("--days must be above 0, and -k at least 1.")
        for name in ("json", "csv"):
            if options[name] and not options[name].parent.is_dir():
                raise CommandError(
                    f"--{name} {options[name]}: there is no folder {options[name].parent}. Make it first."
                )
        log = self._log(options)
        if not len(log.purchases.product) and not len(log.visits.product):
            if options["transactions"]:
                raise CommandError(
                    f"No line of {options['transactions']} tells of a purchase: a quantity must be above 0. "
                    "Is the column named right in --columns?"
                )
            raise CommandError(
                "There is no history to measure on: import some with manage.py import_history, "
                "or name a file: --transactions FILE."
            )
        card = scorecard(
            log, days=days, k=options["k"], progress=self._progress,
            blocks=() if options["transactions"] else judged_blocks(now=timezone.now()),
            strategies=() if options["transactions"] else [one.name for one in strategies],
            settings=LearnSettings(seconds=options["seconds"], seed=options["seed"]),
        )  # fmt: skip
        self._end_of_line()
        for line in told_lines(card):
            self.stdout.write(line)
        self._write(card, options)

    def _log(self, options: Mapping[str, Any]) -> ShopLog:
        if not options["transactions"]:
            return own_history(now=timezone.now() + timedelta(seconds=1))
        try:
            tables = {name: self._table(options, name, columns, known) for name, columns, known in (
                ("transactions", "columns", TRANSACTIONS), ("clicks", "clicks_columns", CLICKS),
                ("items", "items_columns", ITEMS),
            )}  # fmt: skip
            intake = self._taken_in(tables, options)
        except ImportFault as fault:
            raise CommandError(str(fault)) from None
        except BadTransactions as fault:
            raise CommandError(gettext(fault.text) % fault.words) from None
        if intake.returned:
            self.stderr.write(f"{intake.returned} lines were sent back and are left out.")
        return intake.log

    def _taken_in(self, tables: Mapping[str, Any], options: Mapping[str, Any]) -> Intake:
        """A few lines that cannot be read stop nobody: they are looked for where the whole cannot be taken."""
        date_format = options["date_format"]
        try:
            return take_in(**tables, date_format=date_format)
        except BadTransactions:
            found = {name: legible(table, date_format=date_format) for name, table in tables.items() if table}
        for name, (_left, counts) in found.items():
            for column, lines in counts.items():
                self.stderr.write(f"{lines} lines of {options[name]} have no “{column}” that can be read: left out.")
        left: dict[str, Any] = {name: table for name, (table, _counts) in found.items()}
        return take_in(**left, date_format=date_format)

    def _table(self, options: Mapping[str, Any], name: str, columns: str, known: tuple[str, ...]) -> Any:
        if not options[name]:
            return None
        option = f"--{columns.replace('_', '-')}"
        found, broken = read_columns(
            options[name], pairs(options[columns], option=option), known=known, option=option,
            separator=options["separator"], encoding=options["encoding"],
        )  # fmt: skip
        if broken:
            self.stderr.write(f"{broken} rows of {options[name]} are broken and are left out.")
        return found

    def _write(self, card: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        if options["json"]:
            options["json"].write_text(json.dumps(card, ensure_ascii=False, indent=1, default=str))
        if options["csv"]:
            options["csv"].write_text("".join(csv_lines(rows_of(card))))

    def _progress(self, stage: str, fraction: float) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{stage:<12} {fraction:4.0%}", ending="")

    def _end_of_line(self) -> None:
        if sys.stderr.isatty():
            self.stderr.write("")
