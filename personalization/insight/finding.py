"""What an examination is and what it says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from personalization.registry import Registry


class Level:
    """How bad it is; the number is the exit status that it asks for."""

    FINE, NOTE, WARNING, FAULT = "fine", "note", "warning", "fault"
    STATUS = {FINE: 0, NOTE: 0, WARNING: 1, FAULT: 2}
    LABELS: dict[str, str | Promise] = {
        FINE: _("fine"),
        NOTE: _("good to know"),
        WARNING: _("look at it"),
        FAULT: _("broken"),
    }


@dataclass(frozen=True)
class Finding:
    """One line: how bad, what was found, and what mends it; `command` and `url` lead there.

    `about` is the stored name of what it is about, and `figures` are the numbers in it: seconds, counts.
    """

    level: str
    told: str
    fix: str = ""
    command: str = ""
    url: str = ""
    about: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_trouble(self) -> bool:
        """Somebody should do something."""
        return Level.STATUS[self.level] > 0

    @property
    def level_told(self) -> str:
        """How bad, in the reader's language."""
        return str(Level.LABELS[self.level])


class Examination:
    """Contract of an examination: `findings` reads, changes nothing, and never takes longer than a page may."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]

    def findings(self, now: datetime) -> Iterable[Finding]:
        """What is found now, most important first."""
        raise NotImplementedError


examinations: Registry[Examination] = Registry("examination")


def fine(told: str, **about: Any) -> Finding:
    """All is well."""
    return Finding(Level.FINE, told, **about)


def note(told: str, **more: Any) -> Finding:
    """Worth knowing; nothing is wrong."""
    return Finding(Level.NOTE, told, **more)


def warning(told: str, *, fix: str, **more: Any) -> Finding:
    """Something is missing or old."""
    return Finding(Level.WARNING, told, fix, **more)


def fault(told: str, *, fix: str, **more: Any) -> Finding:
    """Something is lost as long as this lasts."""
    return Finding(Level.FAULT, told, fix, **more)
