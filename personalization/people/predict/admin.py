"""The page "Predictions": what is foretold of customers, how good it was, and a button to learn anew."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.http.response import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from personalization.jobs.back_office import ReadOnlyAdmin, csv_lines, minute_told
from personalization.jobs.life import sign_of_life
from personalization.jobs.wording import worker_told
from personalization.people.predict import wording
from personalization.people.predict.models import PredictionRun
from personalization.people.predict.page import chart_of, page_of
from personalization.people.predict.requests import request_predictions

Status = PredictionRun.Status
CHANGE = "personalization.change_predictionrun"
LIST = "admin:personalization_predictionrun_changelist"


@admin.register(PredictionRun)
class PredictionRunAdmin(ReadOnlyAdmin):
    """One page instead of a list: the newest learning, the older ones a click away."""

    def get_urls(self) -> list[URLPattern]:
        """The button's and the tables' addresses, before Django's own."""
        own: list[tuple[str, str, Callable[..., HttpResponseBase]]] = [
            ("learn/", "learn", require_POST(self.learn_view)),
            ("<int:run_id>/<slug:name>.csv", "csv", require_GET(self.csv_view)),
        ]
        named = [
            path(route, self.admin_site.admin_view(view), name=f"personalization_predictionrun_{name}")
            for route, name, view in own
        ]
        return [*named, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The newest learning that is done."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, _done().first())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The same page for one learning."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdigit():
            raise Http404
        return self._page(request, get_object_or_404(_done(), pk=object_id))

    def learn_view(self, request: HttpRequest) -> HttpResponse:
        """Asks for a learning: only a row is written, the worker does the rest."""
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        request_predictions(asked_by=request.user.get_username()[:64])
        messages.success(request, _("A learning is asked for. The worker takes it up within half a minute."))
        return HttpResponseRedirect(reverse(LIST))

    def csv_view(self, request: HttpRequest, run_id: int, name: str) -> StreamingHttpResponse:
        """The table of one chart."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        chart = chart_of(get_object_or_404(_done(), pk=run_id), name)
        if chart is None:
            raise Http404
        answer = StreamingHttpResponse(csv_lines(chart.plain_rows()), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="prediction-{run_id}-{name}.csv"'
        return answer

    def _page(self, request: HttpRequest, run: PredictionRun | None) -> HttpResponse:
        newest = PredictionRun.objects.first()
        working = list(PredictionRun.objects.filter(status__in=[Status.WAITING, Status.RUNNING]))
        context = {
            "title": _("Predictions"), "opts": self.opts, "here": "predictionrun", "media": self.media, "run": run,
            "may_learn": request.user.has_perm(CHANGE),
            "working": [wording.state_told(one) for one in working],
            "warning": worker_told(sign_of_life(now=timezone.now())) if working else "",
            "failure": newest.error if newest and newest.status == Status.FAILED else "",
            "page": page_of(run) if run else None,
            "basis": wording.basis_told(run) if run else "",
            "learned": minute_told(run.finished_at) if run else "",
            "asked_by": wording.asker_told(run) if run else "",
            "others": [(pk, minute_told(at)) for pk, at in _done().values_list("pk", "finished_at")
                       if run and pk != run.pk],
        }  # fmt: skip
        page = "personalization/admin/predictions.html"
        return TemplateResponse(request, page, self.admin_site.each_context(request) | context)


def _done() -> Any:
    return PredictionRun.objects.filter(status=Status.DONE)
