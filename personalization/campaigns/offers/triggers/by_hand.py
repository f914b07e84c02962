"""Nobody by itself: codes are given by a pop-up, a message, or by hand."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.campaigns.offers.trigger import Trigger, triggers
from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import NOBODY


@triggers.register
class ByHand(Trigger):
    """Somebody else gives them."""

    name, label = "by_hand", gettext_lazy("only whom a pop-up, a message or you give one")

    def people(self, values: Values, *, since: datetime, now: datetime) -> Q | None:
        """Nobody."""
        return NOBODY

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Whoever is given one."""
        return _("when a pop-up, a message or you give one")
