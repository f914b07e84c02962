"""The list of segments and the builder."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.jobs.back_office import NOTHING, OwnersAdmin, ago, chip, number_told
from personalization.people.segments import page
from personalization.people.segments.cards import cards
from personalization.people.segments.filters import StateFilter, UseFilter
from personalization.people.segments.form import SegmentForm
from personalization.people.segments.looking import look_at
from personalization.people.segments.models import Membership, MembershipChange, Segment
from personalization.people.segments.portraits.views import PortraitViews
from personalization.people.segments.uses import used_by
from personalization.people.segments.versions import changes, message, stored_version, version
from personalization.people.segments.views import PAGE, SegmentViews


class SegmentList(ChangeList):
    """A page of segments, each knowing its figures."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django's; the figures of all rows are read at once."""
        super().get_results(request)
        rows = list(self.result_list)
        figures = page.figures(rows, now=timezone.now())
        for row in rows:
            vars(row)["figures"] = figures[row.pk]
        self.result_list = rows


@admin.register(Segment)
class SegmentAdmin(SegmentViews, PortraitViews, OwnersAdmin):
    """The owner's segments."""

    form = SegmentForm
    list_display = ("state", "segment", "people", "revenue", "week", "counted")
    list_display_links = None
    list_filter = (UseFilter, StateFilter)
    search_fields = ("name", "note")
    search_help_text = gettext_lazy("Words of a name or a note.")
    sortable_by = ()
    actions = ("put_away", "take_into_use")
    change_list_template = "personalization/admin/segments.html"
    change_form_template = "personalization/admin/segment_form.html"
    object_history_template = "personalization/admin/segment_history.html"
    delete_confirmation_template = "personalization/admin/segment_delete.html"
    fieldsets = (
        (None, {"fields": ("name",)}),
        (gettext_lazy("Note and use"), {"fields": ("note", "is_active")}),
    )

    class Media:
        """The builder and what is said of the people meanwhile."""

        css = {"all": ["personalization/admin/rules.css", "personalization/admin/segment.css"]}
        js = [
            Script("personalization/admin/chosen.js", defer=True),
            Script("personalization/admin/finder.js", defer=True),
            Script("personalization/admin/segment.js", defer=True),
        ]

    def get_urls(self) -> list[URLPattern]:
        """Our own pages before Django's."""
        return [*self.own_urls(), *self.portrait_urls(), *super().get_urls()]

    # --- the list ---

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[SegmentList]:
        """A page whose figures are read at once."""
        return SegmentList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the ready-made ones, as long as there is no other."""
        may_add, has_any = self.has_add_permission(request), Segment.objects.exists()
        more: dict[str, Any] = {"may_add": may_add, "has_any": has_any}
        if may_add and not has_any:
            more["cards"] = cards(now=timezone.now())
        return super().changelist_view(request, (extra_context or {}) | more)

    @admin.display(description=gettext_lazy("state"))
    def state(self, segment: Segment) -> SafeString:
        """In use, put away, or wrong."""
        tone, told = vars(segment)["figures"].state
        return chip(tone, told)

    @admin.display(description=gettext_lazy("segment"))
    def segment(self, segment: Segment) -> SafeString:
        """The name, the sentence, and what is wrong."""
        figures = vars(segment)["figures"]
        wrong = format_html_join("", '<span class="pz-problem">{}</span>', ((one,) for one in figures.problems))
        layout = '<a class="pz-heading" href="{}">{}</a><span class="pz-quiet">{}</span>{}'
        return format_html(layout, reverse(PAGE, args=[segment.pk]), segment.name, figures.sentence, wrong)

    @admin.display(description=gettext_lazy("people"))
    def people(self, segment: Segment) -> SafeString | str:
        """How many, and which part of the shop's."""
        if segment.size is None:
            return _("at each visit") if segment.is_live else _nothing()
        told = ngettext("%(n)s person", "%(n)s people", segment.size) % {"n": number_told(segment.size)}
        return format_html('{} <span class="pz-under">{}</span>', told, vars(segment)["figures"].people_share)

    @admin.display(description=gettext_lazy("of revenue"))
    def revenue(self, segment: Segment) -> SafeString | str:
        """Which part of what the shop's people paid these paid."""
        share = vars(segment)["figures"].revenue_share
        return _figure(f"{number_format(round(share, 1), 1)} %", _("of revenue")) if share is not None else _nothing()

    @admin.display(description=gettext_lazy("in 7 days"))
    def week(self, segment: Segment) -> SafeString | str:
        """Who came and who left."""
        entered, left = vars(segment)["figures"].week
        if not entered and not left:
            return _nothing()
        layout = '<span class="pz-plus">+{}</span> <span class="pz-minus">−{}</span>'
        return _figure(format_html(layout, number_told(entered), number_told(left)), _("in 7 days"))

    @admin.display(description=gettext_lazy("counted"))
    def counted(self, segment: Segment) -> str:
        """When its people were last worked out."""
        return ago(segment.counted_at, now=timezone.now()) if segment.counted_at else _nothing()

    @admin.action(description=gettext_lazy("Put away"), permissions=["change"])
    def put_away(self, request: HttpRequest, queryset: QuerySet[Segment]) -> None:
        """They are no longer counted; nothing is lost."""
        count = queryset.update(is_active=False, changed_at=timezone.now())
        text = ngettext("%(n)s segment is put away.", "%(n)s segments are put away.", count)
        self.message_user(request, text % {"n": count}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Take into use"), permissions=["change"])
    def take_into_use(self, request: HttpRequest, queryset: QuerySet[Segment]) -> None:
        """They are kept up to date again."""
        count = queryset.update(is_active=True, changed_at=timezone.now())
        text = ngettext("%(n)s segment is in use.", "%(n)s segments are in use.", count)
        self.message_user(request, text % {"n": count}, messages.SUCCESS)

    # --- the builder ---

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """For those who may look only, the page to be read."""
        may_look_only = self.has_view_permission(request) and not self.has_change_permission(request)
        if object_id.isdecimal() and request.method == "GET" and may_look_only:
            return HttpResponseRedirect(reverse(PAGE, args=[object_id]))
        return super().change_view(request, object_id, form_url, extra_context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A copy begins as what it is a copy of; nothing is written before it is saved."""
        asked = request.GET.get("copy", "")
        copied = Segment.objects.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
        if copied is None:
            return {}
        name = _("%(name)s (copy)") % {"name": copied.name[:80]}
        return {"name": name, "note": copied.note, "tree": copied.tree}

    def render_change_form(
        self, request: HttpRequest, context: Any, add: bool = False, change: bool = False,
        form_url: str = "", obj: Any = None,
    ) -> HttpResponse:  # fmt: skip
        """With the builder and what is said of the people meant."""
        form = context["adminform"].form
        builder = form.builder
        look = look_at(builder, reader=request.user, now=timezone.now(), own=obj.pk if obj else None)
        context |= {
            "builder": builder, "look": look, "wrong": builder.wrong() if builder.blames else [],
            "find_url": reverse("admin:personalization_segment_find", args=["KIND"]),
        }  # fmt: skip
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def save_model(self, request: HttpRequest, obj: Segment, form: Any, change: bool) -> None:
        """As every change of the tree is saved."""
        self.keep(obj)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> list[Any]:
        """With both ends of the change, so that it can be taken back."""
        told: list[Any] = super().construct_change_message(request, form, formsets, add)
        before, after = form.before, version(form.instance)
        if before is not None and before["tree"] != after["tree"]:
            told = told or [{"changed": {"fields": []}}]
            told[0]["changed"]["fields"].append("who belongs to it")
        return message(told, before=before, after=after) if before != after else told

    # --- history and deletion ---

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Each change as two sentences, with a way back."""
        segment = self.get_object(request, object_id)
        more = {
            "changes": page.changes_told(changes(segment), present=stored_version(segment)) if segment else [],
            "may_change": self.has_change_permission(request, segment), "here": "segment",
            "revert": "admin:personalization_segment_revert",
        }  # fmt: skip
        return super().history_view(request, object_id, (extra_context or {}) | more)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """By name and what hangs on them: their members may be a million, and are not listed."""
        segments, kinds = list(objs), {self.opts.verbose_name_plural: len(objs)}
        users = used_by(segments)
        told: list[Any] = []
        for one in segments:
            named = [use.told for use in users[one.pk]]
            told += [one.name, named] if named else [one.name]
        pks = [one.pk for one in segments]
        for model in (Membership, MembershipChange):
            kinds[model._meta.verbose_name_plural] = model._default_manager.filter(segment__in=pks).count()
        allowed = self.has_delete_permission(request)
        return told, kinds, set() if allowed else {str(self.opts.verbose_name)}, []

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With a word on what uses it."""
        segment = self.get_object(request, object_id)
        users = used_by([segment])[segment.pk] if segment else []
        return super().delete_view(request, object_id, (extra_context or {}) | {"users": users, "here": "segment"})


def _nothing() -> SafeString:
    return format_html('<span class="pz-none">{}</span>', NOTHING)


def _figure(figure: str, unit: str) -> SafeString:
    # On a phone the rows become cards, and a figure without its column's head would say nothing.
    return format_html('{} <span class="pz-only-phone">{}</span>', figure, unit)
