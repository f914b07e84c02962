"""Asks every examination, and draws the sum."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from personalization.guard.failure import kind_and_message_of
from personalization.insight.finding import Examination, Finding, Level, examinations, fault

logger = logging.getLogger("personalization")


@dataclass(frozen=True)
class Examined:
    """One examination and what it found."""

    name: str
    label: str
    findings: tuple[Finding, ...]

    @property
    def level(self) -> str:
        """The worst of its findings."""
        return max((one.level for one in self.findings), key=lambda level: Level.STATUS[level], default=Level.FINE)


@dataclass(frozen=True)
class Report:
    """All that was found."""

    examined_at: datetime
    parts: tuple[Examined, ...]

    @property
    def findings(self) -> list[Finding]:
        """Every line."""
        return [finding for part in self.parts for finding in part.findings]

    @property
    def troubles(self) -> list[Finding]:
        """What somebody should look at, the worst first."""
        found = [one for one in self.findings if one.is_trouble]
        return sorted(found, key=lambda one: -Level.STATUS[one.level])

    @property
    def status(self) -> int:
        """For monitoring: 0 is fine, 1 look at it, 2 broken."""
        return max((Level.STATUS[one.level] for one in self.findings), default=0)


def examine(*, now: datetime) -> Report:
    """Runs every examination; one that fails is a finding of its own, and the others go on."""
    if missing := _unapplied():
        told = _("Changes of the database are not applied: %(names)s.") % {"names": ", ".join(missing)}
        broken = fault(told, fix=_("Apply them."), command="manage.py migrate")
        return Report(now, (Examined("database", _("Database"), (broken,)),))
    return Report(now, tuple(_examined(one, now) for one in examinations))


def _examined(examination: Examination, now: datetime) -> Examined:
    try:
        with transaction.atomic():
            found = tuple(examination.findings(now))
    except Exception as error:  # an examination of the shop's own may raise anything
        logger.exception("The examination %s failed", examination.name)
        told = _("It could not be examined: %(error)s") % {"error": kind_and_message_of(error)[:200]}
        found = (fault(told, fix=_("See the log of the web server; the database may be busy or a table missing.")),)
    return Examined(examination.name, str(examination.label), found)


def _unapplied() -> list[str]:
    try:
        executor = MigrationExecutor(connection)
        targets = [key for key in executor.loader.graph.leaf_nodes() if key[0] == "personalization"]
        return [migration.name for migration, _backwards in executor.migration_plan(targets)]
    except DatabaseError:
        return []
