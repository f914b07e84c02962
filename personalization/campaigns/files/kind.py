"""The contract of what can be kept in a file: its parts, what it is called, what it says of itself, how it is saved."""

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.functional import Promise

from personalization.campaigns.arm import arm_from
from personalization.campaigns.files.naming import Names
from personalization.campaigns.files.parts import Part, Settled, WeekHours, for_whom
from personalization.campaigns.frequency import frequency_from
from personalization.campaigns.hours import hours_from
from personalization.campaigns.past_versions import versions_of
from personalization.campaigns.state import Status
from personalization.jobs.versions import Versions
from personalization.registry import Registry

Path = tuple[str, ...]


class FileKind:
    """One kind of thing in files. One class and one registration.

    `name` is its key in a file; kinds that others name are registered before those. What is named by something in a
    file goes into it, too, where it `comes_along`.
    """

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    model: ClassVar[type[models.Model]]
    parts: ClassVar[tuple[Part, ...]]
    naming: ClassVar[str] = ""
    comes_along: ClassVar[bool] = False
    is_campaign: ClassVar[bool] = True

    def called(self, row: Any) -> str:
        """Its name in files; two of the same name are told apart by their order."""
        raise NotImplementedError

    def sentence(self, row: Any, *, now: datetime) -> str:
        """What it does, for its owner."""
        raise NotImplementedError

    def wrong(self, row: Any) -> Iterable[tuple[Path, str]]:
        """What the form of the back-office would say: where, and what."""
        return ()

    def rows(self) -> Any:
        """All of them, in their order."""
        return self.model._default_manager.order_by("pk")

    def save(self, row: Any) -> None:
        """As the back-office saves it."""
        row.save()

    def saved(self, row: Any, *, now: datetime) -> None:
        """What others must know of the change."""

    @property
    def versions(self) -> Versions | None:
        """How the back-office keeps what it was; None where it does not."""
        return versions_of(self.model)

    # --- the same for all ---

    def write(self, row: Any, names: Names) -> dict[str, Any]:
        """As it stands in a file: what is usual anyway is left out, but for where a campaign stands."""
        usual = self.model()
        told = {part.name: (part.write(row, names), part.write(usual, names)) for part in self.parts}
        return {
            name: value for name, (value, default) in told.items() if value != default or name in ("name", "status")
        }

    def part(self, name: str) -> Part:
        """By its key."""
        return next(part for part in self.parts if part.name == name)


kinds: Registry[FileKind] = Registry("kind of thing in files")

_HOURS = WeekHours("hours", lambda told: hours_from(told).stored(), ("days", "since", "until"))
WHEN = (Part("status"), Part("starts_at"), Part("ends_at"), _HOURS)
FOR_WHOM = (for_whom(),)
ARM = Settled("arm", lambda told: arm_from(told).stored(), ("experiment", "since", "until"))
OFTEN = Settled("frequency", lambda told: frequency_from(told).stored(), ("visit", "day", "week", "total", "gap"))
# A file that says nothing of where a new campaign stands puts none live.
SILENT = Status.DRAFT


def said_by(form: type[forms.ModelForm], row: Any) -> Iterable[tuple[str, str]]:  # type: ignore[type-arg]
    """What the form would say if the row were saved in it as it is: by field, each once."""
    asked = form(instance=copy(row))
    data = {name: asked.get_initial_for_field(field, name) for name, field in asked.fields.items()}
    sent: Any = form(data=_as_sent(data), instance=copy(row))
    for name, errors in sent.errors.items():
        for one in errors:
            yield name, str(one)


def _as_sent(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in data.items()
        if not isinstance(value, UploadedFile | models.fields.files.FieldFile)
    }


def path_in(field: str, prefixes: Mapping[str, str]) -> Path:
    """Where the field of a form stands in a file: "words_en_title" under "texts", "en", "title"."""
    for prefix, key in prefixes.items():
        if field.startswith(prefix):
            return (key, *field[len(prefix) :].split("_", 1)) if key == "texts" else (key, field[len(prefix) :])
    return (field,)


# Fields that forms of campaigns share.
SHARED = {"audience_": "audience", "hours_": "hours", "often_": "frequency", "words_": "texts", "title_": "titles"}
