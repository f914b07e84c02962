"""What an account has bought, in the shop or at a till whose receipts were read in."""

from datetime import datetime

from personalization.events.days import begin
from personalization.events.identifiers import first_id
from personalization.events.limits import first_days_kept
from personalization.events.models import Event
from personalization.events.purchases import KIND


def purchased_ids(user_id: int | None, *, now: datetime) -> frozenset[int]:
    """Every product that the log says this account bought: one walk over the account's own events, none for nobody."""
    if user_id is None:
        return frozenset()
    oldest = first_id(begin(first_days_kept(now)[KIND]))
    mine = Event.objects.filter(user_id=user_id, kind=KIND, id__gte=oldest).order_by()
    return frozenset(one for one in mine.values_list("product_id", flat=True).distinct() if one is not None)
