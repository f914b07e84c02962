"""The answers behind the builder and the pages of a segment; the rights are asked by each of them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.http.response import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from personalization.chosen.finding import found_for
from personalization.events.accounts import may_see_accounts
from personalization.jobs.back_office import csv_lines
from personalization.people.segments import page, ready, roll
from personalization.people.segments.builder import DO, Builder
from personalization.people.segments.cards import cards
from personalization.people.segments.days import days
from personalization.people.segments.looking import look_at
from personalization.people.segments.models import Segment
from personalization.people.segments.versions import former, message, version

LIST = "admin:personalization_segment_changelist"
PAGE = "admin:personalization_segment_page"


class SegmentViews(admin.ModelAdmin):  # type: ignore[type-arg]
    """For the segment's admin."""

    def own_urls(self) -> list[URLPattern]:
        """Their addresses, behind the admin's own login."""
        views: list[tuple[str, str, Callable[..., HttpResponseBase]]] = [
            ("look/", "look", require_POST(self.look_view)),
            ("part/", "part", require_POST(self.part_view)),
            ("find/<str:kind>/", "find", require_GET(self.find_view)),
            ("ready/", "ready", require_http_methods(["GET", "POST"])(self.ready_view)),
            ("<int:pk>/", "page", require_GET(self.page_view)),
            ("<int:pk>/members.csv", "members", require_GET(self.members_view)),
            ("<int:pk>/changes.csv", "changes", require_GET(self.changes_view)),
            ("<int:pk>/count/", "count", require_POST(self.count_view)),
            ("<int:pk>/use/", "use", require_POST(self.use_view)),
            ("<int:pk>/revert/<int:entry>/<str:end>/", "revert", require_POST(self.revert_view)),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"personalization_segment_{name}")
            for route, name, view in views
        ]

    # --- while one edits ---

    def look_view(self, request: HttpRequest) -> HttpResponse:
        """What the tree of the form means: its sentence, how many people, who, and what is odd about it."""
        self._need_editor(request)
        builder = Builder(request.POST, tree={})
        own = request.POST.get("own", "")
        look = look_at(builder, reader=request.user, now=timezone.now(),
                       own=int(own) if own.isdecimal() and len(own) < 19 else None)  # fmt: skip
        lines = {one.key: {"told": one.told, "warnings": one.warnings} for one in builder}
        panel = render_to_string("personalization/admin/segment_look.html", {"look": look}, request)
        told = {"sentence": look.sentence, "number": look.number, "heard": look.heard}
        return JsonResponse({**told, "panel": panel, "lines": lines})

    def part_view(self, request: HttpRequest) -> HttpResponse:
        """The line that a button adds, or a rule with the fields of what was just chosen in it."""
        self._need_editor(request)
        builder = Builder(request.POST, tree={})
        builder.do(request.POST.get(DO, ""))
        node = next((one for one in builder if one.key == builder.focus), None)
        if node is None:
            raise BadRequest("No such line, or no room for another one.")
        if request.POST.get(DO, "").startswith("group:") and node.mother is not None:
            node = node.mother
        name = "segment_group" if node.is_group else "segment_row"
        context = {"node": node, "builder": builder, "blames": False}
        return TemplateResponse(request, f"personalization/admin/{name}.html", context)

    def find_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """What answers to the words."""
        self._need_editor(request)
        return found_for(request, kind)

    # --- one segment ---

    def page_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who is in it, how it changes, and what can be done with it."""
        segment = self._segment(request, pk)
        may_see = may_see_accounts(request.user)
        context = {
            "title": segment.name, "opts": self.opts, "here": "segment", "segment": segment, "media": self.media,
            "told": page.told(segment, now=timezone.now()), "may_see_accounts": may_see,
            "members": roll.members(segment, page=request.GET.get("p", ""), may_see=may_see),
            "may_look_closer": _may_look_closer(request.user, may_see=may_see),
            "may_change": self.has_change_permission(request, segment),
            "may_add": self.has_add_permission(request), "may_delete": self.has_delete_permission(request, segment),
        }  # fmt: skip
        template = "personalization/admin/segment.html"
        return TemplateResponse(request, template, self.admin_site.each_context(request) | context)

    def members_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Everybody in it, as a table; only for those who may see accounts."""
        segment = self._segment(request, pk)
        if not may_see_accounts(request.user):
            raise PermissionDenied
        return _file(roll.member_rows(segment), f"segment-{segment.pk}.csv")

    def changes_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Who came and left, day by day."""
        segment = self._segment(request, pk)
        shown = days(segment, now=timezone.now())
        rows = [(_("day"), _("entered"), _("left")), *((one.day.isoformat(), one.entered, one.left) for one in shown)]
        return _file(rows, f"segment-{segment.pk}-days.csv")

    def count_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks for a count: only a row is written, the worker does the counting."""
        segment = self._segment(request, pk, change=True)
        Segment.objects.filter(pk=segment.pk).update(changed_at=timezone.now())
        messages.success(request, _("It is asked for: the worker counts these people within ten minutes."))
        return HttpResponseRedirect(reverse(PAGE, args=[pk]))

    def use_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Puts it away, or takes it into use again."""
        segment = self._segment(request, pk, change=True)
        before = version(segment)
        segment.is_active = request.POST.get("use") == "yes"
        segment.save(update_fields=["is_active", "changed_at"])
        told = [{"changed": {"fields": ["in use"]}}]
        self.log_change(request, segment, message(told, before=before, after=before))
        done = _("“%(name)s” is in use again.") if segment.is_active else _("“%(name)s” is put away; nothing is lost.")
        messages.success(request, done % {"name": segment.name})
        return HttpResponseRedirect(reverse(PAGE, args=[pk]))

    def revert_view(self, request: HttpRequest, pk: int, entry: int, end: str) -> HttpResponse:
        """Makes an earlier version the one that counts; that, too, can be taken back."""
        segment = self._segment(request, pk, change=True)
        kept = former(segment, entry, end)
        if kept is None:
            messages.error(request, _("Nothing is kept of that version."))
            return HttpResponseRedirect(reverse("admin:personalization_segment_history", args=[pk]))
        before = version(segment)
        segment.tree, segment.note = kept["tree"], str(kept["note"])
        if not Segment.objects.exclude(pk=pk).filter(name=kept["name"]).exists():
            segment.name = str(kept["name"])[:100]
        self.keep(segment)
        told = [{"changed": {"fields": ["who belongs to it"]}}]
        self.log_change(request, segment, message(told, before=before, after=version(segment)))
        messages.success(request, _("The earlier version is back, and is counted within ten minutes."))
        return HttpResponseRedirect(reverse(PAGE, args=[pk]))

    def ready_view(self, request: HttpRequest) -> HttpResponse:
        """The ready-made ones as cards; a click adds one."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._added(request, request.POST.get("name", ""))
        context = {
            "title": _("Ready-made segments"), "opts": self.opts, "here": "segment",
            "cards": cards(now=timezone.now()),
        }  # fmt: skip
        template = "personalization/admin/segment_ready.html"
        return TemplateResponse(request, template, self.admin_site.each_context(request) | context)

    def _added(self, request: HttpRequest, name: str) -> HttpResponse:
        try:
            segment = ready.add(name)
        except ready.NoneOfThatName:
            messages.error(request, _("There is no such ready-made segment any more."))
            return HttpResponseRedirect(reverse(LIST))
        self.log_addition(request, segment, message([{"added": {}}], before=None, after=version(segment)))
        messages.success(request, _("“%(name)s” is added, and is counted within ten minutes.") % {"name": segment})
        return HttpResponseRedirect(reverse(PAGE, args=[segment.pk]))

    def keep(self, segment: Segment) -> None:
        """Saves it as the form does."""
        segment.save(update_fields=None if segment._state.adding else Segment.DECIDED)

    def _segment(self, request: HttpRequest, pk: int, *, change: bool = False) -> Segment:
        segment = get_object_or_404(Segment, pk=pk)
        may = self.has_change_permission if change else self.has_view_or_change_permission
        if not may(request, segment):
            raise PermissionDenied
        return segment

    def _need_editor(self, request: HttpRequest) -> None:
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied


def _may_look_closer(reader: Any, *, may_see: bool) -> bool:
    # As the page of one customer asks.
    return bool(
        reader.has_perm("personalization.view_customer")
        or (may_see and reader.has_perm("personalization.view_profile"))
    )


def _file(rows: Any, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
