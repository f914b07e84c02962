"""Reads the messages in the quarantine once more."""

from typing import Any

from django.core.management.base import BaseCommand

from personalization.events.beacon.quarantine import try_again
from personalization.events.models import QuarantinedPayload


class Command(BaseCommand):
    """Say it after an update that understands more than the last one did."""

    help = "Tries the unreadable messages of browsers again; those that can be read now are judged and leave."

    def handle(self, *args: Any, **options: Any) -> None:
        """Tells how many could be read."""
        read, unread = try_again(QuarantinedPayload.objects.order_by("pk"))
        self.stdout.write(f"{read} messages could be read now, {unread} could not.")
