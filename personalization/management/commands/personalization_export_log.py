"""The log as Parquet, for a cluster or an analyst: numbers, no names."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from personalization.conf import conf
from personalization.recommend.train.export import export_log
from personalization.recommend.train.parquet import LogFolder, NoParquet


class Command(BaseCommand):
    """`manage.py personalization_export_log --to FOLDER`"""

    help = (
        "Writes what learning reads of the log (purchases, looks, goods) as Parquet, a folder for each month and day. "
        "Run again, it writes only the days that changed, by an erasure for example."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and which days."""
        parser.add_argument("--to", required=True, help="a folder, or an address like s3://bucket/log")
        parser.add_argument("--since", type=_day, help="the first day (UTC); by default PERSONALIZATION_TRAIN_DAYS ago")
        parser.add_argument("--until", type=_day, help="the day after the last (UTC); by default, until now")

    def handle(self, *args: Any, **options: Any) -> None:
        """Says what was written and what was there already."""
        until = options["until"] or timezone.now()
        since = options["since"] or _midnight(until - timedelta(days=conf.TRAIN_DAYS))
        try:
            done = export_log(LogFolder.at(options["to"]), since=since, until=until)
        except (NoParquet, OSError) as error:
            raise CommandError(str(error)) from error
        told = ", ".join(f"{name.replace('_', ' ')}: {count}" for name, count in done.items())
        self.stdout.write(self.style.SUCCESS(told))


def _day(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
