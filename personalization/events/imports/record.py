"""One row of a file, as its reader gives it."""

from dataclasses import dataclass


@dataclass(slots=True)
class Record:
    """Its first and last line (from 1), its cells, and what is wrong with it as a row; empty when nothing is."""

    line: int
    last_line: int
    cells: list[str]
    fault: str = ""
