"""The pages of a replay: asked for with a button, followed by a bar, and read."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from personalization.jobs.back_office import csv_lines
from personalization.jobs.life import sign_of_life
from personalization.jobs.wording import worker_told
from personalization.recommend.progress import row_of
from personalization.storefront.popups.models import Popup
from personalization.storefront.popups.replay import page, wording
from personalization.storefront.popups.replay.models import DAYS, PopupReplay
from personalization.storefront.popups.replay.requests import request_replay

NAME = "personalization_popup_replay"
View = Callable[..., Any]


def replay_pages(of: "admin.ModelAdmin[Any]") -> list[tuple[str, str, View]]:
    """The pages below that of a pop-up; who may do what is as with the pop-up itself."""
    pages = _Pages(of)
    return [
        ("<int:pk>/replay/", "replay", require_GET(pages.look)),
        ("<int:pk>/replay/ask/", "replay_ask", require_POST(pages.ask)),
        ("<int:pk>/replay/progress/", "replay_progress", require_GET(pages.progress)),
        ("<int:pk>/replay/days.csv", "replay_csv", require_GET(pages.csv)),
    ]


class _Pages:
    def __init__(self, of: "admin.ModelAdmin[Any]") -> None:
        self.admin = of

    def look(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What came of it last, and what is in work."""
        popup, now = self._popup(request, pk), timezone.now()
        rows = PopupReplay.objects.filter(popup=popup).select_related("popup")
        done, newest = rows.filter(status=page.Done).first(), rows.first()
        working = _rows(popup)
        context = {
            "title": _("What would it have done?"), "opts": self.admin.opts, "here": "popup", "popup": popup,
            "days": DAYS, "may_ask": self.admin.has_change_permission(request, popup), "working": working,
            "warning": worker_told(sign_of_life(now=now)) if working else "",
            "progress_url": reverse(f"admin:{NAME}_progress", args=[pk]),
            "failure": newest.error if newest and newest.status == PopupReplay.Status.FAILED else "",
            "page": page.page_of(done, popup) if done else None,
        }  # fmt: skip
        template = "personalization/admin/popup_replay.html"
        return TemplateResponse(request, template, self.admin.admin_site.each_context(request) | context)

    def ask(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks for one: only a row is written, the worker does the counting."""
        popup = self._popup(request, pk)
        if not self.admin.has_change_permission(request, popup):
            raise PermissionDenied
        username = str(getattr(request.user, "get_username", str)())
        request_replay(popup, asked_by=username[:64], now=timezone.now())
        messages.success(request, _("The last days are played again with it. The worker begins within half a minute."))
        return HttpResponseRedirect(reverse(f"admin:{NAME}", args=[pk]))

    def progress(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How far it is, for the script that moves the bar."""
        return JsonResponse({"runs": _rows(self._popup(request, pk))})

    def csv(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """The days as a table."""
        popup = self._popup(request, pk)
        done = PopupReplay.objects.filter(popup=popup, status=page.Done).select_related("popup").first()
        if done is None:
            raise Http404
        rows = page.page_of(done, popup).chart.plain_rows()
        answer = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="pop-up-{pk}-replay.csv"'
        answer["Cache-Control"] = "private, no-store"
        return answer

    def _popup(self, request: HttpRequest, pk: int) -> Popup:
        return get_object_or_404(Popup, pk=pk)


def _rows(popup: Popup) -> list[dict[str, Any]]:
    now = timezone.now()
    return [
        row_of(one, name=_("Replay %(number)s") % {"number": one}, stage=wording.stage_told(one), now=now)
        for one in page.working(popup)
    ]
