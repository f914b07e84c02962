"""Is what rules and strategies know of the goods there, and is it of today?"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization import shop
from personalization.insight.finding import Examination, Finding, examinations, fine, note, warning
from personalization.jobs.back_office import ago, number_told
from personalization.recommend.facts.models import ProductFact

LOOK = "manage.py personalization_bootstrap --no-import"
# Three turns of the job that looks at new goods.
PATIENCE = timedelta(minutes=15)
# The nightly look comes once a day and takes its time.
A_DAY = timedelta(hours=26)


@examinations.register
class Facts(Examination):
    """Goods without facts, and facts that are old."""

    name, label = "facts", gettext_lazy("Facts of goods")

    def findings(self, now: datetime) -> Iterable[Finding]:
        """What nobody has looked at, then what was looked at long ago."""
        known = ProductFact.objects.all()
        oldest = known.aggregate(oldest=Min("looked_at"))["oldest"]
        missing = shop.count_listed_but(known, until=now - PATIENCE)
        fix = _("Are the worker and beat running? To look at all goods at once:")
        if missing:
            told = ngettext(
                "%(n)s listed product has no facts: rules about price, brand or stock pass it by.",
                "%(n)s listed products have no facts: rules about price, brand or stock pass them by.", missing,
            )  # fmt: skip
            yield warning(told % {"n": number_told(missing)}, fix=fix, command=LOOK)
        if oldest is None:
            if not missing:
                yield note(_("No product was looked at yet: the job does it within five minutes."))
            return
        stale = known.filter(looked_at__lt=now - A_DAY).count()
        if stale:
            told = ngettext(
                "The facts of %(n)s product are older than a day, the oldest from %(when)s.",
                "The facts of %(n)s products are older than a day, the oldest from %(when)s.", stale,
            )  # fmt: skip
            yield warning(told % {"n": number_told(stale), "when": ago(oldest, now=now)}, fix=fix, command=LOOK)
        elif not missing:
            yield fine(
                _("Every listed product was looked at: the oldest look was %(when)s.") % {"when": ago(oldest, now=now)}
            )
