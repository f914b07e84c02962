"""The periods and measures that a best-seller list can have."""

from datetime import UTC, datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PERIODS(TextChoices):
    """How far back sales count, up to now."""

    HOUR = "hour", _("last hour")
    DAY = "day", _("last 24 hours")
    WEEK = "week", _("last 7 days")
    MONTH = "month", _("last 30 days")
    QUARTER = "quarter", _("last 90 days")
    YEAR = "year", _("last 365 days")


class MEASURES(TextChoices):
    """What is counted."""

    UNITS = "units", _("pieces sold")
    REVENUE = "revenue", _("money taken")
    ORDERS = "orders", _("number of orders")
    ADDS = "adds", _("times put into a basket")
    VIEWS = "views", _("times looked at")


TREND = "trend"
LENGTH = {
    PERIODS.HOUR: timedelta(hours=1),
    PERIODS.DAY: timedelta(days=1),
    PERIODS.WEEK: timedelta(days=7),
    PERIODS.MONTH: timedelta(days=30),
    PERIODS.QUARTER: timedelta(days=90),
    PERIODS.YEAR: timedelta(days=365),
}
HOUR = timedelta(hours=1)
# Hours are kept so long: a month, and the five weeks that a trend looks back. Older ones become days.
BY_THE_HOUR = timedelta(days=36)


def first_moment(period: str, now: datetime) -> datetime:
    """Where the period begins: with a whole hour, or with a whole day (in UTC) where only days are kept."""
    length = LENGTH[PERIODS(period)]
    return (hour_of if length < BY_THE_HOUR else midnight_of)(now - length)


def hour_of(moment: datetime) -> datetime:
    """The first moment of its hour."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def midnight_of(moment: datetime) -> datetime:
    """The first moment of its day in UTC."""
    return hour_of(moment).replace(hour=0)
