"""What do the browsers send, and what was refused and why?"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.events.beacon.outcomes import LOST, REFUSALS, Outcome
from personalization.events.identifiers import first_id
from personalization.events.models import Event, QuarantinedPayload, Tally, Visitor
from personalization.insight.finding import Examination, Finding, examinations, fine, note, warning
from personalization.insight.installed import installed_at
from personalization.jobs.back_office import ago, number_told

DAYS = 7
# Refused by right: a resent event, a robot, somebody who said no. Not a sign that anything is wrong.
BY_RIGHT = ("doubled", "bot", "no_consent", "not_for_this", "erased")
TOO_MANY = 0.2


@examinations.register
class Browser(Examination):
    """The script of the pages and what came of it."""

    name, label = "browser", gettext_lazy("Browsers")

    def findings(self, now: datetime) -> Iterable[Finding]:
        """The script's last sign, then received and refused, reason by reason."""
        yield _script(now)
        since = (now - timedelta(days=DAYS)).date()
        rows = Tally.objects.filter(day__gte=since).values_list("outcome").annotate(sum=Sum("count")).order_by("-sum")
        yield from _received(dict(rows))
        yield from _quarantined()


def has_reported(now: datetime) -> bool:
    """Some browser's script has given a sign in the last days."""
    newest = _newest_report()
    return newest is not None and now - newest < timedelta(days=DAYS)


def _newest_report() -> datetime | None:
    last = Visitor.objects.exclude(script_seen_at=None).order_by("-last_seen_at").values_list("last_seen_at", flat=True)
    return last.first()


def _script(now: datetime) -> Finding:
    newest = _newest_report()
    if newest is not None and now - newest < timedelta(days=DAYS):
        told = _("The script reports from the pages: last %(when)s.") % {"when": ago(newest, now=now)}
        return fine(told, about="script", figures={"age_seconds": (now - newest).total_seconds()})
    began = now - timedelta(days=DAYS)
    if Tally.objects.filter(day__gte=began.date(), outcome="received", count__gt=0).exists():
        told = _("The script is on the pages, but all that it reported in 7 days was refused: see below why.")
        return note(told, about="script")
    # What was imported of earlier visits came without a script.
    since = max(began, installed_at() or began)
    visited = Event.objects.filter(kind="visit_started", id__gte=first_id(since)).exists()
    fix = _("Put {% personalization_script %} before </body> in the shop's base template.")
    if visited:
        return warning(_("The shop has visits, but no browser reports: the script is not on its pages."), fix=fix)
    return note(_("No browser has reported in 7 days, and there was no visit."), fix=fix)


def _received(outcomes: dict[str, int]) -> Iterable[Finding]:
    total, stored = outcomes.pop("received", 0), outcomes.pop("stored", 0)
    if not total:
        return
    words = {"total": number_told(total), "stored": number_told(stored), "refused": number_told(total - stored)}
    figures = {"received": total, "stored": stored, "refused": total - stored}
    told = _("Received %(total)s events in 7 days: %(stored)s stored, %(refused)s refused.") % words
    yield fine(told, about="received", figures=figures)
    known = {one.name: one for one in REFUSALS}
    for outcome, count in outcomes.items():
        reason = known.get(outcome) or Outcome(outcome, outcome, _("See what this reason means."))
        told = _("Refused %(n)s: %(reason)s.") % {"n": number_told(count), "reason": reason.label}
        url = reverse("admin:personalization_tally_changelist")
        is_trouble = reason in LOST or (outcome not in BY_RIGHT and count > TOO_MANY * total)
        more: dict[str, Any] = {"url": url, "about": outcome, "figures": {"count": count}}
        yield warning(told, fix=str(reason.meaning), **more) if is_trouble else note(told, **more)


def _quarantined() -> Iterable[Finding]:
    count = QuarantinedPayload.objects.count()
    if count:
        told = ngettext("%(n)s message could not be read.", "%(n)s messages could not be read.", count)
        url = reverse("admin:personalization_quarantinedpayload_changelist")
        yield note(
            told % {"n": number_told(count)},
            fix=_("Look at them, and try them again after an update."),
            url=url,
            about="unreadable",
            figures={"count": count},
        )
