"""The weather of a region, for a page: kept by each process for a minute, so that hardly any page asks for it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from personalization.people.weather.models import Weather
from personalization.people.weather.source import ELSEWHERE, Report

KEPT = timedelta(minutes=1)
# What was told longer ago says nothing about now: the source is away, and everybody is without weather.
OLD = timedelta(hours=6)


class Sign(TextChoices):
    """What it does outside."""

    RAIN = "rain", _("it rains")
    SNOW = "snow", _("it snows")
    WIND = "wind", _("a strong wind blows")
    DRY = "dry", _("it is dry")


# From light rain on (WMO: under 0.1 mm in an hour is a trace), and from a strong breeze on (Beaufort 6).
WET, STRONG = 0.1, 10.8


@dataclass(frozen=True)
class Outside:
    """What a rule may ask: degrees Celsius, and signs. Nothing where nobody tells."""

    temperature: float | None = None
    signs: frozenset[str] = frozenset()


UNKNOWN = Outside()


@dataclass
class _Kept:
    read_at: datetime | None = None
    by_region: dict[str, Outside] = field(default_factory=dict)


kept = _Kept()


def weather_in(region: str, *, now: datetime) -> Outside:
    """The weather there; of a region that nobody tells of, that of everywhere else. At most one query a minute."""
    if kept.read_at is None or not timedelta(0) <= now - kept.read_at < KEPT:
        kept.by_region = {row.region: outside(_report(row)) for row in Weather.objects.filter(told_at__gt=now - OLD)}
        kept.read_at = now
    return kept.by_region.get(region.casefold()) or kept.by_region.get(ELSEWHERE) or UNKNOWN


def outside(report: Report) -> Outside:
    """A report in the words of the rules. Dry is only what is told to be."""
    signs = set()
    if (report.rain or 0) >= WET:
        signs.add(Sign.RAIN.value)
    if (report.snow or 0) >= WET:
        signs.add(Sign.SNOW.value)
    if (report.wind or 0) >= STRONG:
        signs.add(Sign.WIND.value)
    if report.rain is not None and not signs & {Sign.RAIN, Sign.SNOW}:
        signs.add(Sign.DRY.value)
    return Outside(report.temperature, frozenset(signs))


def _report(row: Weather) -> Report:
    return Report(row.temperature, row.rain, row.snow, row.wind)
