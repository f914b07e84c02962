"""The history of a campaign in the admin: each change keeps both ends of it, one click from being back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from personalization.jobs.back_office import OwnersAdmin
from personalization.jobs.versions import Change, Past, Version, Versions, past

_BEFORE = "_version_before"


def versions_of(model: Any) -> Versions:
    """What is kept of each change of a campaign of this kind: all that its owner decides."""
    kept = tuple(field.name for field in model._meta.concrete_fields if field.name not in model.NOT_KEPT)
    return Versions(model, kept, "campaign")


class KeepsVersions(OwnersAdmin):
    """A list and a form whose rows can be brought back to what they were. A subclass says a row in one sentence."""

    object_history_template = "personalization/admin/versions.html"

    def sentence_of(self, campaign: Any) -> str:
        """What it does, where, when and to whom."""
        raise NotImplementedError

    @property
    def versions(self) -> Versions:
        """What is kept of each change."""
        return versions_of(self.model)

    def history_urls(self) -> list[URLPattern]:
        """The way back."""
        view = self.admin_site.admin_view(require_POST(self.revert_view))
        name = f"personalization_{self.opts.model_name}_revert"
        return [path("<int:pk>/revert/<int:entry>/<str:end>/", view, name=name)]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """With what it was before in mind."""
        vars(obj)[_BEFORE] = self.versions.stored(obj) if change else None
        super().save_model(request, obj, form, change)

    def remember(self, campaign: Any) -> None:
        """As it is now is what it was before, once it is changed and the change is told."""
        vars(campaign)[_BEFORE] = self.versions.of(campaign)

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
        self.remember(campaign)
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
