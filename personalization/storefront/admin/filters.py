"""What an owner asks of the list of blocks."""

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils import timezone

from personalization.storefront.health import health, surroundings


class BlockList(ChangeList):
    """A page of blocks, each knowing its health."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django's; the figures of all rows are read at once."""
        super().get_results(request)
        now, rows = timezone.now(), list(self.result_list)
        around = surroundings(now=now)
        for row in rows:
            vars(row)["health"] = health(row, around, now=now)
            vars(row)["segments"] = around.segments
        self.result_list = rows
