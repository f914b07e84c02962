"""Imported files in the admin: how far each is, and what is wrong with its rows."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.events.models import ImportedFile
from personalization.jobs.back_office import NOTHING, ReadOnlyAdmin, chip, lasted, minute_told

TONES = {ImportedFile.Status.RUNNING: "wait", ImportedFile.Status.DONE: "good", ImportedFile.Status.FAILED: "bad"}
COUNTS = ("rows_read", "rows_stored", "rows_known", "rows_rejected")


@admin.register(ImportedFile)
class ImportedFileAdmin(ReadOnlyAdmin):
    """History that was brought along: read-only, for `manage.py import_history` writes it."""

    list_display = ("name", "source", "how_far", *COUNTS, "rejects_told", "error_told")
    list_filter = ("status",)
    search_fields = ("name", "source")
    search_help_text = _("Words of the file's name or of its source.")
    fields = (
        "name", "source", "how_far", "started_told", "took", *COUNTS, "rejects_told", "columns_told", "error",
    )  # fmt: skip

    @admin.display(description=_("status"))
    def how_far(self, file: ImportedFile) -> SafeString:
        """How it went; while it is read, how much of it."""
        status = chip(TONES[ImportedFile.Status(file.status)], file.get_status_display())
        if file.status != ImportedFile.Status.RUNNING:
            return status
        bar = '{} <progress class="pz-progress" max="100" value="{}" aria-label="{}"></progress> {} %'
        return format_html(bar, status, file.percent, file.name, file.percent)

    @admin.display(description=_("rejected rows, with reasons"))
    def rejects_told(self, file: ImportedFile) -> str:
        """Where they are, on the server that read the file."""
        return file.rejects if file.rows_rejected and file.rejects else NOTHING

    @admin.display(description=_("error, and what to do"))
    def error_told(self, file: ImportedFile) -> str:
        """Why it could not be read to the end."""
        return file.error[:200] or NOTHING

    @admin.display(description=_("started"))
    def started_told(self, file: ImportedFile) -> str:
        """When the reading began."""
        return minute_told(file.started_at)

    @admin.display(description=_("took"))
    def took(self, file: ImportedFile) -> str:
        """How long it took, pauses and all."""
        return lasted(file.started_at, file.finished_at)

    @admin.display(description=_("columns"))
    def columns_told(self, file: ImportedFile) -> str:
        """Which column was read as what."""
        columns = file.mapping.get("columns") or {}
        return ", ".join(f"{column} → {name}" for name, column in columns.items()) or gettext("by their headers")
