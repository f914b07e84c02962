"""The rows of a chunk that may become events, column by column: the shop has not been asked about them yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from itertools import compress


@dataclass
class Staged:
    """Lists of one length. Kinds, traffic, visitors and what follows are cells as `wire` makes them."""

    lines: list[int] = field(default_factory=list)
    # All that a row says, in case that it is refused later.
    contents: list[str] = field(default_factory=list)
    ids: list[bytes] = field(default_factory=list)
    # In microseconds since 1970.
    moments: list[int] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)
    kinds: list[bytes] = field(default_factory=list)
    traffics: list[bytes] = field(default_factory=list)
    visitors: list[bytes] = field(default_factory=list)
    # By what a visit is known (`identity.tail_of`); empty for none.
    visits: list[bytes] = field(default_factory=list)
    quantities: list[bytes] = field(default_factory=list)
    values: list[bytes] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.lines)

    def extend(self, more: "Staged") -> None:
        """The rows of another one follow."""
        for one in fields(self):
            getattr(self, one.name).extend(getattr(more, one.name))

    def keep(self, wanted: Iterable[bool]) -> None:
        """Leaves the rows out that are not wanted."""
        chosen = list(wanted)
        for one in fields(self):
            setattr(self, one.name, list(compress(getattr(self, one.name), chosen)))
