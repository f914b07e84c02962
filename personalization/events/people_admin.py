"""What the admin may do with somebody's data: take it out as a file, and erase it after one more question."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.events.accounts import ids_of, may_see_accounts
from personalization.events.erase import counted, erase
from personalization.events.export import exported
from personalization.events.filters import is_id
from personalization.events.personal import Whole, tables, what_stays, whole_account, whole_visitor

MANY = 100


class PersonalDataAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For the admin of visitors: two actions on its list, and a page that finds somebody by e-mail or id."""

    actions = ("export_people", "erase_people")
    change_list_template = "personalization/admin/visitors.html"

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Who may see visitors and whose accounts they are may take their data out."""
        return bool(self.has_view_permission(request)) and may_see_accounts(request.user)

    def has_erase_permission(self, request: HttpRequest) -> bool:
        """Who may delete visitors, though the list itself is only read."""
        return bool(request.user.has_perm("personalization.delete_visitor"))

    @admin.action(description=gettext_lazy("Download everything held about them"), permissions=["export"])
    def export_people(self, request: HttpRequest, queryset: Any) -> HttpResponseBase | None:
        """One JSON document with each of them."""
        return self._file(_wholes(queryset), now=timezone.now()) if self._are_few(request, queryset) else None

    @admin.action(description=gettext_lazy("Erase everything held about them…"), permissions=["erase"])
    def erase_people(self, request: HttpRequest, queryset: Any) -> HttpResponseBase | None:
        """Leads to the question."""
        if not self._are_few(request, queryset):
            return None
        chosen = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True))
        return self._question(request, _wholes(queryset), chosen=chosen)

    def get_urls(self) -> list[URLPattern]:
        """With the page about one person, the file, and the erasure."""
        view = self.admin_site.admin_view
        erasure = transaction.non_atomic_requests(view(self.erase_view))
        return [
            path("person/", view(self.person_view), name="personalization_person"),
            path("person/download/", view(self.download_view), name="personalization_person_download"),
            path("person/erase/", erasure, name="personalization_person_erase"),
            *super().get_urls(),
        ]

    def person_view(self, request: HttpRequest) -> HttpResponse:
        """Finds an account by its exact e-mail, or a visitor by its id, and says what is held.

        Posted, as everything here: neither belongs into an address, which servers log.
        """
        if not self.has_export_permission(request):
            raise PermissionDenied
        words = request.POST.get("who", "").strip()
        whole = _found(words)
        context = self._context(request, _("Everything held about somebody")) | {
            "words": words,
            "whole": whole,
            "held": _held([whole]) if whole else [],
            "may_erase": self.has_erase_permission(request),
            "is_unknown": bool(words) and whole is None,
        }
        return TemplateResponse(request, "personalization/admin/person.html", context)

    def download_view(self, request: HttpRequest) -> HttpResponseBase:
        """The file about one person."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        whole = _found(request.POST.get("who", "").strip())
        if whole is None:
            return HttpResponseRedirect(reverse("admin:personalization_person"))
        return self._file([whole], now=timezone.now())

    def erase_view(self, request: HttpRequest) -> HttpResponse:
        """Erases those who were named in the question, once the box is ticked."""
        if not self.has_erase_permission(request):
            raise PermissionDenied
        chosen = request.POST.get("who", "")
        wholes = _unlike([whole for one in chosen.split(",")[:MANY] if (whole := _found(one.strip()))])
        if request.POST.get("sure") != "yes" or not wholes:
            return self._question(request, wholes, chosen=chosen)
        rows = sum(sum(erase(whole, asked_by="staff", now=timezone.now()).values()) for whole in wholes)
        told = ngettext(
            "%(n)s person is erased (%(rows)s rows).", "%(n)s people are erased (%(rows)s rows).", len(wholes)
        )
        messages.success(request, told % {"n": len(wholes), "rows": rows})
        return HttpResponseRedirect(reverse("admin:personalization_visitor_changelist"))

    def _question(self, request: HttpRequest, wholes: Sequence[Whole], *, chosen: str) -> HttpResponse:
        shown = may_see_accounts(request.user)
        context = self._context(request, _("Erase everything held about them?")) | {
            "chosen": chosen,
            "wholes": [(whole.email if shown else "", len(whole.visitor_ids)) for whole in wholes],
            "held": _held(wholes),
            "stays": what_stays(),
        }
        return TemplateResponse(request, "personalization/admin/person_erase.html", context)

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"title": title, "opts": self.opts}

    def _file(self, wholes: Sequence[Whole], *, now: datetime) -> HttpResponseBase:
        response = StreamingHttpResponse(_document(wholes, now=now), content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="personal-data-{now:%Y-%m-%d}.json"'
        response["Cache-Control"] = "private, no-store"
        return response

    def _are_few(self, request: HttpRequest, queryset: Any) -> bool:
        if queryset.count() <= MANY:
            return True
        messages.error(request, _("At most %(n)s visitors at a time: choose fewer.") % {"n": MANY})
        return False


def _found(words: str) -> Whole | None:
    """Somebody by the exact e-mail of one account, or by the id of a visitor."""
    if is_id(words):
        return whole_visitor(UUID(words))
    accounts = ids_of(words) if "@" in words else []
    return whole_account(accounts[0]) if len(accounts) == 1 else None


def _wholes(visitors: Any) -> list[Whole]:
    return _unlike([whole_visitor(pk) for pk in visitors.values_list("pk", flat=True)])


def _unlike(wholes: Sequence[Whole]) -> list[Whole]:
    """Each person once: several of the chosen visitors may be one account."""
    return list(dict.fromkeys(wholes))


def _held(wholes: Sequence[Whole]) -> list[tuple[Any, int]]:
    counts = [counted(whole) for whole in wholes]
    sums = [(table, sum(one.get(table.name, 0) for one in counts)) for table in tables]
    return [(table, count) for table, count in sums if count]


def _document(wholes: Sequence[Whole], *, now: datetime) -> Iterator[str]:
    """One person as they are; several as a list."""
    if len(wholes) == 1:
        yield from exported(wholes[0], now=now)
        return
    for number, whole in enumerate(wholes):
        yield ",\n" if number else "[\n"
        yield from exported(whole, now=now)
    yield "]\n" if wholes else json.dumps([])
