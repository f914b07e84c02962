"""The page of a portrait, alone or beside another segment's, and its CSV."""

from collections.abc import Callable

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from personalization.jobs.back_office import csv_lines
from personalization.people.segments.models import Segment
from personalization.people.segments.portraits.page import page_of, rows


class PortraitViews(admin.ModelAdmin):  # type: ignore[type-arg]
    """For the segment's admin."""

    def portrait_urls(self) -> list[URLPattern]:
        """Their addresses, behind the admin's own login."""
        views: list[tuple[str, str, Callable[..., HttpResponseBase]]] = [
            ("<int:pk>/portrait/", "portrait", require_GET(self.portrait_view)),
            ("<int:pk>/portrait.csv", "portrait_csv", require_GET(self.portrait_csv_view)),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"personalization_segment_{name}")
            for route, name, view in views
        ]

    def portrait_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What these people are like, beside the shop's or beside another segment's (`?beside=`)."""
        segment, other = self._pair(request, pk)
        others = Segment.objects.in_use().exclude(pk=pk).filter(is_live=False).only("pk", "name")
        context = {
            "title": _("Portrait: %(name)s") % {"name": segment.name}, "opts": self.opts, "here": "segment",
            "segment": segment, "other": other, "others": others, "media": self.media, **page_of(segment, other),
        }  # fmt: skip
        template = "personalization/admin/segment_portrait.html"
        return TemplateResponse(request, template, self.admin_site.each_context(request) | context)

    def portrait_csv_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The page's figures as a table."""
        segment, other = self._pair(request, pk)
        told = csv_lines(rows(page_of(segment, other)))
        answer = StreamingHttpResponse(told, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="portrait-{segment.pk}.csv"'
        answer["Cache-Control"] = "private, no-store"
        return answer

    def _pair(self, request: HttpRequest, pk: int) -> tuple[Segment, Segment | None]:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        segment, beside = get_object_or_404(Segment, pk=pk), request.GET.get("beside", "")
        known = beside.isdecimal() and len(beside) < 19
        return segment, get_object_or_404(Segment, pk=int(beside)) if known else None
