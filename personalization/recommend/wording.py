"""Training runs in the words of a shop owner."""

from datetime import datetime, timedelta

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from personalization.jobs.back_office import NOTHING
from personalization.jobs.life import Life
from personalization.jobs.wording import worker_told
from personalization.recommend.models import TrainingRun

PATIENCE = timedelta(minutes=2)
TONES = {
    TrainingRun.Status.WAITING: "wait",
    TrainingRun.Status.RUNNING: "wait",
    TrainingRun.Status.PUBLISHED: "good",
    TrainingRun.Status.RETIRED: "off",
    TrainingRun.Status.REFUSED: "bad",
    TrainingRun.Status.FAILED: "bad",
}
STAGES = {
    "read": gettext_noop("reading the log"),
    "trial": gettext_noop("trying it on days it has not seen"),
    "learning": gettext_noop("learning from everything"),
    "neighbours": gettext_noop("finding neighbours of each product"),
    "storing": gettext_noop("writing the tables"),
}
ASKERS = {
    "schedule": gettext_noop("the nightly schedule"),
    "bootstrap": gettext_noop("the first set-up"),
    "command": gettext_noop("a command"),
}
PASSED = 1.005


def stage_told(run: TrainingRun) -> str:
    """What the worker is at."""
    if run.status == TrainingRun.Status.WAITING:
        return _("waiting for the worker")
    known = STAGES.get(run.stage.split(":")[0].strip())
    return _(known) if known else ""


def asker_told(run: TrainingRun) -> str:
    """Who asked for the run: a person by name, or what asks by itself."""
    return _(ASKERS[run.asked_by]) if run.asked_by in ASKERS else run.asked_by or _("somebody who left")


def learned_from(run: TrainingRun) -> str:
    """How much the run had to learn from."""
    facts = run.facts
    if not facts.get("lines"):
        return NOTHING
    lines, baskets, shoppers, products, days = (
        round(facts.get(name, 0)) for name in ("lines", "baskets", "shoppers", "products", "days")
    )
    counted = (
        (ngettext("%(n)s order line", "%(n)s order lines", lines), lines),
        (ngettext("%(n)s basket", "%(n)s baskets", baskets), baskets),
        (ngettext("%(n)s shopper", "%(n)s shoppers", shoppers), shoppers),
        (ngettext("%(n)s product", "%(n)s products", products), products),
        (ngettext("%(n)s day", "%(n)s days", days), days),
    )
    return ", ".join(text % {"n": number_format(n, force_grouping=True)} for text, n in counted)


def period_told(run: TrainingRun) -> str:
    """From when until when the data goes."""
    if run.data_until is None:
        return NOTHING
    since = run.data_until - timedelta(days=float(run.facts.get("days", 0)))
    days = {"since": _day(since), "until": _day(run.data_until)}
    return _("%(since)s to %(until)s") % days


def lead_of(run: TrainingRun) -> float | None:
    """How many times as good as plain best sellers; None where it was not measured."""
    return float(run.figures.get("lead", 0)) if run.figures.get("cases") else None


def quality_told(run: TrainingRun) -> str:
    """The quality in one sentence."""
    lead = lead_of(run)
    if lead is None:
        return _("not measured") if run.figures else NOTHING
    if lead < PASSED:
        return _("no better than plain best sellers, on days it had not seen")
    told = {"times": _times(lead), "clicks": _times(run.figures.get("click_lead", 0))}
    if "click_lead" in run.figures:
        return (
            _(
                "%(times)s times as good as plain best sellers, on days it had not seen; "
                "the next click %(clicks)s times as good as what is looked at most"
            )
            % told
        )
    return _("%(times)s times as good as plain best sellers, on days it had not seen") % told


def _times(lead: float) -> str:
    return number_format(round(lead, 1), decimal_pos=1)


def waits_too_long(run: TrainingRun, *, now: datetime) -> bool:
    """Nobody takes it up."""
    return run.status == TrainingRun.Status.WAITING and now - run.asked_at > PATIENCE


def worker_warning(life: Life, waiting: TrainingRun | None, *, now: datetime) -> str:
    """What is wrong with the worker, as a sentence; empty when it is fine."""
    if waiting is not None and waits_too_long(waiting, now=now):
        return _("A training waits, and no worker takes it up.")
    return worker_told(life)


def _day(moment: datetime) -> str:
    return date_format(localtime(moment), "j M Y")
