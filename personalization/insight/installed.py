"""Since when the app can have seen anything."""

from datetime import datetime

from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min


def installed_at() -> datetime | None:
    """When the app came into this shop: its tables were made then."""
    made = MigrationRecorder.Migration.objects.filter(app="personalization")
    first: datetime | None = made.aggregate(first=Min("applied"))["first"]
    return first
