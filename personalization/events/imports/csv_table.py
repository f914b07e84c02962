"""CSV of any size, row by row: cells may hold new lines, and a broken row takes none of its neighbours with it."""

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization.events.imports.faults import ImportFault
from personalization.events.imports.record import Record

SEPARATORS = ",;\t|"
BLOCK = 1 << 20


class CsvTable:
    """A CSV file with a header; its lines are counted, and its encoding is tried, before the first row is read."""

    def __init__(self, path: Path, *, separator: str = "", encoding: str = "utf-8") -> None:
        self._path, self._encoding = path, _codec(encoding)
        self.lines = _count_lines(path, self._encoding)
        with self._open() as file:
            self._separator = _separator(separator) or _guess(file)
        self.header, self._header_ends = self._read_header()
        if not any(self.header) or self.lines <= self._header_ends:
            told = _("The file %(path)s has no rows. Export it again, with a line of column names first.")
            raise ImportFault(told % {"path": path})

    def records(self, *, after: int) -> Iterator[Record]:
        """The rows that end after this line."""
        with self._open() as file:
            lines = _Lines(file)
            lines.skip(max(after, self._header_ends))
            reader = self._reader(lines)
            while True:
                lines.taken = []
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield lines.broken(_("it is no row of CSV: %(error)s") % {"error": error})
                    continue
                if cells:
                    yield self._record(cells, lines)

    def _read_header(self) -> tuple[list[str], int]:
        with self._open() as file:
            lines = _Lines(file)
            try:
                return [name.strip() for name in next(self._reader(lines), [])], lines.number
            except csv.Error as error:
                told = _("The first line is no row of CSV (%(error)s). It must hold the names of the columns.")
                raise ImportFault(told % {"error": error}) from None

    def _record(self, cells: list[str], lines: "_Lines") -> Record:
        width = len(self.header)
        if len(cells) > width and not any(cells[width:]):
            cells = cells[:width]
        if len(cells) == width:
            return Record(lines.number - len(lines.taken) + 1, lines.number, cells)
        told = ngettext(
            "it has %(n)s column instead of %(wanted)s", "it has %(n)s columns instead of %(wanted)s", len(cells)
        )
        return lines.broken(told % {"n": len(cells), "wanted": width})

    def _open(self) -> TextIO:
        return self._path.open(encoding=self._encoding, newline="")

    def _reader(self, lines: "_Lines") -> Any:
        return csv.reader(lines, delimiter=self._separator, strict=True)


class _Lines:
    """The lines of a file, counted; those of the row in hand are remembered, and may come again."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._again = file, deque[str]()
        self.number, self.taken = 0, list[str]()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._file)
        self.number += 1
        self.taken.append(line)
        return line

    def skip(self, count: int) -> None:
        """Goes on after so many lines."""
        self.number = sum(1 for _line in islice(self._file, count))

    def broken(self, fault: str) -> Record:
        """The first line of the row in hand is the broken one; what it swallowed is read again."""
        swallowed = self.taken[1:]
        self._again.extendleft(reversed(swallowed))
        self.number -= len(swallowed)
        return Record(self.number, self.number, [self.taken[0].rstrip("\r\n")], fault)


def _codec(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise ImportFault(_("There is no encoding “%(name)s”. Try utf-8 or cp1251.") % {"name": encoding}) from None
    # The mark that Windows puts before UTF-8 would become part of the first column's name.
    return "utf-8-sig" if name == "utf-8" else name


def _count_lines(path: Path, encoding: str) -> int:
    decoder, lines, last = codecs.getincrementaldecoder(encoding)(), 0, ""
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                line = lines + 1 + bytes(error.object[: error.start]).decode(encoding, "ignore").count("\n")
                told = _("Line %(line)s is not written in %(encoding)s. Name the right one, such as --encoding cp1251.")
                raise ImportFault(told % {"line": line, "encoding": encoding.removesuffix("-sig")}) from None
            lines += text.count("\n")
            last = text[-1:] or last
            if not block:
                return lines + (last not in ("", "\n"))


def _separator(asked: str) -> str:
    separator = {"tab": "\t", "\\t": "\t"}.get(asked, asked)
    if len(separator) > 1:
        raise ImportFault(_("A separator is one letter, such as ; or tab; “%(asked)s” is none.") % {"asked": asked})
    return separator


def _guess(file: TextIO) -> str:
    header = file.readline()
    return max(SEPARATORS, key=header.count)
