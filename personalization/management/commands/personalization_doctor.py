"""Says what is captured, what is missing, what is stale, and the exact fix."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from personalization.insight.doctor import Report, examine
from personalization.insight.finding import Finding, Level

MARKS = {Level.FINE: "ok  ", Level.NOTE: "note", Level.WARNING: "WARN", Level.FAULT: "FAIL"}


class Command(BaseCommand):
    """`manage.py personalization_doctor`"""

    help = "Examines a running shop. Exit status: 0 all is well, 1 something is missing or old, 2 something is broken."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """For people, for scripts, for mails."""
        parser.add_argument("--json", action="store_true", help="One JSON document, for monitoring.")
        parser.add_argument("--troubles", action="store_true", help="Only the lines that ask for something.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the report and ends with its status."""
        report = examine(now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(report), ensure_ascii=False, indent=2))
        else:
            self._tell(report, only_troubles=options["troubles"])
        if report.status:
            sys.exit(report.status)

    def _tell(self, report: Report, *, only_troubles: bool) -> None:
        for part in report.parts:
            for finding in part.findings:
                if finding.is_trouble or not only_troubles:
                    self.stdout.write(self._line(part.label, finding))
        count = len(report.troubles)
        self.stdout.write(self.style.SUCCESS("All is well.") if not count else f"{count} to look at.")

    def _line(self, label: str, finding: Finding) -> str:
        line = f"{MARKS[finding.level]}  {label}: {finding.told}"
        if not finding.is_trouble:
            return line
        style = self.style.ERROR if finding.level == Level.FAULT else self.style.WARNING
        return style(line + f" FIX: {finding.fix}" + (f" {finding.command}" if finding.command else ""))


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "status": report.status,
        "examined_at": report.examined_at.isoformat(),
        "parts": [
            {
                "name": part.name,
                "level": part.level,
                "findings": [
                    {
                        "level": one.level,
                        "about": one.about,
                        "told": one.told,
                        "fix": one.fix,
                        "command": one.command,
                        "figures": dict(one.figures),
                    }
                    for one in part.findings
                ],
            }
            for part in report.parts
        ],
    }
