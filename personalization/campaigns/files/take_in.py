"""Reads campaigns from files: all of it or nothing, with every fault at once; and tells what would change."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from personalization.campaigns.files.folder import Folder
from personalization.campaigns.files.give_out import FORMAT
from personalization.campaigns.files.kind import SILENT, FileKind, kinds
from personalization.campaigns.files.naming import Names
from personalization.campaigns.files.parts import Around, Part, listed, mapping, one_message
from personalization.campaigns.files.text import Fault, Refused, Told, Unreadable, read, written


@dataclass(frozen=True)
class Field:
    """A field that changes, as the file has it."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """What an import does to one thing: nothing is before what is new."""

    kind: str
    label: str
    called: str
    before: str
    after: str
    fields: tuple[Field, ...] = ()

    @property
    def is_new(self) -> bool:
        """The shop has none of that name."""
        return not self.before


@dataclass
class _Entry:
    """One thing of a file, on its way into the shop."""

    kind: FileKind
    told: Told
    file: str
    row: Any
    was: dict[str, Any] = field(default_factory=dict)
    sentence: str = ""
    version: Any = None
    is_new: bool = False
    is_broken: bool = False


def take_in(
    folder: Folder, *, now: datetime, by: Any = None, as_drafts: bool = False, is_real: bool = True
) -> list[Change]:
    """Makes the shop hold what the files say, and gives what changed. Raises Unreadable, and then nothing has changed.

    `by` is the account in whose name the history has it; without one it has nothing. Unless it `is_real`, nothing is
    changed, and what would be is told.
    """
    with transaction.atomic():
        work = _Work(folder, now=now, by=by, as_drafts=as_drafts)
        work.begin()
        work.fill()
        changes = list(work.changes(is_real=is_real))
        if work.faults:
            raise Unreadable(sorted(work.faults, key=lambda one: (one.file, one.line)))
        if not is_real:
            transaction.set_rollback(True)
    return changes


class _Work:
    """First every new thing gets a row, so that others can name it; then each gets all that its file says."""

    def __init__(self, folder: Folder, *, now: datetime, by: Any, as_drafts: bool) -> None:
        self.folder, self.now, self.by, self.as_drafts = folder, now, by, as_drafts
        # A fault is told once, though what it is about is read twice.
        self._faults: dict[Fault, None] = {}
        self.entries: list[_Entry] = []
        self.names = Names()

    @property
    def faults(self) -> list[Fault]:
        """All that were found."""
        return list(self._faults)

    def blame(self, file: str, told: Told, key: str, text: str) -> None:
        """Says what is wrong, and where."""
        self._faults[Fault(file, told.line, key, text)] = None

    # --- first ---

    def begin(self) -> None:
        """Every thing of every file, matched with what the shop has."""
        for kind, told, file in self._listed():
            self._begin(kind, told, file)
        for kind in kinds:
            self._match(kind)
        promised: dict[str, set[str]] = {}
        for one in self.entries:
            if one.is_broken:
                promised.setdefault(one.kind.naming, set()).add(one.kind.called(one.row))
        self.names = Names(promised)

    def _listed(self) -> Iterator[tuple[FileKind, Told, str]]:
        found: list[tuple[FileKind, Told, str]] = []
        for file, text in self.folder.texts.items():
            try:
                found += self._in_file(read(text, file=file), file)
            except Unreadable as unreadable:
                self._faults |= dict.fromkeys(unreadable.faults)
            except Refused as refused:
                self.blame(file, refused.at or Told(None, 1), "", refused.told)
        for kind in kinds:
            yield from (one for one in found if one[0] is kind)

    def _in_file(self, told: Told, file: str) -> list[tuple[FileKind, Told, str]]:
        by_key = mapping(told, ("format", *(kind.name for kind in kinds)))
        if told.at(("format",)).value != FORMAT:
            text = _("Its first line must be “format: %(n)s”: only that is understood.")
            raise Refused(text % {"n": FORMAT}, told.at(("format",)))
        return [
            (kinds.get(name), one, file)
            for name, held in by_key.items()
            if name != "format"
            for one in self._held(held)
        ]

    def _held(self, told: Told) -> list[Told]:
        return [] if told.value is None else listed(told)

    def _begin(self, kind: FileKind, told: Told, file: str) -> None:
        entry = _Entry(kind, told, file, kind.model(), is_new=True)
        try:
            mapping(told, [part.name for part in kind.parts])
        except Refused as refused:
            self.blame(file, refused.at or told, kind.name, refused.told)
            return
        self._read(entry, [part for part in kind.parts if not part.needs_names])
        self._validate(entry)
        self.entries.append(entry)

    def _validate(self, entry: _Entry) -> None:
        later = [part.name for part in entry.kind.parts if part.needs_names]
        kept = {field.name for field in entry.row._meta.concrete_fields} - {part.name for part in entry.kind.parts}
        try:
            entry.row.clean_fields(exclude={*later, *kept, "picture"})
            entry.row.validate_constraints(exclude={*later, *kept, "name"})
        except ValidationError as error:
            for name, errors in error.update_error_dict({}).items():
                told = one_message(ValidationError(errors))
                self._wrong(entry, (name,) if name in {part.name for part in entry.kind.parts} else (), told)

    def _match(self, kind: FileKind) -> None:
        mine: dict[str, list[_Entry]] = {}
        for entry in self.entries:
            if entry.kind is kind and not entry.is_broken:
                mine.setdefault(kind.called(entry.row), []).append(entry)
        there: dict[str, list[Any]] = {}
        for row in kind.rows():
            there.setdefault(kind.called(row), []).append(row)
        for called, entries in mine.items():
            rows = there.get(called, [])
            if len(rows) > max(len(entries), 1):
                text = _("%(n)s in this shop are called “%(name)s”: give each a name of its own first.")
                self._wrong(entries[0], ("name",), text % {"n": len(rows), "name": called})
                continue
            for entry, row in zip(entries, rows, strict=False):
                entry.row, entry.is_new = row, False
                entry.was, entry.sentence = kind.write(row, self.names), kind.sentence(row, now=self.now)
                entry.version = kind.versions.of(row) if kind.versions else None
            for entry in entries[len(rows) :]:
                self._save(entry, lambda row: row.save())

    # --- then ---

    def fill(self) -> None:
        """All that the files say, with all that they name."""
        for entry in self.entries:
            self._read(entry, list(entry.kind.parts))
            self._settle(entry)
        for entry in self.entries:
            if not entry.is_broken:
                for path, told in entry.kind.wrong(entry.row):
                    self._wrong(entry, path, told)

    def _settle(self, entry: _Entry) -> None:
        if entry.kind.is_campaign and entry.is_new and (self.as_drafts or not self._says(entry, "status")):
            entry.row.status = SILENT

    def _read(self, entry: _Entry, parts: list[Part]) -> None:
        around = Around(self.names, self.folder.pictures, None if entry.is_new else entry.row)
        for part in parts:
            if not self._says(entry, part.name):
                if part.name != "status" or entry.is_new:
                    part.put(entry.row, part.default(entry.row))
                continue
            told = entry.told.value[part.name]
            try:
                part.put(entry.row, part.read(told, entry.row, around))
            except Refused as refused:
                entry.is_broken = True
                self.blame(entry.file, refused.at or told, self._key(entry, (part.name,)), refused.told)

    def _says(self, entry: _Entry, name: str) -> bool:
        return isinstance(entry.told.value, dict) and name in entry.told.value

    # --- and last ---

    def changes(self, *, is_real: bool) -> Iterator[Change]:
        """Saves what is another now, unless something is wrong anywhere; what is the same is not touched."""
        if self._faults:
            return
        changed = [one for one in self.entries if one.is_new or one.kind.write(one.row, self.names) != one.was]
        plain = {id(one): one.kind.write(one.row, self.names) for one in changed}
        for entry in changed:
            self._save(entry, entry.kind.save if is_real else _save_without_files)
        for entry in changed if is_real and not self._faults else ():
            self._save(entry, lambda row, kind=entry.kind: kind.saved(row, now=self.now))
            self._note(entry)
        for entry in changed if not self._faults else ():
            yield self._change(entry, plain[id(entry)])

    def _change(self, entry: _Entry, now: dict[str, Any]) -> Change:
        kind, was = entry.kind, {} if entry.is_new else entry.was
        named = [part.name for part in kind.parts if was.get(part.name) != now.get(part.name)]
        fields = tuple(Field(one, self._label(kind, one), _shown(was.get(one)), _shown(now.get(one))) for one in named)
        after = kind.sentence(entry.row, now=self.now)
        return Change(kind.name, str(kind.label), kind.called(entry.row), entry.sentence, after, fields)

    def _label(self, kind: FileKind, name: str) -> str:
        return str(getattr(kind.model._meta.get_field(name), "verbose_name", name))

    def _save(self, entry: _Entry, save: Any) -> None:
        try:
            with transaction.atomic():
                save(entry.row)
        except DatabaseError as error:
            text = _("The database refuses it (%(kind)s): compare it with one that the shop has.")
            self._wrong(entry, (), text % {"kind": type(error).__name__})

    def _note(self, entry: _Entry) -> None:
        if self.by is None:
            return
        told: list[Any] = [{"added": {}}] if entry.is_new else [{"changed": {"fields": ["from a file"]}}]
        if versions := entry.kind.versions:
            told = versions.message(told, before=entry.version, after=versions.of(entry.row))
        LogEntry.objects.create(
            user_id=self.by.pk, content_type_id=ContentType.objects.get_for_model(entry.kind.model).pk,
            object_id=str(entry.row.pk), object_repr=str(entry.row)[:200],
            action_flag=ADDITION if entry.is_new else CHANGE, change_message=json.dumps(told),
        )  # fmt: skip

    def _wrong(self, entry: _Entry, path: tuple[str, ...], told: str) -> None:
        entry.is_broken = True
        self.blame(entry.file, entry.told.at(path), self._key(entry, path), told)

    def _key(self, entry: _Entry, path: tuple[str, ...]) -> str:
        """For example "popups, “Welcome”, texts.ru.title"."""
        name = entry.told.at(("name",))
        called = _("“%(title)s”") % {"title": name.raw} if isinstance(name.value, str) and name.raw else ""
        return ", ".join(filter(None, (entry.kind.name, called, ".".join(path))))


def _save_without_files(row: Any) -> None:
    row.save()


def _shown(value: Any) -> str:
    if value is None or value == {} or value == []:
        return ""
    if isinstance(value, dict | list):
        return written(value).rstrip()
    return str(value)
