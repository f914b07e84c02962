"""Are the purchases in the log equal to the shop's orders?"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization import shop
from personalization.conf import conf
from personalization.events.identifiers import first_id
from personalization.events.models import Event
from personalization.insight.finding import Examination, Finding, examinations, fault, fine, note
from personalization.jobs.back_office import number_told

WEEK = timedelta(days=7)
# The sweep has ten minutes to heal what a crash has lost.
SETTLED = timedelta(minutes=30)


@examinations.register
class Orders(Examination):
    """Order lines against purchase events."""

    name, label = "orders", gettext_lazy("Orders")

    def findings(self, now: datetime) -> Iterable[Finding]:
        """One line."""
        since, until = now - WEEK, now - SETTLED
        placed = shop.count_order_lines(since=since, until=until, without=conf.IGNORED_ORDER_STATUSES)
        bought = Event.objects.filter(kind="purchased", id__gte=first_id(since), id__lt=first_id(until))
        logged = bought.exclude(payload__line=None).count()
        words = {"placed": number_told(placed), "logged": number_told(logged)}
        if placed == logged == 0:
            yield note(_("No order in 7 days."))
        elif placed == logged:
            yield fine(_("Order lines of 7 days: %(placed)s, all of them in the log.") % words)
        else:
            told = _("Order lines of 7 days: %(placed)s in the shop, %(logged)s in the log.") % words
            fix = _("The sweep heals this within ten minutes if a worker runs; or do it now.")
            yield fault(told, fix=fix, command="manage.py import_history")
