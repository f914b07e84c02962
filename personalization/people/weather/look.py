"""Asks the shop's source for the weather and keeps it: the only place that may wait for somebody else's machine."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.db.models.functions import Lower

from personalization.conf import conf
from personalization.people.models import Preference
from personalization.people.profiles.models import Profile
from personalization.people.regions import ENOUGH_PEOPLE
from personalization.people.weather import sources as folder
from personalization.people.weather.models import Weather
from personalization.people.weather.source import Report, Source, sources

# Of so many regions at most, those of the most people first: each may be a request to a service that counts them.
MOST_REGIONS = 200


def look_at_weather(now: datetime) -> dict[str, Any]:
    """Writes what the source tells now. Raises SourceFailed; what was told before stays, and grows old."""
    setting = conf.WEATHER
    if not setting:
        Weather.objects.all().delete()
        return {"regions": 0}
    told = source_of(setting).look(setting, regions_in_use())
    _keep(told, now)
    return {"regions": len(told)}


def source_of(setting: str) -> Source:
    """Which kind of source a setting names; a path, if nothing else."""
    folder.load()
    return next(one for one in sources if one.fits(setting))


def regions_in_use() -> list[str]:
    """Where several people are, as they say or as the profiles know it; the most people first."""
    people: dict[str, int] = {}
    rows = Preference.objects.filter(what=Preference.What.REGION).exclude(value="")
    for region, count in [*_counted(rows, "value"), *_counted(Profile.objects.exclude(region=""), "region")]:
        # Not added up: one person may stand in both.
        people[region] = max(people.get(region, 0), count)
    # What fewer wrote may be anything, such as an address; it is not for a service outside the house.
    common = (one for one, count in people.items() if count >= ENOUGH_PEOPLE)
    return sorted(common, key=lambda one: (-people[one], one))[:MOST_REGIONS]


def _counted(rows: Any, name: str) -> list[tuple[str, int]]:
    counted = rows.order_by().annotate(place=Lower(name)).values("place").annotate(people=Count("pk"))
    return [(row["place"], row["people"]) for row in counted.order_by("-people")[:MOST_REGIONS]]


def _keep(told: Mapping[str, Report], now: datetime) -> None:
    rows = {
        region.casefold()[:100]: Weather(region=region.casefold()[:100], told_at=now, **vars(report))
        for region, report in told.items()
    }
    Weather.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["region"],
        update_fields=["temperature", "rain", "snow", "wind", "told_at"],
    )  # fmt: skip
