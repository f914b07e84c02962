"""Prints how our recommendations compare with the known ways on a real grocery year."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from shop_demo.bench import board, journey, protocol


class Command(BaseCommand):
    """`bench_recommend` runs the whole contest; needs no database."""

    help = (
        "Measure our recommendations against popularity, item-kNN, ALS and others on Complete Journey (about 20 min)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to this file")
        parser.add_argument("--only", default="", metavar="NAMES", help="such as ours,plain,hasty,popularity")
        parser.add_argument(
            "--quick", action="store_true", help="a smaller shop and fewer cases: a smoke test, no figures"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        log = journey.load().log
        if options["quick"]:
            log = protocol.sample(log)
        only = [name for name in options["only"].split(",") if name]
        summary = board.run(*protocol.exams(log), only=only, say=self.stdout.write)
        if options["json"]:
            options["json"].write_text(json.dumps(summary, indent=2))
