"""The first steps of a shop with this app: what is done, what is on its way, and what to do next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization import shop
from personalization.events.identifiers import first_id
from personalization.events.models import Event
from personalization.jobs.back_office import ago, capped_told, number_told
from personalization.jobs.life import WORKER, sign_of_life
from personalization.recommend.models import RankedList, TrainingRun
from personalization.recommend.wording import quality_told, stage_told
from personalization.storefront.models import Block

DONE, WAIT, TODO = "done", "wait", "todo"
COUNTED = 100_000
STALE = timedelta(hours=1)
LOOK_AT_TRAINING = "view_trainingrun"
Status = TrainingRun.Status


@dataclass(frozen=True)
class Step:
    """One step: its state, a sentence, and the button or the command that does it."""

    state: str
    title: str
    told: str
    url: str = ""
    button: str = ""
    command: str = ""
    is_post: bool = False
    # About how long it takes its owner; 0 where nobody but the app has something to do.
    minutes: int = 0
    # The right without which the button leads nowhere.
    right: str = "view_block"


def first_steps(*, now: datetime) -> list[Step]:
    """The steps in the order in which they are taken."""
    return [_orders(), _lists(now), _model(), _worker(now), _blocks(now), _shown(now)]


def next_step(steps: Iterable[Step]) -> Step | None:
    """The first one that waits for the owner; else the first that is on its way."""
    left = [step for step in steps if step.state != DONE]
    return next((step for step in left if step.state == TODO), next(iter(left), None))


def _orders() -> Step:
    title = _("The shop's orders are in the log")
    count = Event.objects.filter(kind="purchased").order_by()[: COUNTED + 1].count()
    if count:
        text = ngettext("%(n)s order line has been read.", "%(n)s order lines have been read.", count)
        return Step(DONE, title, text % {"n": capped_told(count, cap=COUNTED)})
    if shop.first_order_at() is None:
        return Step(WAIT, title, _("The shop has no orders yet. Each new one is read as it is placed."))
    return Step(
        TODO, title, _("The orders that the shop already has are not read yet."),
        reverse("admin:personalization_importedfile_changelist"), _("See what was read"),
        command="manage.py import_history", minutes=2, right="view_importedfile",
    )  # fmt: skip


def _lists(now: datetime) -> Step:
    title = _("Best sellers are worked out")
    count, newest = RankedList.objects.count(), RankedList.objects.aggregate(newest=Max("refreshed_at"))["newest"]
    command = "manage.py personalization_bootstrap"
    if newest is None:
        text = _("There are no best-seller lists yet: without them blocks have nothing to fall back on.")
        return Step(TODO, title, text, command=command, minutes=1)
    words = {"n": number_told(count), "when": ago(newest, now=now)}
    if now - newest > STALE:
        return Step(
            TODO, title, _("The lists are old, worked out %(when)s: the worker renews them.") % words, command=WORKER
        )
    text = ngettext("%(n)s list, worked out %(when)s.", "%(n)s lists, worked out %(when)s.", count)
    return Step(DONE, title, text % words)


def _model() -> Step:
    title, runs = _("A trained model is served"), reverse("admin:personalization_trainingrun_changelist")
    newest = {run.status: run for run in TrainingRun.objects.order_by("status", "-pk").distinct("status")}
    working = newest.get(Status.RUNNING) or newest.get(Status.WAITING)
    if run := newest.get(Status.PUBLISHED):
        words = {"version": run, "quality": quality_told(run)}
        told = _("Shoppers see %(version)s: %(quality)s.") % words
        return Step(DONE, title, told, runs, _("See the trainings"), right=LOOK_AT_TRAINING)
    if working:
        words = {"version": working, "stage": stage_told(working), "percent": round(working.progress * 100)}
        told = _("%(version)s is on its way: %(stage)s (%(percent)s %%).") % words
        return Step(WAIT, title, told, runs, _("Watch it"), right=LOOK_AT_TRAINING)
    train, button = reverse("admin:personalization_trainingrun_train"), _("Train now")
    asked: dict[str, Any] = {"is_post": True, "minutes": 5, "right": "change_trainingrun"}
    last = max((run for run in newest.values()), key=lambda run: run.pk, default=None)
    if last:
        words = {"version": last, "reason": last.verdict_told}
        return Step(TODO, title, _("%(version)s was not good enough. %(reason)s") % words, train, button, **asked)
    return Step(TODO, title, _("No model has been trained yet."), train, button, **asked)


def _worker(now: datetime) -> Step:
    title, life = _("The worker is alive"), sign_of_life(now=now)
    if life.is_alive:
        return Step(DONE, title, _("Its last sign came %(when)s.") % {"when": ago(life.last_sign, now=now)})
    if life.last_sign is None:
        return Step(
            TODO, title, _("No worker has ever given a sign: it trains at night and renews the lists."),
            command=WORKER, minutes=1,
        )  # fmt: skip
    text = _("The worker does not answer: its last sign came %(when)s.") % {"when": ago(life.last_sign, now=now)}
    return Step(TODO, title, text, command=WORKER, minutes=1)


def _blocks(now: datetime) -> Step:
    title, live = _("A block is live"), Block.objects.live(now).count()
    url = reverse("admin:personalization_block_changelist")
    if live:
        text = ngettext(
            "%(n)s block is switched on and within its dates.",
            "%(n)s blocks are switched on and within their dates.",
            live,
        )
        return Step(DONE, title, text % {"n": live}, url, _("See the blocks"))
    told = _("No block is switched on: shoppers see nothing of all this.")
    return Step(TODO, title, told, url, _("Choose a block"), minutes=2)


def _shown(now: datetime) -> Step:
    title = _("Somebody has seen a block")
    lately = Event.objects.filter(kind="block_shown", id__gte=first_id(now - timedelta(hours=24)))
    last = lately.order_by("-id").values_list("happened_at", flat=True).first()
    if last:
        return Step(DONE, title, _("The last one was shown %(when)s.") % {"when": ago(last, now=now)})
    text = _("No block was shown in the last 24 hours: put a place into a template of the shop, then open that page.")
    return Step(TODO, title, text, command='{% load personalization %} {% block_at "home-1" %}', minutes=3)
