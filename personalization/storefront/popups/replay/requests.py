"""Asking for a replay: a row that waits. Light enough for a page; the worker does the counting."""

from datetime import datetime

from django.db import IntegrityError, transaction

from personalization.storefront.popups.models import Popup
from personalization.storefront.popups.replay.models import PopupReplay, deciding


def request_replay(popup: Popup, *, asked_by: str, now: datetime) -> PopupReplay:
    """Asks for a replay of the pop-up as it is now; one that already waits takes over what it is now."""
    waiting = PopupReplay.objects.filter(popup=popup, status=PopupReplay.Status.WAITING)
    try:
        with transaction.atomic():
            return PopupReplay.objects.create(
                popup=popup, asked_by=asked_by, asked_at=now, decided_by=deciding(popup)
            )  # fmt: skip
    except IntegrityError:
        waiting.update(decided_by=deciding(popup), asked_at=now)
        # It may have been taken up in this very moment; then it is the newest all the same.
        return waiting.first() or PopupReplay.objects.filter(popup=popup).latest("pk")
