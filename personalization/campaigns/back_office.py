"""What the admin of every campaign shares: its states as actions, and its history, one click from being back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from personalization.campaigns.campaign import Campaign
from personalization.campaigns.state import State, Status
from personalization.jobs.back_office import OwnersAdmin, UsualFilter
from personalization.jobs.versions import Change, Past, Version, Versions, past

# Beside its own fields, what is not the owner's to decide.
NOT_KEPT = ("id", "created_at")
_BEFORE = "_version_before"


class StateFilter(UsualFilter):
    """Where a campaign stands."""

    title = gettext_lazy("state")
    parameter_name = "state"
    usual = gettext_lazy("all but archived ones")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """All states."""
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those in that state."""
        wanted = self.value()
        return queryset.in_state(wanted, now=timezone.now()) if wanted in State.values else queryset.at_hand()


class CampaignAdmin(OwnersAdmin):
    """The lists and forms of campaigns. A subclass says a campaign in one sentence."""

    object_history_template = "personalization/admin/versions.html"
    actions = ("go_live", "pause", "archive", "duplicate")

    def sentence_of(self, campaign: Any) -> str:
        """What it does, where, when and to whom."""
        raise NotImplementedError

    @property
    def versions(self) -> Versions:
        """What is kept of each change."""
        kept = tuple(field.name for field in self.model._meta.concrete_fields if field.name not in NOT_KEPT)
        return Versions(self.model, kept, "campaign")

    def history_urls(self) -> list[URLPattern]:
        """The way back."""
        view = self.admin_site.admin_view(require_POST(self.revert_view))
        name = f"personalization_{self.opts.model_name}_revert"
        return [path("<int:pk>/revert/<int:entry>/<str:end>/", view, name=name)]

    # --- what was changed ---------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Remembers what it was before."""
        vars(obj)[_BEFORE] = self.versions.stored(obj) if change else None
        super().save_model(request, obj, form, change)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """With both ends of the change."""
        return super().log_change(request, obj, self._with_ends(obj, message))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """With what it began as."""
        return super().log_addition(request, obj, self._with_ends(obj, message))

    def _with_ends(self, obj: Any, message: Any) -> Any:
        before, after = vars(obj).pop(_BEFORE, None), self.versions.of(obj)
        told = message if isinstance(message, list) else []
        return self.versions.message(told, before=before, after=after) if before != after else message

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Each change as two sentences, with a way back."""
        campaign: Any = self.get_object(request, object_id)
        told = list(self._told(self.versions.changes(campaign), self.versions.of(campaign))) if campaign else []
        more = {
            "changes": told, "may_change": self.has_change_permission(request, campaign),
            "here": self.opts.model_name, "revert": f"admin:personalization_{self.opts.model_name}_revert",
        }  # fmt: skip
        return super().history_view(request, object_id, (extra_context or {}) | more)

    def revert_view(self, request: HttpRequest, pk: int, entry: int, end: str) -> HttpResponse:
        """Makes an earlier version the one that counts; that, too, can be taken back."""
        campaign: Any = self.get_object(request, str(pk))
        history = reverse(f"admin:personalization_{self.opts.model_name}_history", args=[pk])
        if not self.has_change_permission(request, campaign):
            raise PermissionDenied
        kept = self.versions.former(campaign, entry, end) if campaign is not None else None
        if kept is None:
            messages.error(request, _("Nothing is kept of that version."))
            return HttpResponseRedirect(history)
        vars(campaign)[_BEFORE] = self.versions.of(campaign)
        self.versions.put_back(campaign, kept)
        campaign.save()
        self.log_change(request, campaign, [{"changed": {"fields": []}}])
        messages.success(request, _("The earlier version is back."))
        return HttpResponseRedirect(reverse(f"admin:personalization_{self.opts.model_name}_change", args=[pk]))

    def _told(self, changes: list[Change], present: Version) -> Iterator[Past]:
        for change in changes:
            was, now = (self._sentence(one) if one else "" for one in (change.before, change.after))
            told = past(change, present=present, is_first=change is changes[-1])
            fields = self._changed(change.before, change.after)
            others = (_("Changed: %(fields)s") % {"fields": fields},) if fields else ()
            yield replace(told, before=was if was != now else "", after=now, others=others)

    def _sentence(self, version: Version) -> str:
        campaign = self.model()
        try:
            self.versions.put_back(campaign, version)
            return self.sentence_of(campaign)
        except Exception:
            # A version of older code may say what nobody understands any more; the others are told all the same.
            return ""

    def _changed(self, before: Version | None, after: Version | None) -> str:
        if before is None or after is None:
            return ""
        names = [name for name in after if name in before and before[name] != after[name]]
        return ", ".join(str(getattr(self.model._meta.get_field(name), "verbose_name", name)) for name in names)

    # --- states -------------------------------------------------------------------------------------------------------

    @admin.action(description=gettext_lazy("Put live"), permissions=["change"])
    def go_live(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        """Shows them to shoppers, within their dates."""
        count = self._set(request, queryset, Status.LIVE)
        self._say(request, ngettext("%(n)s is live.", "%(n)s are live.", count), count)

    @admin.action(description=gettext_lazy("Pause"), permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        """Takes them out of the shop's pages; nothing is lost."""
        count = self._set(request, queryset, Status.PAUSED)
        text = ngettext(
            "%(n)s is paused. To undo it, choose “Put live”.",
            "%(n)s are paused. To undo it, choose “Put live”.",
            count,
        )
        self._say(request, text, count)

    @admin.action(description=gettext_lazy("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        """Takes them out of the shop's pages and of this list."""
        count = self._set(request, queryset, Status.ARCHIVED)
        text = ngettext(
            "%(n)s is archived: you find it by the state “archived”.",
            "%(n)s are archived: you find them by the state “archived”.",
            count,
        )
        self._say(request, text, count)

    @admin.action(description=gettext_lazy("Duplicate"), permissions=["add"])
    def duplicate(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        """Copies them as drafts, to be changed before anybody sees them."""
        copies = [campaign.copied() for campaign in queryset]
        for copy in copies:
            copy.save()
            self.log_addition(request, copy, [{"added": {}}])
        text = ngettext("%(n)s copy is made, as a draft.", "%(n)s copies are made, as drafts.", len(copies))
        messages.success(request, text % {"n": len(copies)})

    def _set(self, request: HttpRequest, queryset: QuerySet[Campaign], status: Status) -> int:
        changed = list(queryset.exclude(status=status))
        for campaign in changed:
            vars(campaign)[_BEFORE] = self.versions.of(campaign)
            campaign.status = status
            campaign.save(update_fields=["status"])
            self.log_change(request, campaign, [{"changed": {"fields": [str(_("status"))]}}])
        return len(changed)

    def _say(self, request: HttpRequest, text: str, count: int) -> None:
        kind = self.opts.verbose_name if count == 1 else self.opts.verbose_name_plural
        messages.success(request, f"{capfirst(str(kind))}: {text % {'n': count}}")
