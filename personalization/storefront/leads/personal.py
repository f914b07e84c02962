"""An address is its owner's, and so is every wish of theirs."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from personalization.events.personal import PersonalTable, Row, Whole, tables
from personalization.storefront.leads.models import Lead


@tables.register
class Leads(PersonalTable):
    """The addresses that they left; an account's own address is erased wherever it was left by nobody else's account.

    It is not shown, though: who registers with somebody's address does not learn what its owner did with it.
    """

    name, label, model = "leads", _("addresses that you left to get letters"), Lead

    def rows(self, whole: Whole) -> Iterator[Row]:
        """Without how the letters went."""
        yield from self.mine(whole).order_by("pk").values(
            "id", "email", "popup_id", "offer_id", "text", "language", "asked_at", "confirmed_at", "stopped_at",
            "sent_at",
        )  # fmt: skip

    def erase(self, whole: Whole) -> int:
        """Deletes: there will be no letters any more."""
        return Lead.objects.filter(Q(pk__in=self.mine(whole).values("pk")) | self._of_address(whole)).delete()[0]

    def _of_address(self, whole: Whole) -> Q:
        return Q(address=whole.email.lower(), user_id=None) if whole.email else Q(pk=None)
