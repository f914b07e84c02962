"""Makes an empty database a shop: tables, data, the app's memory, a first model. Each part is done once."""

import tempfile
import time
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from personalization.events.imports.columns import Recipe
from personalization.events.imports.read_file import import_file
from personalization.events.sweep import import_history
from personalization.jobs.models import JobRun
from personalization.jobs.schedule import make_schedule
from personalization.people.journeys.follow import follow_visits
from personalization.people.predict.requests import request_predictions
from personalization.people.profiles.refresh import rebuild
from personalization.people.segments.models import Segment
from personalization.people.segments.ready import add, not_added
from personalization.people.segments.refresh import refresh_all_segments
from personalization.recommend.models import TrainingRun
from personalization.recommend.requests import request_training
from personalization.tasks import cluster_shoppers_task, work_off_training
from shop_demo.data.loading import STEPS, load_shop
from shop_demo.data.visits import write_visits
from shop_demo.models import LoadedShop
from shop_demo.personas import let_personas_agree
from shop_demo.popups import make_popups
from shop_demo.running.children import Children
from shop_demo.running.database import check_is_ours, loaded_shop, recreate, write_quickly
from shop_demo.running.told import Advance, Terminal

MIGRATIONS = 190  # about: it only moves the bar
Status = TrainingRun.Status
OVER = frozenset({Status.PUBLISHED, Status.RETIRED, Status.REFUSED, Status.FAILED})
LOOK_SECONDS = 0.5
# A shop without a model shows best sellers and trends; rather that than a closed door on a slow machine.
PATIENCE_SECONDS = 200


def prepare(terminal: Terminal, *, afresh: bool) -> None:
    """Brings the database to a loaded shop; a load that was broken off begins again."""
    found = None if afresh else loaded_shop()
    if found is None:
        if not afresh:
            check_is_ours()
        with terminal.step("Making an empty database"):
            recreate()
    with terminal.step("Preparing the tables") as advance:
        write_quickly()
        call_command("migrate", interactive=False, no_color=True, stdout=_Counted(advance))
    found = found or _load(terminal)
    if not found.is_remembered:
        _remember(terminal, found)
    # A data folder of an older release lacks the jobs that came since.
    make_schedule()
    let_personas_agree()
    make_popups()


def meet(terminal: Terminal) -> None:
    """Profiles, and segments with people in them: an owner who looks finds customers, not an empty list."""
    if Segment.objects.exists():
        return
    with terminal.step("Getting to know the customers") as advance:
        rebuild(now=timezone.now())
        advance(0.5, "journeys")
        follow_visits(now=timezone.now())
        advance(0.6, "segments")
        for one in not_added():
            add(one.name)
        refresh_all_segments(now=timezone.now())
        request_predictions(asked_by="demo")


def train(terminal: Terminal, children: Children) -> TrainingRun | None:
    """Has the worker learn from the orders, and waits a while; None where a model is served already."""
    if TrainingRun.objects.filter(status=Status.PUBLISHED).exists():
        return None
    unfinished = TrainingRun.objects.filter(status__in=[Status.WAITING, Status.RUNNING]).first()
    run = unfinished or request_training(asked_by="demo")
    work_off_training.delay()
    # After it, behind open doors: the night in which groups are looked for may be far.
    cluster_shoppers_task.delay()
    until = time.monotonic() + PATIENCE_SECONDS
    with terminal.step("Learning from the orders") as advance:
        while not is_over(run) and time.monotonic() < until:
            children.check()
            time.sleep(LOOK_SECONDS)
            advance(run.progress, run.stage)
    return run


def is_over(run: TrainingRun) -> bool:
    """Whether the training has come to its end, as the database has it now."""
    run.refresh_from_db()
    return run.status in OVER


def take_up_dead_work() -> None:
    """No worker outlives its demo, so what seems to be in work was left; without this its lease would run first."""
    JobRun.objects.filter(status=JobRun.Status.RUNNING).update(lease_until=timezone.now())


def _load(terminal: Terminal) -> LoadedShop:
    with terminal.step("Loading Complete Journey") as advance:
        loaded = load_shop(report=lambda step: advance(STEPS.index(step) / len(STEPS), step))
    terminal.say(f"  {loaded.products:,} products, {loaded.households:,} customers, {loaded.orders:,} orders")
    return loaded


def _remember(terminal: Terminal, loaded: LoadedShop) -> None:
    """The app's own log of what was bought, its schedule and its first blocks."""
    with terminal.step("Reading the orders into the event log") as advance:
        import_history(now=timezone.now(), progress=lambda done, total: advance(done / total, f"day {done} of {total}"))
    with terminal.step("Reading visits to the pages"), tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "visits.csv"
        write_visits(file, now=timezone.now())
        import_file(file, Recipe(source="web shop"), now=timezone.now())
    with terminal.step("Setting up blocks and schedule"):
        call_command("personalization_bootstrap", no_import=True, stdout=_Counted(_not_moving))
    LoadedShop.objects.filter(pk=loaded.pk).update(is_remembered=True)


def _not_moving(done: float, doing: str) -> None:
    """For steps too short for a bar."""


class _Counted:
    """Takes a command's output and moves a bar instead."""

    def __init__(self, advance: Advance) -> None:
        self.advance, self.seen = advance, 0

    def write(self, text: str) -> int:
        self.seen += text.count("Applying")
        self.advance(min(self.seen / MIGRATIONS, 1.0), "")
        return len(text)

    def flush(self) -> None:
        """Nothing is kept back."""
