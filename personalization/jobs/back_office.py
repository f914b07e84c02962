"""What every page of the back-office shares. It sits with the lowest package that has one, so that all may use it."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise, cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

NOTHING = "–"
# Django's own Ukrainian puts a preposition before the name of a filter, which would then need another case.
FILTER_HEADING = gettext_noop(" By %(filter_title)s ")


class UsualFilter(admin.SimpleListFilter):
    """A filter that means something even when nothing is chosen: `usual` says what."""

    usual: str | Promise

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """As Django's, with the usual choice in place of "all"."""
        usual, *others = super().choices(changelist)
        yield from ({**usual, "display": self.usual}, *others)


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts up to a cap: a list of millions of rows is never counted to the end for a page of a hundred."""

    cap = 10_000

    @cached_property
    def count(self) -> int:
        """How many rows there are, at most the cap."""
        rows: Any = self.object_list
        return int(rows.order_by()[: self.cap].count())

    @property
    def is_capped(self) -> bool:
        """There are more rows than the list leads to."""
        return self.count >= self.cap


class OwnersAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The look that all of our lists and forms share."""

    change_list_template = "personalization/admin/change_list.html"
    change_form_template = "personalization/admin/change_form.html"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    class Media:
        """One sheet of our own, drawn with the admin's own colours."""

        css = {"all": ["personalization/admin/admin.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Under its plain name: most of our lists are there to be read, not to select from."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))


class ReadOnlyAdmin(OwnersAdmin):
    """Rows that tell what happened: they are read, never written by hand."""

    paginator = CappedPaginator
    sortable_by = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: the shop itself writes these rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: what happened stays as it happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


def chip(tone: str, text: str | Promise) -> SafeString:
    """A small label; tones are good, wait, bad and off."""
    return format_html('<span class="pz-chip pz-chip--{}">{}</span>', tone, text)


def id_sent(text: str | None) -> int | None:
    """An id as a form sends it; None for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


def minute_told(moment: datetime | None) -> str:
    """A moment to the minute, in every list alike."""
    return date_format(localtime(moment), "j M Y, H:i") if moment else NOTHING


def day_told(day: date | None, *, now: datetime) -> str:
    """A day in UTC, near ones by name."""
    if day is None:
        return NOTHING
    back = (now.astimezone(UTC).date() - day).days
    if back < 1:
        return _("today")
    return _("yesterday") if back == 1 else date_format(day, "j M Y")


def number_told(number: int) -> str:
    """A number of any size, in every list alike."""
    return number_format(number, force_grouping=True)


def ago(moment: datetime | None, *, now: datetime) -> str:
    """How long ago, roughly; each unit is a phrase of its own, for in many languages "ago" bends it."""
    if moment is None:
        return NOTHING
    minutes = int((now - moment).total_seconds()) // 60
    hours, days = minutes // 60, minutes // (60 * 24)
    if minutes < 1:
        return _("just now")
    if hours < 1:
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    if days < 1:
        return ngettext("%(n)s hour ago", "%(n)s hours ago", hours) % {"n": hours}
    return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}


def lasted(start: datetime | None, end: datetime | None) -> str:
    """How long something took."""
    if start is None or end is None:
        return NOTHING
    minutes, seconds = divmod(max(round((end - start).total_seconds()), 0), 60)
    if minutes:
        return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": seconds}
    return _("%(seconds)s s") % {"seconds": seconds} if seconds else _("under a second")


def capped_told(number: int, *, cap: int) -> str:
    """A number that was counted no further than the cap."""
    return number_told(min(number, cap)) + ("+" if number > cap else "")


class _Echo:
    """Lets csv write a line and gives it back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The rows as lines of a table, written while they are read; nothing in them is a formula to a spreadsheet."""
    write = csv.writer(_Echo()).writerow
    return (str(write([_harmless(cell) for cell in row])) for row in rows)


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
