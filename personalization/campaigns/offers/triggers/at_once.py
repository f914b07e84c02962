"""Everybody for whom the offer is, at once; whoever comes into its segments later gets one then."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.campaigns.offers.trigger import Trigger, triggers
from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values


@triggers.register
class AtOnce(Trigger):
    """All of them."""

    name, label = "segment", gettext_lazy("everybody for whom it is, at once")

    def people(self, values: Values, *, since: datetime, now: datetime) -> Q | None:
        """Nobody is left out."""
        return None

    def describe(self, values: Values, names: Names = ASK) -> str:
        """All."""
        return _("at once")
