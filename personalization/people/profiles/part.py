"""The contract of a part of the profiles: some of their columns, made set by set in temporary tables."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """`steps` are statements, carried out in order; `{deeds}` in them stands for the people's events (`scope`).

    They fill `tables`, whose first holds a row for each person with all of the `columns`; of somebody who is not in it,
    a column has the value that stands beside its name.
    """

    tables: tuple[str, ...]
    columns: Mapping[str, str]
    steps: tuple[str, ...]

    @property
    def table(self) -> str:
        """The one with the columns."""
        return self.tables[0]
