"""A file in chunks: each is what one transaction stores."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter

from django.utils.translation import gettext as _

from personalization.events.imports.identity import UNIT, content_of, digest_of
from personalization.events.imports.record import Record
from personalization.events.imports.rejects import Reject
from personalization.events.imports.repeats import repeated
from personalization.events.imports.staged import Staged
from personalization.events.imports.table import Table
from personalization.events.imports.translate import Translator

# The more come at once, the more neighbours come together in the indexes: fifty thousand took a third longer each.
ROWS = 100_000
# Translated at once: what is in hand then is short-lived and stays small.
BLOCK = 10_000


@dataclass
class Chunk:
    """Rows of a file: those to store, and those refused already."""

    product_by: str = ""
    last_line: int = 0
    rows: int = 0
    staged: Staged = field(default_factory=Staged)
    rejects: list[Reject] = field(default_factory=list)
    # The visits that begin in it, and in the one before it, which may still be on its way into the log: by `tail_of`.
    begun: dict[bytes, bytes] = field(default_factory=dict)
    begun_before: dict[bytes, bytes] = field(default_factory=dict)

    def reject_unknown(self, codes: Collection[str]) -> None:
        """The rows about these products are refused after all: the shop does not know them."""
        staged = self.staged
        if codes:
            for line, code, content in zip(staged.lines, staged.products, staged.contents, strict=True):
                if code in codes:
                    told = _("the shop has no product “%(code)s”") % {"code": code}
                    self.rejects.append((line, told, content.split(UNIT)))
            staged.keep(code not in codes for code in staged.products)
        self.rejects.sort(key=itemgetter(0))


def chunks(
    table: Table, translator: Translator, *, after: int, counts_equals: bool, product_by: str = ""
) -> Iterator[Chunk]:
    """The rows after this line, chunk by chunk; those before are gone through when equal rows have to be counted."""
    records = table.records(after=0 if counts_equals else after)
    arriving = _skipped(records, translator, after) if counts_equals else records
    chunk = Chunk(product_by)
    while block := list(islice(arriving, min(BLOCK, ROWS - chunk.rows))):
        chunk.rows += len(block)
        chunk.last_line = block[-1].last_line
        staged, rejects = translator.staged(block)
        chunk.staged.extend(staged)
        chunk.rejects += rejects
        if chunk.rows >= ROWS:
            yield chunk
            chunk = Chunk(product_by, begun_before=chunk.begun)
    if chunk.rows:
        yield chunk


def repeats_of(table: Table, *, source: str) -> frozenset[bytes]:
    """The keys of the rows that say the same as another one."""
    contents = (content_of(record.cells) for record in table.records(after=0) if not record.fault)
    return frozenset(repeated(digest_of(source, content) for content in contents))


def _skipped(records: Iterator[Record], translator: Translator, after: int) -> Iterator[Record]:
    for record in records:
        if record.last_line > after:
            yield record
        elif not record.fault:
            translator.skip(content_of(record.cells))
