"""Best-seller and trend lists: brought up to date a little at a time, read by every page."""

from datetime import datetime

from django.db import transaction

from personalization.events.days import day_of
from personalization.recommend.lists.counting import count_what_is_new, hold
from personalization.recommend.lists.models import ListClock
from personalization.recommend.lists.sorting import sort_lists
from personalization.recommend.lists.trend import store_trends
from personalization.recommend.models import RankedList


def refresh_rankings(*, now: datetime) -> dict[str, int]:
    """Counts what is new in the log and sorts the lists that it moves; a page sees all old lists or all new ones.

    Once a day every list is sorted anew: goods change their categories without being sold.
    """
    before = ListClock.objects.first()
    is_new_day = before is None or day_of(before.refreshed_at) != day_of(now)
    counted = count_what_is_new(now=now)
    with transaction.atomic():
        hold()
        sort_lists(now=now, everything=is_new_day)
        store_trends(now=now)
        # That they were looked after, however quiet the shop.
        RankedList.objects.filter(scope="", category_id=0).update(refreshed_at=now)
    return {"lists": RankedList.objects.count(), "counted": counted}
