"""What a row of the owner's was before: each change in the admin keeps both ends of it in the admin's own history."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from personalization.jobs.back_office import minute_told

SHOWN = 50
Version = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """Somebody changed it; of an older entry, or of one that was not about what is kept, nothing is."""

    entry: LogEntry
    before: Version | None
    after: Version | None

    @property
    def at(self) -> datetime:
        """When."""
        return self.entry.action_time


@dataclass(frozen=True)
class End:
    """A version that can be put back: the one before a change, or the one after it."""

    name: str
    label: str


@dataclass(frozen=True)
class Past:
    """A change as the page of the history tells it: two sentences, and what can be brought back."""

    pk: int
    when: str
    who: str
    message: str
    before: str = ""
    after: str = ""
    others: tuple[str, ...] = ()
    ends: tuple[End, ...] = ()


def past(change: Change, *, present: Version | None, is_first: bool) -> Past:
    """Without the sentences; what is the case anyway is not offered again."""
    ends = [End("after", _("Back to this"))] if change.after not in (None, present) else []
    if is_first and change.before not in (None, present):
        ends.append(End("before", _("Back to what was before")))
    entry = change.entry
    who, message = entry.user.get_username(), entry.get_change_message()
    return Past(entry.pk, minute_told(change.at), who, message, ends=tuple(ends))


@dataclass(frozen=True)
class Versions:
    """Of the rows of one model: which of its fields are kept, and under which name the admin's history has them."""

    model: type[Model]
    kept: tuple[str, ...]
    key: str

    def of(self, row: Model) -> Version:
        """All that can be put back, as the history can hold it."""
        told = {name: _plain(getattr(row, name)) for name in self.kept}
        plain: Version = json.loads(json.dumps(told, cls=DjangoJSONEncoder))
        return plain

    def stored(self, row: Model) -> Version | None:
        """As it stands in the database, whatever has been done to the object since."""
        kept = self.model._default_manager.filter(pk=row.pk).first()
        return self.of(kept) if kept else None

    def message(self, told: Iterable[Any], *, before: Version | None, after: Version) -> list[Any]:
        """Django's own message with both ends of the change beside it; other readers of the history pass over them."""
        first, *others = [*told] or [{"changed": {"fields": []}}]
        return [{**first, self.key: {"before": before, "after": after}}, *others]

    def changes(self, row: Model) -> list[Change]:
        """Newest first."""
        return [self._read(entry) for entry in self._entries(row).select_related("user")[:SHOWN]]

    def former(self, row: Model, entry_id: int, end: str) -> Version | None:
        """One end of a change of this row."""
        entry = self._entries(row).filter(pk=entry_id).first()
        found = self._read(entry) if entry else None
        return (found.before if end == "before" else found.after) if found else None

    def put_back(self, row: Model, version: Version) -> None:
        """Gives the object the fields of a version; whoever asked for it saves it."""
        for name in self.kept:
            if name in version:
                field: Any = row._meta.get_field(name)
                setattr(row, name, field.to_python(version[name]))

    def _entries(self, row: Model) -> QuerySet[LogEntry]:
        kind = ContentType.objects.get_for_model(self.model)
        return LogEntry.objects.filter(content_type=kind, object_id=str(row.pk)).order_by("-action_time", "-pk")

    def _read(self, entry: LogEntry) -> Change:
        try:
            told = json.loads(entry.change_message)
            kept: Version = next((one[self.key] for one in told if self.key in one), {})
            return Change(entry, self._kept(kept.get("before")), self._kept(kept.get("after")))
        except (AttributeError, TypeError, ValueError):
            return Change(entry, None, None)

    def _kept(self, told: Any) -> Version | None:
        # Of before a field was added there is nothing to put back of it: it stays as it is.
        found = {name: told[name] for name in self.kept if name in told} if isinstance(told, dict) else {}
        return found or None


def _plain(value: Any) -> Any:
    # Of a file the name: what lies there is never changed, a new picture gets a name of its own.
    return value.name if isinstance(value, FieldFile) else value
