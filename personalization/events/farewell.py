"""An account is deleted, by its owner or by staff: what we hold about it goes too, and never in the deletion's way."""

from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models.signals import post_delete, pre_delete
from django.utils import timezone

from personalization.conf import conf
from personalization.events.erase import erase
from personalization.events.personal import Whole, whole_account
from personalization.guard import guarded

HELD = "_personalization_whole"
ASKED_BY = "deleted account"


def connect() -> None:
    """Connects to whatever the shop's accounts are, once."""
    accounts = get_user_model()
    for signal, receiver in ((pre_delete, about_to_go), (post_delete, gone)):
        signal.connect(receiver, sender=accounts, dispatch_uid=f"personalization.{receiver.__name__}", weak=False)


def about_to_go(sender: Any, *, instance: Any, **_: Any) -> None:
    """Notes who this is while the visitors still know their account."""
    if conf.ENABLED:
        whole = guarded(lambda: whole_account(instance.pk), doing="gathering a deleted account", fallback=None)
        setattr(instance, HELD, whole or Whole(instance.pk))


def gone(sender: Any, *, instance: Any, **_: Any) -> None:
    """Erases once the deletion stands."""
    whole = vars(instance).pop(HELD, None)
    if whole is not None:
        work = partial(erase, whole, asked_by=ASKED_BY, now=timezone.now())
        transaction.on_commit(
            lambda: guarded(work, doing="erasing a deleted account", fallback=None) and None, robust=True
        )
