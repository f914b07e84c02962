"""The file of rejected rows: line, reason and the row as it was; as exact after a kill as the counts are."""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from personalization.events.imports.faults import ImportFault

Reject = tuple[int, str, Sequence[str]]


class Rejects:
    """Grows with each chunk; what a chunk wrote that was never committed is cut off when the import goes on."""

    def __init__(self, path: Path, *, header: Sequence[str], size: int) -> None:
        self.path, self._header = path, ["line", "reason", *header]
        try:
            self.size = self._cut(size)
        except OSError as error:
            told = _("Rejected rows cannot be written to %(path)s (%(error)s). Name another file with --rejects.")
            raise ImportFault(told % {"path": path, "error": error.strerror}) from None

    def add(self, rejects: Iterable[Reject]) -> int:
        """Writes them to the disk; gives the size of the file from then on."""
        rows = [[line, reason, *cells] for line, reason, cells in rejects]
        if rows:
            text = io.StringIO(newline="")
            csv.writer(text).writerows(rows if self.size else [self._header, *rows])
            with self.path.open("ab") as file:
                file.write(text.getvalue().encode())
                file.flush()
                os.fsync(file.fileno())
                self.size = file.tell()
        return self.size

    def _cut(self, size: int) -> int:
        # Opened even when there is nothing to cut: an import of hours must not find out at its first reject.
        with self.path.open("ab") as file:
            there = file.tell()
            if there > size:
                file.truncate(size)
        if not size:
            self.path.unlink()
        return min(there, size)
