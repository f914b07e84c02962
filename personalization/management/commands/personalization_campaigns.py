"""Campaigns as files: written, compared with the shop, and read back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from personalization.campaigns.files.folder import ARCHIVE, is_file, read_folder
from personalization.campaigns.files.give_out import all_rows, give_out
from personalization.campaigns.files.kind import kinds
from personalization.campaigns.files.take_in import Change, take_in
from personalization.campaigns.files.text import Unreadable


class Command(BaseCommand):
    """`manage.py personalization_campaigns export|diff|import PATH`"""

    help = "Campaigns as YAML: export them, tell what an import would change, import them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Three deeds, each with a path."""
        deeds = parser.add_subparsers(dest="deed", required=True, parser_class=ArgumentParser)
        export = deeds.add_parser("export", help="Write campaigns to a file, a folder or an archive (.zip).")
        export.add_argument("path", type=Path)
        known = [kind.name for kind in kinds]
        export.add_argument("--kind", action="append", default=[], choices=known, help="Only these; may be repeated.")
        export.add_argument("--name", action="append", default=[], help="Only those called so; may be repeated.")
        diff = deeds.add_parser(
            "diff", help="Tell what an import would change; ends with 1 if it would change anything."
        )
        diff.add_argument("path", type=Path)
        imported = deeds.add_parser("import", help="Make the shop hold what the files say: all of it or nothing.")
        imported.add_argument("path", type=Path)
        imported.add_argument("--dry-run", action="store_true", help="Tell what would change, and change nothing.")
        imported.add_argument("--as-drafts", action="store_true", help="What is new comes as a draft.")
        imported.add_argument("--by", default="", help="The login in whose name the history has it.")

    def handle(self, *args: Any, **options: Any) -> None:
        """One of the three."""
        try:
            {"export": self._export, "diff": self._diff, "import": self._import}[options["deed"]](options)
        except Unreadable as unreadable:
            for fault in unreadable.faults:
                self.stderr.write(str(fault))
            raise CommandError(f"{len(unreadable.faults)} fault(s); nothing was changed.", returncode=2) from None

    def _export(self, options: dict[str, Any]) -> None:
        path: Path = options["path"]
        rows = all_rows(options["kind"], named=options["name"])
        if not any(rows.values()):
            raise CommandError("There is nothing of the kind to export.")
        folder = give_out(rows, is_one_file=is_file(path) and path.suffix != ARCHIVE)
        folder.write(path)
        self.stdout.write(f"{sum(map(len, rows.values()))} exported to {path}.")
        if folder.pictures and is_file(path) and path.suffix != ARCHIVE:
            self.stdout.write("Pictures stay in the shop: export to a folder or a .zip to have them, too.")

    def _diff(self, options: dict[str, Any]) -> None:
        changes = take_in(read_folder(options["path"]), now=timezone.now(), is_real=False)
        self._tell(changes)
        if changes:
            raise SystemExit(1)

    def _import(self, options: dict[str, Any]) -> None:
        is_real, by = not options["dry_run"], self._by(options["by"])
        changes = take_in(
            read_folder(options["path"]), now=timezone.now(), by=by, as_drafts=options["as_drafts"], is_real=is_real
        )
        self._tell(changes)
        if is_real and changes and by is None:
            self.stdout.write("The history has nothing of it, for there is no account to name: see --by.")

    def _by(self, login: str) -> Any:
        people = get_user_model()._default_manager
        if not login:
            return people.filter(is_superuser=True, is_active=True).order_by("pk").first()
        found = people.filter(**{get_user_model().USERNAME_FIELD: login}).first()
        if found is None:
            raise CommandError(f"Nobody logs in as {login}.")
        return found

    def _tell(self, changes: list[Change]) -> None:
        if not changes:
            self.stdout.write("Nothing differs.")
        for one in changes:
            self.stdout.write(f"{'+' if one.is_new else '~'} {one.label}: {one.called}")
            for sign, told in (("-", one.before), ("+", one.after)):
                if told and one.before != one.after:
                    self.stdout.write(f"    {sign} {told}")
            for field in one.fields if not one.is_new else ():
                self.stdout.write(f"    {field.name}: {_line(field.before)} -> {_line(field.after)}")


def _line(told: str) -> str:
    return " ".join(told.split()) or "–"
