"""`python manage.py demo`: the whole shop, from nothing to open, with one command."""

import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from personalization.recommend.models import TrainingRun
from shop_demo.banners import make_banners
from shop_demo.doors import make_door
from shop_demo.offers import open_offers
from shop_demo.places import subfolder
from shop_demo.popups import ask_for_addresses
from shop_demo.running import addresses
from shop_demo.running.children import ChildEnded, Children
from shop_demo.running.database import AlreadyRunning, SomebodyElses, alone, forget_dead_handles
from shop_demo.running.first_start import is_over, meet, prepare, take_up_dead_work, train
from shop_demo.running.keeper import keeper_login
from shop_demo.running.told import Terminal

PORT = 8000
OPENING_SECONDS = 60
LOOK_SECONDS = 0.5
STILL_LEARNING = (
    "Still learning from the orders: personal lists appear when it is done, best sellers stand in until then."
)


class Command(BaseCommand):
    """Starts the demo shop and keeps it running until Ctrl-C."""

    help = "Starts the demo shop: database, data, worker, a first model, web pages. Ctrl-C stops everything."
    requires_system_checks = []  # they ask the database, which may not be there yet

    def add_arguments(self, parser: CommandParser) -> None:
        """The port, and starting afresh."""
        parser.add_argument("--port", type=int, default=PORT, help=f"Where the shop listens (default {PORT}).")
        parser.add_argument("--reset", action="store_true", help="Throw the demo's data away and load it again.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Starts everything, waits, and stops everything."""
        port, terminal = options["port"], Terminal()
        if not addresses.is_free(port):
            raise CommandError(f"Port {port} is taken. Choose another one: python manage.py demo --port {port + 1}")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with alone():
                self._run(terminal, port, afresh=options["reset"])
        except (AlreadyRunning, ChildEnded, SomebodyElses) as problem:
            raise CommandError(str(problem)) from problem
        except KeyboardInterrupt:
            terminal.say("Stopped. The next start takes a few seconds.")

    def _run(self, terminal: Terminal, port: int, *, afresh: bool) -> None:
        children = Children()
        try:
            prepare(terminal, afresh=afresh)
            meet(terminal)
            open_offers()
            ask_for_addresses()
            make_banners()
            make_door()
            take_up_dead_work()
            children.start("worker")
            children.start("beat")
            run = train(terminal, children)
            self._open(terminal, children, port)
            self._watch(terminal, children, run)
        finally:
            self._close(terminal, children)

    def _watch(self, terminal: Terminal, children: Children, run: TrainingRun | None) -> None:
        """Waits for Ctrl-C; meanwhile tells how the training ended."""
        if run is not None and not is_over(run):
            terminal.say(STILL_LEARNING)
        while True:
            children.check()
            if run is not None and is_over(run):
                terminal.say(f"Model {run}: {run.get_status_display()}. {run.verdict_told}".rstrip())
                run = None
                connection.close()
            time.sleep(LOOK_SECONDS)

    def _open(self, terminal: Terminal, children: Children, port: int) -> None:
        with terminal.step("Opening the doors"):
            login = keeper_login()
            connection.close()
            children.start("web", host=addresses.HOST, port=port)
            self._wait_for_web(children, port)
        address = addresses.url(port)
        lines = [
            ("Shop", address),
            ("Admin", f"{address}admin/"),
            ("", f"{login.username} / {login.password}"),
            ("Oscar's dashboard", f"{address}dashboard/"),
            ("", f"{login.email} / {login.password}"),
            ("Logs", str(subfolder("logs"))),
            ("", "Ctrl-C stops everything."),
        ]
        terminal.panel("The shop is open", lines)

    def _wait_for_web(self, children: Children, port: int) -> None:
        until = time.monotonic() + OPENING_SECONDS
        while not addresses.answers(port):
            children.check()
            if time.monotonic() > until:
                raise CommandError(f"The shop did not open within {OPENING_SECONDS} s; see {subfolder('logs')}.")

    def _close(self, terminal: Terminal, children: Children) -> None:
        """A second Ctrl-C must not break off the stopping: a process left behind would hold the database."""
        for known in (signal.SIGINT, signal.SIGTERM):
            signal.signal(known, signal.SIG_IGN)
        terminal.say("Closing the shop …")
        children.stop()
        connection.close()
        forget_dead_handles()
