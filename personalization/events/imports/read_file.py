"""Reads a file into the log: chunk by chunk, each a transaction that also remembers how far it got."""

import gc
import sys
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from personalization.events.days import begin
from personalization.events.imports.chunks import Chunk, chunks, repeats_of
from personalization.events.imports.columns import Recipe
from personalization.events.imports.faults import ImportFault
from personalization.events.imports.rejects import Reject, Rejects
from personalization.events.imports.resolve import Resolved, resolve
from personalization.events.imports.staging import Stored, store, would_store
from personalization.events.imports.table import Table, fingerprint, open_table
from personalization.events.imports.translate import Translator
from personalization.events.limits import first_day_kept
from personalization.events.models import ImportedFile
from personalization.events.partitions import ensure_partitions
from personalization.guard.failure import message_of

Progress = Callable[[int, int, int], None]
SAMPLES = 5
# Seconds that the thread which reads may hold the interpreter while the one which stores wants it: a fifth of Python's.
TURN = 0.001


@dataclass
class Outcome:
    """What became of a file: the rows of all its readings that belong together, and a few of the rejected ones."""

    read: int = 0
    stored: int = 0
    rejected: int = 0
    rejects: Path | None = None
    was_done_at: datetime | None = None
    went_on_after: int = 0
    samples: list[Reject] = field(default_factory=list)

    @property
    def known(self) -> int:
        """Rows whose event the log had already."""
        return self.read - self.stored - self.rejected

    def add(self, counted: Stored, chunk: Chunk) -> None:
        """One chunk more."""
        self.read += counted.read
        self.stored += counted.stored
        self.rejected += counted.rejected
        self.samples += chunk.rejects[: SAMPLES - len(self.samples)]


def import_file(
    path: Path,
    recipe: Recipe,
    *,
    now: datetime,
    rejects: Path | None = None,
    restart: bool = False,
    progress: Progress = lambda line, lines, rows: None,
) -> Outcome:
    """Reads the file, or goes on where an earlier reading stopped. Raises ImportFault, which says what to do."""
    table = open_table(path, recipe)
    known = _remembered(path, recipe, restart=restart, now=now)
    if known.status == ImportedFile.Status.DONE:
        return _so_far(known, was_done_at=known.finished_at)
    try:
        return _go_on(known, table, recipe, rejects or _beside(path), now=now, progress=progress)
    except Exception as error:
        _end(known, ImportedFile.Status.FAILED, error=message_of(error))
        raise


def try_file(
    path: Path, recipe: Recipe, *, now: datetime, progress: Progress = lambda line, lines, rows: None
) -> Outcome:
    """What `import_file` would do with the whole file, without a trace."""
    table, outcome = open_table(path, recipe), Outcome()
    for chunk, resolved in _ahead(_chunks(table, recipe, after=0, now=now)):
        outcome.add(would_store(chunk, resolved), chunk)
        progress(chunk.last_line, table.lines, outcome.read)
    return outcome


def _go_on(
    known: ImportedFile, table: Table, recipe: Recipe, rejects_path: Path, *, now: datetime, progress: Progress
) -> Outcome:
    outcome = _so_far(known)
    found = _chunks(table, recipe, after=known.position, now=now)
    rejects = Rejects(Path(known.rejects or rejects_path), header=table.header, size=known.rejects_bytes)
    ImportedFile.objects.filter(pk=known.pk).update(
        status=ImportedFile.Status.RUNNING, lines=table.lines, rejects=str(rejects.path), error="", finished_at=None
    )
    _make_months(now)
    position, is_over = known.position, False
    while not is_over:
        is_over = True
        with closing(_ahead(found)) as chunks_ahead:
            for chunk, resolved in chunks_ahead:
                counted = _store(chunk, resolved, known, rejects, after=position)
                if counted is None:
                    # From here on all is looked up anew, as if it had been broken off.
                    found, is_over = _chunks(table, recipe, after=position, now=now), False
                    break
                outcome.add(counted, chunk)
                position = chunk.last_line
                progress(position, table.lines, outcome.read)
    _end(known, ImportedFile.Status.DONE)
    outcome.rejects = rejects.path if outcome.rejected else None
    return outcome


@transaction.atomic
def _store(chunk: Chunk, resolved: Resolved, known: ImportedFile, rejects: Rejects, *, after: int) -> Stored | None:
    """None, and nothing done, if somebody was erased or has said no since the chunk was looked up."""
    if not resolved.is_true_still:
        return None
    _need_not_wait()
    counted = store(chunk, resolved)
    size = rejects.add(chunk.rejects)
    moved = ImportedFile.objects.filter(pk=known.pk, position=after).update(
        position=chunk.last_line,
        rejects_bytes=size,
        rows_read=F("rows_read") + counted.read,
        rows_stored=F("rows_stored") + counted.stored,
        rows_known=F("rows_known") + counted.known,
        rows_rejected=F("rows_rejected") + counted.rejected,
    )
    if not moved:
        raise ImportFault(_("Another import reads this very file now: let it end, and watch it in the admin."))
    return counted


def _need_not_wait() -> None:
    # What a crash of the server takes of the last chunks it takes with their positions, so they are read again; the end
    # of the file is not said before the disk has all of it. A transaction of somebody else's keeps its own settings.
    if len(connection.savepoint_ids) == 0:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")


def _chunks(table: Table, recipe: Recipe, *, after: int, now: datetime) -> Iterator[Chunk]:
    places = recipe.placed(table.header)
    # Rows with an id are known by it; others have to be counted among their equals, those read before too.
    repeats = frozenset[bytes]() if "id" in places else repeats_of(table, source=recipe.source)
    translator = Translator(recipe, places, repeats=repeats, now=now)
    return chunks(table, translator, after=after, counts_equals=bool(repeats), product_by=recipe.product_by)


def _ahead(found: Iterator[Chunk]) -> Generator[tuple[Chunk, Resolved], None, None]:
    """The chunks and their rows; the next one is read and looked up while PostgreSQL is busy with this one."""
    with _no_collector():
        if connection.in_atomic_block:
            # Another connection would not see what this transaction has done to the shop.
            yield from ((chunk, resolve(chunk)) for chunk in found)
        else:
            yield from _read_ahead(found)


def _read_ahead(found: Iterator[Chunk]) -> Generator[tuple[Chunk, Resolved], None, None]:
    language = translation.get_language()

    def following() -> tuple[Chunk, Resolved] | None:
        with translation.override(language):
            chunk = next(found, None)
            return (chunk, resolve(chunk)) if chunk is not None else None

    with _short_turns(), ThreadPoolExecutor(max_workers=1) as reader:
        coming = reader.submit(following)
        try:
            while (ready := coming.result()) is not None:
                coming = reader.submit(following)
                yield ready
        finally:
            # That of the other thread: `connection` means another one to each.
            reader.submit(lambda: connection.close()).result()


@contextmanager
def _no_collector() -> Iterator[None]:
    """Rows hold one another in no circle, and to look for circles among millions takes as long as to read them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _short_turns() -> Iterator[None]:
    """Else PostgreSQL waits for each block of rows as long as it takes to store it: until the reading lets go."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _remembered(path: Path, recipe: Recipe, *, restart: bool, now: datetime) -> ImportedFile:
    found = {"source": recipe.source, "fingerprint": fingerprint(path, recipe)}
    if restart:
        ImportedFile.objects.filter(**found).delete()
    facts = {"name": path.name[:255], "mapping": recipe.told, "started_at": now}
    return ImportedFile.objects.get_or_create(**found, defaults=facts)[0]


def _so_far(known: ImportedFile, *, was_done_at: datetime | None = None) -> Outcome:
    return Outcome(
        read=known.rows_read,
        stored=known.rows_stored,
        rejected=known.rows_rejected,
        rejects=Path(known.rejects) if known.rows_rejected else None,
        was_done_at=was_done_at,
        went_on_after=known.position,
    )


def _end(known: ImportedFile, status: str, *, error: str = "") -> None:
    ImportedFile.objects.filter(pk=known.pk).update(status=status, error=error, finished_at=timezone.now())


def _make_months(now: datetime) -> None:
    try:
        ensure_partitions(now, since=begin(first_day_kept(now)))
    except OperationalError:
        # Somebody reads the log for long: the default partition takes the rows, and the nightly job moves them.
        return


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.rejected.csv").absolute()
