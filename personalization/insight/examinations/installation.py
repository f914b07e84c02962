"""Is the app built into the shop as it should be?"""

from collections.abc import Iterable
from datetime import datetime

from django.core import checks
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.conf import conf
from personalization.insight.finding import Examination, Finding, examinations, fault, fine, warning


@examinations.register
class Installation(Examination):
    """Settings, middleware, addresses."""

    name, label = "installation", gettext_lazy("Installation")

    def findings(self, now: datetime) -> Iterable[Finding]:
        """What the system checks say, and whether the browser can reach us."""
        if not conf.ENABLED:
            yield warning(
                _("The app is switched off: nothing is captured and nothing is shown."),
                fix=_("Take it out of the settings, or set it to True."),
                command="PERSONALIZATION_ENABLED = True",
            )
        found = [*checks.run_checks(tags=["personalization"])]
        for message in found:
            make = fault if message.level >= checks.ERROR else warning
            yield make(f"{message.msg} ({message.id})", fix=message.hint or _("See the README."))
        if not _has_addresses():
            yield fault(
                _("The browser can't reach the app: its addresses are not included."),
                fix=_("Add this line to the shop's urls.py."),
                command='path("personalization/", include("personalization.urls"))',
            )
        elif not found and conf.ENABLED:
            yield fine(_("Settings, middleware and addresses are in place."))


def _has_addresses() -> bool:
    try:
        return bool(reverse("personalization:events"))
    except NoReverseMatch:
        return False
