"""Prints how our next click compares with the known ways, on visits simulated from real baskets."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from shop_demo.bench import journey
from shop_demo.bench.clicks import board


class Command(BaseCommand):
    """`bench_clicks` runs the whole contest; needs no database."""

    help = "Measure our next click against item-kNN, V-SkNN, sequential rules and others (about 5 min)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to this file")
        parser.add_argument("--visits", type=int, default=board.VISITS, help="how many visits to simulate of each kind")

    def handle(self, *args: Any, **options: Any) -> None:
        figures = board.run(journey.load().log, visits=options["visits"], say=self.stdout.write)
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=2))
