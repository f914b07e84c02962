"""The periods and measures that a best-seller list can have."""

from datetime import timedelta

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


LENGTH = {
    PERIODS.HOUR: timedelta(hours=1),
    PERIODS.DAY: timedelta(days=1),
    PERIODS.WEEK: timedelta(days=7),
    PERIODS.MONTH: timedelta(days=30),
    PERIODS.QUARTER: timedelta(days=90),
    PERIODS.YEAR: timedelta(days=365),
}
