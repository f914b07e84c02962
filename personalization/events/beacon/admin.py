"""What came from browsers and what became of it, and the messages that nobody could read."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from personalization.events.beacon.outcomes import REFUSALS
from personalization.events.beacon.quarantine import try_again
from personalization.events.beacon.tally import days, total
from personalization.events.models import QuarantinedPayload, Tally
from personalization.jobs.back_office import ReadOnlyAdmin, minute_told

SHOWN = 4000


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin):
    """One page instead of a list: a row for each day, and what each reason means."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The last month, day by day: one query."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        told = days(now=timezone.now())
        context = {
            "title": capfirst(self.opts.verbose_name_plural),
            "days": told,
            "total": total(told),
            "outcomes": REFUSALS,
            "opts": self.opts,
            "here": "tally",
        }
        page = "personalization/admin/received.html"
        return TemplateResponse(request, page, self.admin_site.each_context(request) | context | (extra_context or {}))

    def get_urls(self) -> list[Any]:
        """The page alone: a single number of a shard tells nobody anything."""
        return [one for one in super().get_urls() if getattr(one, "name", "") == "personalization_tally_changelist"]


@admin.register(QuarantinedPayload)
class QuarantinedPayloadAdmin(ReadOnlyAdmin):
    """Messages kept for some days, to be looked at and tried again."""

    list_display = ("when", "details", "size")
    fields = ("when", "details", "size", "content")
    actions = ("try_again_action",)
    change_list_template = "personalization/admin/unreadable.html"

    def has_try_permission(self, request: HttpRequest) -> bool:
        """Trying again writes events and takes the message away."""
        return bool(request.user.has_perm("personalization.change_quarantinedpayload"))

    @admin.action(description=_("Try again"), permissions=["try"])
    def try_again_action(self, request: HttpRequest, queryset: QuerySet[QuarantinedPayload]) -> None:
        """Reads the chosen messages once more."""
        read, unread = try_again(queryset)
        if read:
            told = ngettext("%(n)s message could be read now.", "%(n)s messages could be read now.", read)
            self.message_user(request, told % {"n": read}, messages.SUCCESS)
        if unread:
            told = ngettext(
                "%(n)s message is still unreadable: it stays here until it is too old.",
                "%(n)s messages are still unreadable: they stay here until they are too old.",
                unread,
            )
            self.message_user(request, told % {"n": unread}, messages.WARNING)

    @admin.display(description=_("when"), ordering="received_at")
    def when(self, payload: QuarantinedPayload) -> str:
        """When it came."""
        return minute_told(payload.received_at)

    @admin.display(description=_("size"))
    def size(self, payload: QuarantinedPayload) -> str:
        """How long it is."""
        count = len(bytes(payload.body))
        return ngettext("%(n)s byte", "%(n)s bytes", count) % {"n": count}

    @admin.display(description=_("what came"))
    def content(self, payload: QuarantinedPayload) -> SafeString:
        """Its first part, as text; what is none is shown as such."""
        text = bytes(payload.body)[:SHOWN].decode("utf-8", "backslashreplace")
        return format_html('<pre class="pz-raw">{}</pre>', text)
