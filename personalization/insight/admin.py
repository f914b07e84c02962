"""The page "Health": what the doctor finds, with the fix beside each line."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from personalization.insight.doctor import examine
from personalization.insight.models import Health
from personalization.jobs.back_office import ReadOnlyAdmin


@admin.register(Health)
class HealthAdmin(ReadOnlyAdmin):
    """One page instead of a list."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The same answers as the command `personalization_doctor`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        report = examine(now=timezone.now())
        context = {"title": _("Health"), "report": report, "opts": self.opts, "here": "health"}
        page = "personalization/admin/health.html"
        return TemplateResponse(request, page, self.admin_site.each_context(request) | context)
