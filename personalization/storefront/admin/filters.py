"""What an owner asks of the list of blocks."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from personalization.storefront.health import State, health, surroundings
from personalization.storefront.models import Block


class StateFilter(admin.SimpleListFilter):
    """Where the block stands in time."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The four states."""
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Block]) -> QuerySet[Block]:
        """The blocks in that state."""
        now = timezone.now()
        ended, to_come = Q(ends_at__lte=now), Q(starts_at__gt=now)
        if self.value() == State.OFF:
            return queryset.filter(is_active=False)
        if self.value() == State.ENDED:
            return queryset.filter(ended, is_active=True)
        if self.value() == State.SCHEDULED:
            return queryset.filter(to_come, is_active=True).exclude(ended)
        return queryset.filter(pk__in=Block.objects.live(now)) if self.value() == State.LIVE else queryset


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
