"""Fills the event log from the orders that the shop already has."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from personalization.events.sweep import import_history


class Command(BaseCommand):
    """`manage.py import_history`"""

    help = "Fills the event log from every order the shop ever took. Run it again at any time: the same orders give the same rows."

    def handle(self, *args: Any, **options: Any) -> None:
        """Imports day by day; stopped half-way, the next run goes on."""
        healed = import_history(now=timezone.now(), progress=self._bar)
        if sys.stderr.isatty():
            self.stderr.write("")
        self.stdout.write(f"{healed.lines} order lines compared: {healed.added} events added, {healed.removed} removed.")

    def _bar(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            filled = "#" * (40 * done // total)
            self.stderr.write(f"\r[{filled:<40}] day {done} of {total}", ending="")
