"""A file in chunks: each is what one transaction stores."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter

from django.utils.translation import gettext as _

from personalization.events.imports.faults import RowFault
from personalization.events.imports.record import Record
from personalization.events.imports.rejects import Reject
from personalization.events.imports.repeats import repeated
from personalization.events.imports.table import Table
from personalization.events.imports.translate import UNIT, Translator, content_of, digest_of

ROWS = 50_000


@dataclass
class Chunk:
    """Rows of a file: those to stage, with what they say in case they are refused later, and those refused already."""

    product_by: str = ""
    last_line: int = 0
    staged: list[str] = field(default_factory=list)
    contents: dict[int, str] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)

    rows: int = 0

    def reject_unknown(self, lines: Iterable[tuple[int, str]]) -> None:
        """These staged rows, with their products, are refused after all: the shop does not know the product."""
        for line, code in lines:
            cells = self.contents[line].split(UNIT)
            self.rejects.append((line, _("the shop has no product “%(code)s”") % {"code": code}, cells))
        self.rejects.sort(key=itemgetter(0))


def chunks(
    table: Table, translator: Translator, *, after: int, counts_equals: bool, product_by: str = ""
) -> Iterator[Chunk]:
    """The rows after this line, chunk by chunk; those before are gone through when equal rows have to be counted."""
    chunk = Chunk(product_by)
    for record in table.records(after=0 if counts_equals else after):
        if record.last_line <= after:
            if not record.fault:
                translator.skip(content_of(record.cells))
            continue
        _add(chunk, record, translator)
        if chunk.rows >= ROWS:
            yield chunk
            chunk = Chunk(product_by)
    if chunk.rows:
        yield chunk


def repeats_of(table: Table, *, source: str) -> frozenset[bytes]:
    """The keys of the rows that say the same as another one."""
    contents = (content_of(record.cells) for record in table.records(after=0) if not record.fault)
    return frozenset(repeated(digest_of(source, content) for content in contents))


def _add(chunk: Chunk, record: Record, translator: Translator) -> None:
    chunk.rows += 1
    chunk.last_line = record.last_line
    content = content_of(record.cells)
    try:
        if record.fault:
            raise RowFault(record.fault)
        chunk.staged.append(translator.staged(record.line, record.cells, content))
        chunk.contents[record.line] = content
    except RowFault as fault:
        chunk.rejects.append((record.line, str(fault), record.cells))
