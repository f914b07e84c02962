"""Jobs in the words of a shop owner."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from personalization.jobs.back_office import NOTHING, minute_told, number_told
from personalization.jobs.life import Life
from personalization.jobs.models import JobRun

JOBS = {
    "train": gettext_noop("Train the model"),
    "ask for training": gettext_noop("Ask for the nightly training"),
    "scorecard": gettext_noop("Measure the recommendations"),
    "predict": gettext_noop("Learn what customers will do"),
    "ask for predictions": gettext_noop("Ask for the nightly predictions"),
    "ask for scorecard": gettext_noop("Ask for the weekly scorecard"),
    "replay pop-up": gettext_noop("Work out what a pop-up would have done"),
    "refresh rankings": gettext_noop("Work out best sellers and trends"),
    "refresh bundles": gettext_noop("Put together what goes together"),
    "refresh searches": gettext_noop("Learn what people chose after searches"),
    "refresh facts": gettext_noop("Look at goods that changed"),
    "refresh all facts": gettext_noop("Look at all goods"),
    "group shoppers": gettext_noop("Find shoppers who are alike"),
    "cluster shoppers": gettext_noop("Find groups of people alike"),
    "rebuild profiles": gettext_noop("Go through everybody's profile"),
    "refresh profiles": gettext_noop("Refresh the profiles of those who were here"),
    "follow visits": gettext_noop("Work out how far visits went"),
    "refresh segments": gettext_noop("Count segments that changed"),
    "refresh all segments": gettext_noop("Count all segments"),
    "issue codes": gettext_noop("Give codes to whom offers are for"),
    "keep offers": gettext_noop("Look after the budgets of offers"),
    "sweep orders": gettext_noop("Compare the orders with the log"),
    "make partitions": gettext_noop("Make room in the log for the next months"),
    "mark bots": gettext_noop("Mark visitors that are no people"),
    "sum days": gettext_noop("Sum up the days"),
    "prune": gettext_noop("Let go of what is too old"),
    "tell health": gettext_noop("Write how it is into the log"),
}
ORDER = (
    "run", "scorecard", "prediction", "replay", "customers", "foretold", "clusters", "people",
    "segments", "entered", "left", "failed",
    "lists", "counted", "bundles", "priced", "searches", "search_lists",
    "profiles", "departed", "rescored", "visits", "grouped", "looked", "written", "prices", "gone", "lines", "added",
    "removed", "made", "offers", "codes", "settled", "switched_off", "places_freed",
    "forgotten", "marked",
    "freed", "summed", "figures", "dropped",
    "waiting", "told", "changes_forgotten",
    "visits_gone", "old_visits", "strangers", "preferences", "nameless", "stranger_events", "looks", "nameless_looks",
    "tallies",
    "unreadable", "fingerprints",
)  # fmt: skip
# Of these a night without any is the usual one, and a row of noughts says nothing.
QUIET = frozenset({"departed", "rescored", "figures", *ORDER[ORDER.index("dropped") :]})


def job_name(run: JobRun) -> str:
    """What the job does; one that a shop added itself keeps its own name."""
    return _(JOBS[run.job]) if run.job in JOBS else run.job


def period_name(run: JobRun) -> str:
    """Which turn of the job it was: a moment, or the version that it trained."""
    try:
        return minute_told(datetime.fromisoformat(run.period))
    except ValueError:
        return f"v{run.period}" if run.period.isdigit() else run.period


def summary_told(summary: dict[str, Any]) -> str:
    """What came of it."""
    # PostgreSQL keeps no order of the names; the status of a training stands in its own list.
    names = sorted(
        (name for name, value in summary.items() if name != "status" and (value or name not in QUIET)),
        key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name),
    )
    return ", ".join(_part(name, summary[name]) for name in names) or NOTHING


def _part(name: str, value: Any) -> str:
    count = len(value) if isinstance(value, list) else value
    if not isinstance(count, int):
        return f"{name}: {value}"
    told = {
        "segments": lambda: ngettext("%(n)s segment counted", "%(n)s segments counted", count),
        "entered": lambda: ngettext("%(n)s person came in", "%(n)s people came in", count),
        "left": lambda: ngettext("%(n)s person left", "%(n)s people left", count),
        "failed": lambda: ngettext("%(n)s could not be counted", "%(n)s could not be counted", count),
        "changes_forgotten": lambda: ngettext(
            "%(n)s old change of a segment forgotten", "%(n)s old changes of segments forgotten", count
        ),
        "lists": lambda: ngettext("%(n)s list", "%(n)s lists", count),
        "bundles": lambda: ngettext("%(n)s bundle", "%(n)s bundles", count),
        "priced": lambda: ngettext("%(n)s price asked for", "%(n)s prices asked for", count),
        "searches": lambda: ngettext("%(n)s search followed", "%(n)s searches followed", count),
        "search_lists": lambda: ngettext("%(n)s list of a search", "%(n)s lists of searches", count),
        "looked": lambda: ngettext("%(n)s product looked at", "%(n)s products looked at", count),
        "written": lambda: ngettext("%(n)s with news", "%(n)s with news", count),
        "prices": lambda: ngettext("%(n)s price changed", "%(n)s prices changed", count),
        "gone": lambda: ngettext("%(n)s product gone", "%(n)s products gone", count),
        "counted": lambda: ngettext("%(n)s count changed", "%(n)s counts changed", count),
        "profiles": lambda: ngettext("%(n)s profile changed", "%(n)s profiles changed", count),
        "departed": lambda: ngettext("%(n)s profile gone", "%(n)s profiles gone", count),
        "rescored": lambda: ngettext("%(n)s with other scores", "%(n)s with other scores", count),
        "visits": lambda: ngettext("%(n)s visit followed", "%(n)s visits followed", count),
        "visits_gone": lambda: ngettext("%(n)s visit taken out", "%(n)s visits taken out", count),
        "old_visits": lambda: ngettext("%(n)s old visit forgotten", "%(n)s old visits forgotten", count),
        "grouped": lambda: ngettext("%(n)s shopper in a group", "%(n)s shoppers in groups", count),
        "run": lambda: _("training v%(n)s"),
        "scorecard": lambda: _("scorecard #%(n)s"),
        "prediction": lambda: _("predictions #%(n)s"),
        "replay": lambda: _("replay #%(n)s"),
        "clusters": lambda: ngettext("%(n)s group", "%(n)s groups", count),
        "people": lambda: ngettext("%(n)s person", "%(n)s people", count),
        "customers": lambda: ngettext("%(n)s customer", "%(n)s customers", count),
        "foretold": lambda: ngettext("%(n)s new prediction", "%(n)s new predictions", count),
        "offers": lambda: ngettext("%(n)s offer", "%(n)s offers", count),
        "codes": lambda: ngettext("%(n)s code given", "%(n)s codes given", count),
        "settled": lambda: ngettext("%(n)s order counted later", "%(n)s orders counted later", count),
        "switched_off": lambda: ngettext("%(n)s offer switched off", "%(n)s offers switched off", count),
        "places_freed": lambda: ngettext("%(n)s place given back", "%(n)s places given back", count),
        "lines": lambda: ngettext("%(n)s order line compared", "%(n)s order lines compared", count),
        "added": lambda: ngettext("%(n)s event added", "%(n)s events added", count),
        "removed": lambda: ngettext("%(n)s event removed", "%(n)s events removed", count),
        "made": lambda: ngettext("%(n)s month made ready", "%(n)s months made ready", count),
        "forgotten": lambda: ngettext("%(n)s old job forgotten", "%(n)s old jobs forgotten", count),
        "marked": lambda: ngettext("%(n)s visitor marked as a bot", "%(n)s visitors marked as bots", count),
        "freed": lambda: ngettext("%(n)s taken for a person again", "%(n)s taken for people again", count),
        "summed": lambda: ngettext("%(n)s day summed up", "%(n)s days summed up", count),
        "figures": lambda: ngettext("%(n)s figure changed", "%(n)s figures changed", count),
        "dropped": lambda: ngettext("%(n)s month dropped", "%(n)s months dropped", count),
        "waiting": lambda: ngettext(
            "%(n)s month waits for the next night", "%(n)s months wait for the next night", count
        ),
        "strangers": lambda: ngettext("%(n)s stranger forgotten", "%(n)s strangers forgotten", count),
        "preferences": lambda: ngettext("%(n)s preference of theirs", "%(n)s preferences of theirs", count),
        "nameless": lambda: ngettext("%(n)s consent made nameless", "%(n)s consents made nameless", count),
        "stranger_events": lambda: ngettext("%(n)s event of theirs", "%(n)s events of theirs", count),
        "looks": lambda: ngettext("%(n)s old look forgotten", "%(n)s old looks forgotten", count),
        "nameless_looks": lambda: ngettext(
            "%(n)s look at a stranger made nameless", "%(n)s looks at strangers made nameless", count
        ),
        "told": lambda: ngettext("%(n)s number told", "%(n)s numbers told", count),
        "tallies": lambda: ngettext("%(n)s old tally forgotten", "%(n)s old tallies forgotten", count),
        "unreadable": lambda: ngettext(
            "%(n)s unreadable message forgotten", "%(n)s unreadable messages forgotten", count
        ),
        "fingerprints": lambda: ngettext("%(n)s old fingerprint forgotten", "%(n)s old fingerprints forgotten", count),
    }
    if name not in told:
        return f"{name}: {count}"
    return told[name]() % {"n": count if name in ("run", "scorecard", "prediction", "replay") else number_told(count)}


def worker_told(life: Life) -> str:
    """What is wrong with the worker, as a sentence; empty while it lives."""
    if life.is_alive:
        return ""
    if life.last_sign is None:
        return _("No worker has ever given a sign.")
    return _("The worker does not answer: its last sign came on %(when)s.") % {"when": minute_told(life.last_sign)}
