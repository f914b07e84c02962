"""Weather from a file on this machine: for whoever writes one, and to try things out."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from personalization.people.weather.source import Report, Source, SourceFailed, report_from, sources


@sources.register
class File(Source):
    """JSON: `{"Kyiv": {"temperature": 31.5, "rain": 0}, "*": {"temperature": 24}}`."""

    name, label = "file", _("a file")

    def fits(self, setting: str) -> bool:
        """Whatever is nothing else is a path."""
        return bool(setting)

    def look(self, setting: str, regions: Collection[str]) -> Mapping[str, Report]:
        """All that stands in it."""
        try:
            told = json.loads(Path(setting).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise SourceFailed(f"{setting} cannot be read as JSON: {error}") from error
        if not isinstance(told, Mapping):
            raise SourceFailed(f"{setting} holds no object of regions.")
        return {region: report_from(one) for region, one in told.items()}
