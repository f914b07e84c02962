"""Everything held about one person, as JSON."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from personalization.events.export import exported
from personalization.management.somebody import add_arguments, named


class Command(BaseCommand):
    """Writes every row that names a person to a file, or to the screen."""

    help = "Writes everything held about one person as JSON: name them by --email, --user or --visitor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and where to."""
        add_arguments(parser)
        parser.add_argument("--output", type=Path, help="A file to write; without it, the screen.")

    def handle(self, *args: Any, output: Path | None = None, **options: Any) -> None:
        """Row by row: a long history needs no more memory than a short one."""
        parts = exported(named(options), now=timezone.now())
        if output is None:
            self.stdout.writelines(parts)
            return
        with output.open("w", encoding="utf-8") as file:
            file.writelines(parts)
        self.stderr.write(f"Written to {output}.")
