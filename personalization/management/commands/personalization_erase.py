"""Erases one person."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from personalization.events.erase import counted, erase
from personalization.events.personal import tables
from personalization.management.somebody import add_arguments, named


class Command(BaseCommand):
    """Says what would go, asks, and erases."""

    help = "Erases everything held about one person: name them by --email, --user or --visitor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and whether to ask."""
        add_arguments(parser)
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, yes: bool = False, **options: Any) -> None:
        """Nothing is erased without a yes."""
        whole = named(options)
        self._tell("Held:", counted(whole))
        if not yes and not _agreed():
            raise CommandError("Nothing was erased. Where nobody can answer, add --yes.")
        self._tell("Erased:", erase(whole, asked_by="command", now=timezone.now()))

    def _tell(self, heading: str, counts: dict[str, int]) -> None:
        self.stdout.write(heading)
        for table in tables:
            if counts.get(table.name):
                self.stdout.write(f"  {table.name}: {counts[table.name]}")


def _agreed() -> bool:
    try:
        return input("Erase all of this for good? [yes/no] ").strip().lower() == "yes"
    except EOFError:
        # By cron, or at the end of a pipe.
        return False
