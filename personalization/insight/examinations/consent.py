"""Have people been asked, and do they agree?"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.conf import Conf, conf
from personalization.events.models import ConsentRecord
from personalization.insight.finding import Examination, Finding, examinations, fine, note, warning

MONTH = timedelta(days=30)


@examinations.register
class Agreement(Examination):
    """The banner and its answers."""

    name, label = "consent", gettext_lazy("Consent")

    def findings(self, now: datetime) -> Iterable[Finding]:
        """Who asks, and what is answered."""
        if conf.CONSENT == "personalization.events.consent.signal_or_yes":
            yield note(
                _("Nobody is asked: everybody agrees unless the browser says no. Is this the law where you sell?")
            )
        elif Conf.CONSENT.default != conf.CONSENT:
            yield fine(_("The shop's own consent banner answers: %(path)s.") % {"path": conf.CONSENT})
        else:
            yield _answers(now)


def _answers(now: datetime) -> Finding:
    lately = ConsentRecord.objects.filter(given_at__gte=now - MONTH)
    counts = lately.aggregate(all=Count("pk"), yes=Count("pk", filter=~Q(purposes=[])))
    if counts["all"]:
        return fine(_("%(yes)s of %(all)s answers noted in 30 days agree to something.") % counts)
    if ConsentRecord.objects.exists():
        return note(_("Nobody has answered the banner in 30 days."))
    return warning(
        _("Nobody has ever agreed, and without a yes nothing is stored: is the banner on the pages?"),
        fix=_("Put {% personalization_script %} before </body>: it brings the banner; or name your own in CONSENT."),
    )
