"""Training runs in the admin: what was learned, how good it is, and which version shoppers see."""

import csv
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Script
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from personalization.jobs.back_office import NOTHING, ReadOnlyAdmin, chip, lasted, minute_told
from personalization.jobs.life import sign_of_life
from personalization.recommend import wording
from personalization.recommend.models import TrainingRun
from personalization.recommend.progress import bar, in_work, told
from personalization.recommend.quality_chart import chart_of, measured_runs
from personalization.recommend.requests import request_training
from personalization.recommend.versions import NotServable, roll_back, served
from personalization.recommend.ways import left_out_told, ways_told

Status = TrainingRun.Status
CHANGE = "personalization.change_trainingrun"
CSV_FIGURES = ("lead", "cases", "click_lead", "clicks", "click", "click_popularity", "click_item_knn")
LIST = "admin:personalization_trainingrun_changelist"


@admin.register(TrainingRun)
class TrainingRunAdmin(ReadOnlyAdmin):
    """Read-only rows, and the buttons: train now, serve this version."""

    list_display = ("version", "status_told", "verdict_words_told", "quality", "learned_from", "asked", "took")
    list_filter = ("status",)
    change_list_template = "personalization/admin/training_runs.html"
    change_form_template = "personalization/admin/training_run.html"
    fieldsets = (
        (
            gettext_lazy("What became of it"),
            {"fields": ("status_told", "verdict_words_told", "quality", "published_at")},
        ),
        (gettext_lazy("What it learned from"), {"fields": ("learned_from", "data_period")}),
        (gettext_lazy("How it puts goods in order"), {"fields": ("ways", "left_out")}),
        (gettext_lazy("How it came about"), {"fields": ("asker", "asked_at", "started_at", "finished_at", "took")}),
    )

    class Media:
        """Progress that moves by itself."""

        js = [Script("personalization/admin/progress.js", defer=True)]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only of a version that never was served: the others are the record of what shoppers saw."""
        if obj is None or obj.status not in (Status.REFUSED, Status.FAILED):
            return False
        return bool(request.user.has_perm("personalization.delete_trainingrun"))

    def get_urls(self) -> list[URLPattern]:
        """The buttons' addresses, before Django's own."""
        own: list[tuple[str, str, Callable[..., HttpResponseBase]]] = [
            ("train/", "train", require_POST(self.train_view)),
            ("progress/", "progress", require_GET(self.progress_view)),
            ("quality.csv", "csv", require_GET(self.csv_view)),
            ("<int:run_id>/serve/", "serve", self.serve_view),
        ]
        named = [
            path(route, self.admin_site.admin_view(view), name=f"personalization_trainingrun_{name}")
            for route, name, view in own
        ]
        return [*named, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the worker's health, what is in work, and the picture of quality."""
        now, runs = timezone.now(), measured_runs()
        working = in_work()
        more = {
            "may_train": request.user.has_perm(CHANGE),
            "working": [told(run, now=now) for run in working],
            "warning": wording.worker_warning(sign_of_life(now=now), next(iter(working), None), now=now),
            "chart": chart_of(runs) if runs else None,
            "has_runs": TrainingRun.objects.exists(),
        }
        return super().changelist_view(request, (extra_context or {}) | more)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the way to serve this version again."""
        run = self.get_object(request, object_id)
        more = {
            "may_serve": run is not None and run.status == Status.RETIRED and request.user.has_perm(CHANGE),
            "working": [told(run, now=timezone.now())]
            if run and run.status in (Status.WAITING, Status.RUNNING)
            else [],
        }
        return super().change_view(request, object_id, form_url, (extra_context or {}) | more)

    def train_view(self, request: HttpRequest) -> HttpResponse:
        """Asks for a training: only a row is written, the worker does the learning."""
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        run = request_training(asked_by=request.user.get_username()[:64])
        text = _("Training %(version)s is asked for. The worker takes it up within half a minute.") % {"version": run}
        messages.success(request, text)
        return HttpResponseRedirect(reverse(LIST))

    def progress_view(self, request: HttpRequest) -> HttpResponse:
        """How far the runs in work are, for the script that moves the bars."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return JsonResponse({"runs": [told(run, now=timezone.now()) for run in in_work()]})

    def csv_view(self, request: HttpRequest) -> HttpResponse:
        """The numbers behind the picture."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="quality.csv"'
        writer = csv.writer(response)
        writer.writerow(["version", "asked_at", "status", *CSV_FIGURES])
        for run in measured_runs(limit=1000):
            figures = [run.figures.get(name) for name in CSV_FIGURES]
            writer.writerow([run, run.asked_at.isoformat(), run.status, *figures])
        return response

    def serve_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Asks first, saying what will change; then serves the version again."""
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        run = TrainingRun.objects.filter(pk=run_id).first()
        if run is None:
            raise Http404
        if request.method == "POST":
            self._serve(request, run)
            return HttpResponseRedirect(reverse(LIST))
        context = self.admin_site.each_context(request) | {
            "title": _("Serve %(version)s to shoppers again") % {"version": run},
            "run": run, "current": served(), "quality": wording.quality_told(run), "opts": self.opts,
            "current_quality": wording.quality_told(current) if (current := served()) else "",
        }  # fmt: skip
        return TemplateResponse(request, "personalization/admin/serve.html", context)

    def _serve(self, request: HttpRequest, run: TrainingRun) -> None:
        try:
            roll_back(run, now=timezone.now())
        except NotServable as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Shoppers see %(version)s from now on.") % {"version": run})

    @admin.display(description=gettext_lazy("version"))
    def version(self, run: TrainingRun) -> str:
        """The number of the version."""
        return str(run)

    @admin.display(description=gettext_lazy("status"))
    def status_told(self, run: TrainingRun) -> SafeString:
        """Where it stands; with a bar while it is in work."""
        label = chip(wording.TONES[Status(run.status)], run.get_status_display())
        return label + bar(run) if run.status == Status.RUNNING else label

    @admin.display(description=gettext_lazy("verdict"))
    def verdict_words_told(self, run: TrainingRun) -> str:
        """Why it is served or not."""
        if run.status == Status.RETIRED:
            return _("It was served before.")
        return run.verdict_told or wording.stage_told(run) or NOTHING

    @admin.display(description=gettext_lazy("quality"))
    def quality(self, run: TrainingRun) -> str:
        """In words."""
        return wording.quality_told(run)

    @admin.display(description=gettext_lazy("learned from"))
    def learned_from(self, run: TrainingRun) -> str:
        """How much data."""
        return wording.learned_from(run)

    @admin.display(description=gettext_lazy("period"))
    def data_period(self, run: TrainingRun) -> str:
        """Which days."""
        return wording.period_told(run)

    @admin.display(description=gettext_lazy("by list"))
    def ways(self, run: TrainingRun) -> SafeString:
        """Which blend won, and why."""
        return ways_told(run)

    @admin.display(description=gettext_lazy("left out"))
    def left_out(self, run: TrainingRun) -> str:
        """What there was no time for."""
        return left_out_told(run)

    @admin.display(description=gettext_lazy("asked for"))
    def asked(self, run: TrainingRun) -> SafeString:
        """When and by whom."""
        who = _("by %(who)s") % {"who": wording.asker_told(run)}
        return format_html('{}<span class="pz-under">{}</span>', minute_told(run.asked_at), who)

    @admin.display(description=gettext_lazy("asked by"))
    def asker(self, run: TrainingRun) -> str:
        """A person, or what asks by itself."""
        return wording.asker_told(run)

    @admin.display(description=gettext_lazy("took"))
    def took(self, run: TrainingRun) -> str:
        """From the start to the verdict."""
        return lasted(run.started_at, run.finished_at)
