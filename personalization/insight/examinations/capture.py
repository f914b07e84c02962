"""Does what shoppers do arrive: the last event of each kind, and hours in which nothing came?"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.events.identifiers import first_id
from personalization.events.kinds import kinds
from personalization.insight.examinations.browser import has_reported
from personalization.insight.finding import Examination, Finding, examinations, fine, note, warning
from personalization.insight.installed import installed_at
from personalization.jobs.back_office import ago, capped_told

DAY, WEEK, HOUR = timedelta(days=1), timedelta(days=7), timedelta(hours=1)
COUNTED = 10_000
# Without these nothing can be learned; the others depend on what a shop offers.
NEEDED = ("visit_started", "product_viewed", "basket_added", "block_shown")
LOOKED_BACK = 48
SILENT_HOURS = 3

# One step into the index for each kind, and a count that stops early: however long the log is. The kind stands between
# bounds, for by "equals" PostgreSQL may choose to walk all of the log backwards in search of a kind that never came.
_LAST = """
SELECT one.kind, last.happened_at, lately.count
FROM unnest(%s::text[]) AS one (kind)
LEFT JOIN LATERAL (
    SELECT happened_at FROM personalization_event
    WHERE kind BETWEEN one.kind AND one.kind ORDER BY kind DESC, id DESC LIMIT 1
) AS last ON true
LEFT JOIN LATERAL (
    SELECT count(*) FROM (
        SELECT FROM personalization_event WHERE kind = one.kind AND id >= %s LIMIT %s
    ) AS found
) AS lately ON true
"""

_ANY = """
SELECT EXISTS (SELECT FROM personalization_event WHERE id >= one.first AND id < one.last)
FROM unnest(%s::uuid[], %s::uuid[]) WITH ORDINALITY AS one (first, last, place) ORDER BY place
"""


@examinations.register
class Capture(Examination):
    """Every kind of event, and the gaps."""

    name, label = "capture", gettext_lazy("Capture")

    def findings(self, now: datetime) -> Iterable[Finding]:
        """Gaps first, then one line for each kind."""
        yield from _gaps(now)
        for kind, last, lately in last_events(now):
            yield _told(kind, last, lately, now)


def last_events(now: datetime) -> list[tuple[str, datetime | None, int]]:
    """Each kind, when its last event happened, and how many came in 24 hours, counted up to a limit: one query."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [[kind.name for kind in kinds], first_id(now - DAY), COUNTED + 1])
        return list(cursor.fetchall())


def _told(kind: str, last: datetime | None, lately: int, now: datetime) -> Finding:
    label = str(kinds.get(kind).label)
    if last is None:
        told = _("%(kind)s: never seen.") % {"kind": label}
        never: dict[str, Any] = {"fix": _fix(kind, now), "about": kind}
        return warning(told, **never) if kind in NEEDED else note(told, **never)
    words = {"kind": label, "when": ago(last, now=now), "n": capped_told(lately, cap=COUNTED)}
    told = _("%(kind)s: last %(when)s, %(n)s in 24 hours.") % words
    figures = {"age_seconds": (now - last).total_seconds(), "in_24_hours": lately}
    if kind in NEEDED and now - last > WEEK:
        return warning(told, fix=_fix(kind, now), about=kind, figures=figures)
    return fine(told, about=kind, figures=figures)


def _fix(kind: str, now: datetime) -> str:
    if kind in ("block_seen", "block_clicked", "banner_seen", "banner_clicked", "page_left"):
        if has_reported(now):
            return _("The script is on the pages: it comes as soon as a shopper does it.")
        return _("Put {% personalization_script %} before </body> in the shop's base template.")
    if kind == "block_shown":
        return _("Put a block into a template, for example {% recommended_for user %}, and open that page.")
    if kind == "banner_shown":
        return _("Put {% content_slot %} into a template, make a banner for that place, and open that page.")
    if kind == "custom":
        return _("Only needed if the shop calls personalization.track() in its pages.")
    if kind in NEEDED:
        return _("Is the middleware installed, and have shoppers agreed? See Installation and Consent.")
    return _("It comes as soon as a shopper does it.")


def _gaps(now: datetime) -> Iterable[Finding]:
    """Hours with nothing at all, where the same hours of the week before had something."""
    this_week, last_week = _hours(now), _hours(now - WEEK)
    # What an import brought of the time before says nothing about what is captured.
    since = installed_at()
    silent: list[int] = []
    for back in range(LOOKED_BACK, -1, -1):
        was_here = since is None or now - WEEK - back * HOUR >= since
        if back and was_here and not this_week[back - 1] and last_week[back - 1]:
            silent.append(back)
            continue
        if len(silent) >= SILENT_HOURS:
            yield _gap(now, silent[0], silent[-1] - 1)
        silent = []


def _hours(now: datetime) -> list[bool]:
    # Whether anything came in each of the last hours; the newest first. One look into the index for each.
    bounds = [first_id(now - back * HOUR) for back in range(LOOKED_BACK + 1)]
    with connection.cursor() as cursor:
        cursor.execute(_ANY, [bounds[1:], bounds[:-1]])
        return [found for (found,) in cursor.fetchall()]


def _gap(now: datetime, first: int, last: int) -> Finding:
    start, end = localtime(now - first * HOUR), localtime(now - last * HOUR)
    words = {"start": date_format(start, "j M, H:i"), "end": date_format(end, "j M, H:i"), "n": first - last}
    told = ngettext(
        "Nothing was captured between %(start)s and %(end)s (%(n)s hour), unlike the week before.",
        "Nothing was captured between %(start)s and %(end)s (%(n)s hours), unlike the week before.",
        first - last,
    )
    fix = _("Look for errors of “personalization” in the web server's log of those hours.")
    return warning(told % words, fix=fix, figures={"hours": first - last})
