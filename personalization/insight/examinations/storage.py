"""Is there room in the log, and does old data leave it?"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.events.identifiers import first_id, moment_of
from personalization.events.kinds import kinds
from personalization.events.models import Event
from personalization.events.partitions import DEFAULT, partitions
from personalization.insight.finding import Examination, Finding, examinations, fault, fine, note, warning
from personalization.jobs.back_office import number_told

GRACE = timedelta(days=3)
_SIZE = """
SELECT coalesce(sum(pg_total_relation_size(inhrelid)), 0), coalesce(sum(greatest(reltuples, 0)), 0)::bigint
FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'personalization_event'::regclass
"""


@examinations.register
class Storage(Examination):
    """Partitions, size, age."""

    name, label = "storage", gettext_lazy("Storage")

    def findings(self, now: datetime) -> Iterable[Finding]:
        """Room ahead, what lies outside, how large, how old."""
        yield from _room(now)
        yield _size()
        yield from _age(now)


def _room(now: datetime) -> Iterable[Finding]:
    names = partitions()
    command = "manage.py personalization_bootstrap --no-import"
    for month in (now, now.replace(day=1) + timedelta(days=32)):
        if f"personalization_event_{month:%Y_%m}" not in names:
            told = _("The log has no partition for %(month)s: its events wait in the default one.")
            fix = _("The worker makes it every day; or make it now.")
            yield warning(told % {"month": f"{month:%Y-%m}"}, fix=fix, command=command)
    if DEFAULT not in names:
        yield fault(_("The log's default partition is missing: events could be lost."), fix=_("Restore it."))


def _size() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(_SIZE)
        size, rows = cursor.fetchone()
    words = {"size": filesizeformat(int(size)), "n": number_told(int(rows))}
    if not rows:
        return note(_("The log takes %(size)s.") % words)
    return fine(_("The log takes %(size)s for about %(n)s events.") % words)


def _age(now: datetime) -> Iterable[Finding]:
    oldest = Event.objects.order_by("id").values_list("id", flat=True).first()
    limit = timedelta(days=max(kind.days_kept for kind in kinds))
    if oldest is None:
        return
    if oldest < first_id(now - limit - GRACE):
        told = _("The oldest event is of %(day)s, older than the %(days)s days that events are kept.")
        words = {"day": f"{moment_of(oldest):%Y-%m-%d}", "days": limit.days}
        yield warning(told % words, fix=_("Retention runs at night: is the job “prune” on the schedule? See Jobs."))
    else:
        yield fine(_("The oldest event is of %(day)s.") % {"day": f"{moment_of(oldest):%Y-%m-%d}"})
