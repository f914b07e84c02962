"""Fills the event log from the orders that the shop already has."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from personalization.events.sweep import import_history


class Command(BaseCommand):
    """`manage.py import_history`"""

    help = "Fills the event log from every order the shop ever took. Twice gives the same rows; run it as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        """Imports day by day; stopped half-way, the next run goes on."""
        healed = import_history(now=timezone.now(), progress=self._bar)
        if sys.stderr.isatty():
            self.stderr.write("")
        found = f"{healed.lines} order lines compared"
        self.stdout.write(f"{found}: {healed.added} events added, {healed.removed} removed.")

    def _bar(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            filled = "#" * (40 * done // total)
            self.stderr.write(f"\r[{filled:<40}] day {done} of {total}", ending="")
