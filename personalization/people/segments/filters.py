"""What an owner asks of the list of segments."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from personalization.jobs.back_office import UsualFilter
from personalization.people.segments.models import Segment


class UseFilter(UsualFilter):
    """Those in use, unless the others are asked for."""

    title, parameter_name, usual = gettext_lazy("use"), "use", gettext_lazy("in use")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Put away, or all."""
        return [("away", gettext_lazy("put away")), ("all", gettext_lazy("all"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Segment]) -> QuerySet[Segment]:
        """By `is_active`."""
        if self.value() == "all":
            return queryset
        return queryset.filter(is_active=self.value() != "away")


class StateFilter(admin.SimpleListFilter):
    """What an owner looks for when something is odd."""

    title, parameter_name = gettext_lazy("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The states that the database knows of."""
        return [
            ("problem", gettext_lazy("problem")), ("empty", gettext_lazy("nobody in it")),
            ("waiting", gettext_lazy("to be counted")), ("live", gettext_lazy("decided on each visit")),
        ]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[Segment]) -> QuerySet[Segment]:
        """Those in that state."""
        asked = {
            "problem": ~Q(error=""), "empty": Q(size=0), "waiting": Q(counted_at=None), "live": Q(is_live=True),
        }  # fmt: skip
        return queryset.filter(asked.get(self.value() or "", Q()))
