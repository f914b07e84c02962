"""The page "Journey": pictures instead of a list. Whoever may see segments may see it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.http.response import StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from personalization.insight.journey.asked import Asked, JourneyForm
from personalization.insight.journey.figures import figures
from personalization.insight.journey.leavers import segment_of_leavers
from personalization.insight.journey.page import page_of, table_rows
from personalization.jobs.back_office import ReadOnlyAdmin, ago, csv_lines
from personalization.jobs.life import sign_of_life
from personalization.jobs.wording import worker_told
from personalization.people.journeys.models import Journey, JourneyClock
from personalization.people.journeys.steps import Step, step_named
from personalization.people.segments.versions import message, version

ADD, LOOK = "personalization.add_segment", ("personalization.view_segment", "personalization.change_segment")
PAGE, SEGMENT = "admin:personalization_journey_changelist", "admin:personalization_segment_page"


@admin.register(Journey)
class JourneyAdmin(ReadOnlyAdmin):
    """One page instead of a list; single visits have none."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the rights to segments: it says how many did what, and leads to segments of them."""
        user: Any = request.user
        return any(user.has_perm(right) for right in LOOK)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Likewise."""
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        """The page, its tables and its button, and nothing of Django's own."""
        views: list[tuple[str, str, Callable[..., HttpResponseBase]]] = [
            ("", "changelist", require_GET(self.changelist_view)),
            ("<slug:name>.csv", "csv", require_GET(self.csv_view)),
            ("leave/<slug:step>/", "leave", require_POST(self.leave_view)),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"personalization_journey_{name}")
            for route, name, view in views
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What was asked for; in a shop without visits, the reason."""
        form, asked = self._asked(request)
        context: dict[str, Any] = {
            "title": _("Journey"), "opts": self.opts, "here": "journey", "media": self.media, "form": form,
            "warning": worker_told(sign_of_life(now=timezone.now())), "is_followed": asked is not None,
        }  # fmt: skip
        if asked is not None:
            found = figures(asked)
            form.offer(found.whences, asked=asked)
            may_add = request.user.has_perm(ADD)
            context |= {
                "page": page_of(asked, request.GET, found=found, may_add=may_add), "visits": found.now.visits,
                "followed": ago(asked.now, now=timezone.now()), "by": asked.by, "may_add": may_add,
            }  # fmt: skip
        template = "personalization/admin/journey.html"
        return TemplateResponse(request, template, self.admin_site.each_context(request) | context)

    def csv_view(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """The numbers of one picture."""
        _form, asked = self._asked(request)
        if asked is None:
            raise Http404
        found = figures(asked)
        page = page_of(asked, request.GET, found=found)
        if name == "table":
            return _file(table_rows(page, found), name)
        if (chart := page.chart(name)) is None:
            raise Http404
        return _file(chart.plain_rows(), name)

    def leave_view(self, request: HttpRequest, step: str) -> HttpResponse:
        """Makes a segment of the people who left at this step, and goes there."""
        _form, asked = self._asked(request)
        if not request.user.has_perm(ADD):
            raise PermissionDenied
        left_at = step_named(step)
        if asked is None or left_at is None or left_at == Step.ORDER:
            raise Http404
        segment, is_new = segment_of_leavers(asked, left_at)
        if is_new:
            self.log_addition(request, segment, message([{"added": {}}], before=None, after=version(segment)))
            told = _("“%(name)s” is made, and is counted within ten minutes. It holds those who agreed to be shown what"
                     " fits them.")  # fmt: skip
            messages.success(request, told % {"name": segment})
        return HttpResponseRedirect(reverse(SEGMENT, args=[segment.pk]))

    def _asked(self, request: HttpRequest) -> tuple[JourneyForm, Asked | None]:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form, clock = JourneyForm(request.GET), JourneyClock.objects.first()
        if clock is None or not Journey.objects.exists():
            return form, None
        return form, form.asked(now=clock.followed_until)


def _file(rows: Iterable[Any], name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="journey-{name}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer
