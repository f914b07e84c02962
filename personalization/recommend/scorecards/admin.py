"""The page "Scorecard": what each strategy and block would have found, beside best sellers."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
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
from personalization.recommend.progress import row_of
from personalization.recommend.scorecards import wording
from personalization.recommend.scorecards.models import Scorecard
from personalization.recommend.scorecards.page import page_of
from personalization.recommend.scorecards.requests import request_scorecard
from personalization.recommend.scorecards.rows import rows_of

Status = Scorecard.Status
CHANGE = "personalization.change_scorecard"
LIST = "admin:personalization_scorecard_changelist"
OLDER = 12


@admin.register(Scorecard)
class ScorecardAdmin(ReadOnlyAdmin):
    """One page instead of a list: the newest figures, the older ones a click away."""

    class Media:
        """Progress that moves by itself."""

        js = [Script("personalization/admin/progress.js", defer=True)]

    def get_urls(self) -> list[URLPattern]:
        """The button's and the table's addresses, before Django's own."""
        own: list[tuple[str, str, Callable[..., HttpResponseBase]]] = [
            ("measure/", "measure", require_POST(self.measure_view)),
            ("progress/", "progress", require_GET(self.progress_view)),
            ("<int:card_id>/scorecard.csv", "csv", require_GET(self.csv_view)),
        ]
        named = [
            path(route, self.admin_site.admin_view(view), name=f"personalization_scorecard_{name}")
            for route, name, view in own
        ]
        return [*named, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The newest scorecard, or the one that `?card=` names."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, request.GET.get("card", ""))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The same page for one scorecard."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, object_id)

    def measure_view(self, request: HttpRequest) -> HttpResponse:
        """Asks for a scorecard: only a row is written, the worker does the measuring."""
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        request_scorecard(asked_by=request.user.get_username()[:64])
        messages.success(request, _("A scorecard is asked for. The worker takes it up within half a minute."))
        return HttpResponseRedirect(reverse(LIST))

    def progress_view(self, request: HttpRequest) -> HttpResponse:
        """How far the scorecards in work are, for the script that moves the bars."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return JsonResponse({"runs": _working()})

    def csv_view(self, request: HttpRequest, card_id: int) -> StreamingHttpResponse:
        """The figures as a table."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        card = get_object_or_404(Scorecard, pk=card_id, status=Status.DONE)
        answer = StreamingHttpResponse(csv_lines(rows_of(card.result)), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="scorecard-{card.pk}.csv"'
        return answer

    def _page(self, request: HttpRequest, asked: str) -> HttpResponse:
        now, newest = timezone.now(), Scorecard.objects.first()
        done = Scorecard.objects.filter(status=Status.DONE).order_by("-pk")
        card = get_object_or_404(done, pk=asked) if asked.isdigit() else done.first()
        working = _working()
        context = {
            "title": _("Scorecard"), "opts": self.opts, "here": "scorecard", "media": self.media,
            "may_measure": request.user.has_perm(CHANGE), "working": working,
            "warning": worker_told(sign_of_life(now=now)) if working else "",
            "progress_url": reverse("admin:personalization_scorecard_progress"),
            "failure": newest.error if newest and newest.status == Status.FAILED else "",
            "card": card, "page": page_of(card.result) if card else None,
            "measured": minute_told(card.finished_at) if card else "",
            "asked_by": wording.asker_told(card) if card else "",
            "older": [(one.pk, minute_told(one.finished_at)) for one in done[:OLDER]
                      if card and one.pk != card.pk],
        }  # fmt: skip
        page = "personalization/admin/scorecard.html"
        return TemplateResponse(request, page, self.admin_site.each_context(request) | context)


def _working() -> list[dict[str, Any]]:
    now, working = timezone.now(), Scorecard.objects.filter(status__in=[Status.WAITING, Status.RUNNING])
    return [
        row_of(card, name=_("Scorecard %(number)s") % {"number": card}, stage=wording.stage_told(card), now=now)
        for card in working.order_by("pk")
    ]
