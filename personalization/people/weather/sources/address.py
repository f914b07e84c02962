"""Weather from an address of HTTP: asked region by region, or once for all."""

import json
from collections.abc import Collection, Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from django.utils.translation import gettext_lazy as _

from personalization.people.weather.source import Report, Source, SourceFailed, report_from, sources

PLACE = "{region}"
SECONDS = 5
MOST_BYTES = 1_000_000


@sources.register
class Address(Source):
    """`https://weather.example/now?place={region}` gives one region; without `{region}`, an object of all of them."""

    name, label = "address", _("an address")

    def fits(self, setting: str) -> bool:
        """It begins as an address does."""
        return setting.startswith(("https://", "http://"))

    def look(self, setting: str, regions: Collection[str]) -> Mapping[str, Report]:
        """One request for each region, or one for all."""
        if PLACE not in setting:
            told = _asked(setting)
            if not isinstance(told, Mapping):
                raise SourceFailed(f"{setting} gives no object of regions.")
            return {str(region): report_from(one) for region, one in told.items()}
        found, failed = {}, None
        for region in regions:
            try:
                found[region] = report_from(_asked(setting.replace(PLACE, quote(region, safe=""))))
            except SourceFailed as error:
                # One region that the service does not know must not take the others with it.
                failed = error
        if failed is not None and not found:
            raise failed
        return found


def _asked(address: str) -> Any:
    request = Request(address, headers={"Accept": "application/json"})  # noqa: S310 - http(s) only, the shop's setting
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return json.loads(answer.read(MOST_BYTES))
    except HTTPError as error:
        # It is an answer, too, and holds its connection.
        error.close()
        raise SourceFailed(f"{address} answers {error.code} {error.reason}.") from None
    except (OSError, ValueError) as error:
        raise SourceFailed(f"{address} does not answer with JSON: {error}") from error
