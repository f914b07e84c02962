"""Weather from a callable of the shop: for services with a key, or with coordinates instead of names."""

from collections.abc import Collection, Mapping
from re import fullmatch

from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from personalization.people.weather.source import Report, Source, SourceFailed, report_from, sources


@sources.register
class Callable(Source):
    """A dotted path: `look(regions)` gives an object for each region that it knows."""

    name, label = "callable", _("a callable of the shop")

    def fits(self, setting: str) -> bool:
        """Names with points between them, that name no file of JSON."""
        return not setting.endswith(".json") and fullmatch(r"\w+(\.\w+)+", setting) is not None

    def look(self, setting: str, regions: Collection[str]) -> Mapping[str, Report]:
        """Asked once for all regions."""
        try:
            told = import_string(setting)(list(regions))
        except Exception as error:  # the shop's own code may raise anything
            raise SourceFailed(f"{setting} failed: {error!r}") from error
        if not isinstance(told, Mapping):
            raise SourceFailed(f"{setting} gives no dictionary of regions.")
        return {str(region): report_from(one) for region, one in told.items()}
