"""Trains at once, in this process: for a first look, or where no worker runs."""

import sys
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from personalization.recommend.models import TrainingRun
from personalization.recommend.requests import request_training
from personalization.recommend.train.job import work_off_training


class Command(BaseCommand):
    """`manage.py personalization_train`"""

    help = "Trains the models now and serves them if they pass every check. A refused version changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who learns."""
        told = "local, spark, or the dotted path of a trainer; by default PERSONALIZATION_TRAINER"
        parser.add_argument("--engine", default="", help=told)

    def handle(self, *args: Any, **options: Any) -> None:
        """Ends with an error if the version was refused, so that a script notices."""
        run = request_training(asked_by="command")
        over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(run.pk, over), daemon=True)
        watcher.start()
        summary = work_off_training(now=timezone.now(), engine=options["engine"])
        over.set()
        watcher.join()
        run.refresh_from_db()
        if summary is None:
            raise CommandError(f"Another worker has {run} in hand; watch it in the admin.")
        if run.status != TrainingRun.Status.PUBLISHED:
            raise CommandError(run.verdict_told)
        self.stdout.write(
            self.style.SUCCESS(f"{run}: {run.verdict_told} {run.figures.get('lead', 0)} times popularity.")
        )

    def _watch(self, run_id: int, over: threading.Event) -> None:
        try:
            while sys.stderr.isatty() and not over.wait(0.5):
                run = TrainingRun.objects.only("stage", "progress").get(pk=run_id)
                self.stderr.write(f"\r{run.progress:4.0%} {run.stage:<50}", ending="")
        finally:
            connection.close()
