"""The contract of a source of weather: it is given regions and tells what it knows of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, ClassVar

from django.utils.functional import Promise

from personalization.registry import Registry

ELSEWHERE = "*"
# Colder and hotter than was ever measured on the ground (WMO: -89.2 and 56.7 °C) is a fault of the source.
COLDEST, HOTTEST = -90.0, 60.0


class SourceFailed(Exception):
    """The source told nothing that could be understood; the message says what to mend."""


@dataclass(frozen=True)
class Report:
    """The weather of one region: °C, mm in an hour, m/s; None where nothing is told."""

    temperature: float | None = None
    rain: float | None = None
    snow: float | None = None
    wind: float | None = None


class Source:
    """Answers for one kind of setting. One file in `sources/` and one registration make another."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]

    def fits(self, setting: str) -> bool:
        """The setting `PERSONALIZATION_WEATHER` names such a source."""
        raise NotImplementedError

    def look(self, setting: str, regions: Collection[str]) -> Mapping[str, Report]:
        """What is known of these regions, and of others that need not be asked for. Raises SourceFailed."""
        raise NotImplementedError


def report_from(told: Any) -> Report:
    """What a source says of one region: an object with any of the four numbers. Raises SourceFailed."""
    if not isinstance(told, Mapping):
        raise SourceFailed('Of each region an object is wanted, such as {"temperature": 31.5, "rain": 0}.')
    report = Report(*(_number(told, name) for name in ("temperature", "rain", "snow", "wind")))
    if report.temperature is not None and not COLDEST <= report.temperature <= HOTTEST:
        raise SourceFailed(f"A temperature of {report.temperature:g} °C was told: it is wanted in degrees Celsius.")
    return report


def _number(told: Mapping[str, Any], name: str) -> float | None:
    value = told.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise SourceFailed(f"“{name}” is wanted as a number; {value!r} was told.")
    return float(value)


sources: Registry[Source] = Registry("source of weather")
