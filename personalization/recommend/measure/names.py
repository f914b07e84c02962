"""Whatever a shop calls its shoppers and goods, as numbers from nought, and back again."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.utils.translation.trans_null import gettext_noop as _  # the other one reads settings

from personalization.recommend.measure.columns import Column
from personalization.recommend.measure.faults import BadTransactions
from personalization.recommend.train.log import UNKNOWN, Ids

MISSING = UNKNOWN


@dataclass(frozen=True, eq=False)
class Names:
    """The names as they were given; the number of a name is its position."""

    names: Sequence[Hashable]

    @cached_property
    def _places(self) -> dict[Hashable, int]:
        return {name: place for place, name in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)

    def number(self, name: object) -> int:
        """The number of a name; -1 for one never met, whatever it is."""
        try:
            return self._places.get(name, UNKNOWN)
        except TypeError:  # it cannot even be looked up
            return UNKNOWN

    def numbers(self, names: Iterable[object]) -> Ids:
        """The numbers of some names."""
        return np.array([self.number(name) for name in names], dtype=np.int64)

    def told(self, numbers: Ids) -> list[Any]:
        """The names of some numbers."""
        return [self.names[number] for number in numbers.tolist()]


def numbered(*columns: Column, column: str) -> tuple[Names, list[Ids]]:
    """One numbering of all that stands in these columns; what is missing gets -1."""
    filled = [one for one in columns if len(one)]
    kinds = {one.dtype.kind if isinstance(one, np.ndarray) else "" for one in filled}
    if len(kinds) == 1 and kinds <= set("iuUSbf"):
        return _of_arrays([one if len(one) else filled[0][:0] for one in columns])
    return _of_anything(columns, column)


def is_missing(value: object) -> bool:
    """None, NaN and their like, and empty text."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):  # pandas' own "nothing" cannot say whether it equals itself
        return True


def _of_arrays(arrays: list[Any]) -> tuple[Names, list[Ids]]:
    values, places = np.unique(np.concatenate(arrays), return_inverse=True)
    return _split(values, places.ravel(), ~_empty(values), [len(one) for one in arrays])


def _empty(values: Any) -> Any:
    if values.dtype.kind in "US":
        return np.char.strip(values) == values.dtype.type()
    return np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), bool)


def _split(values: Any, places: Ids, kept: Any, lengths: list[int]) -> tuple[Names, list[Ids]]:
    number = np.where(kept, np.cumsum(kept) - 1, MISSING)
    edges = np.cumsum(lengths)[:-1]
    return Names(values[kept].tolist()), [part.astype(np.int64) for part in np.split(number[places], edges)]


def _of_anything(columns: Sequence[Column], column: str) -> tuple[Names, list[Ids]]:
    places: dict[Hashable, int] = {}
    found = []
    for values in columns:
        listed = values.tolist() if isinstance(values, np.ndarray) else values
        try:
            found.append([_place(places, value) for value in listed])
        except TypeError:
            raise BadTransactions(
                _("The column “%(name)s” holds lists or dicts. Give every line one name, as text or as a number."),
                name=column,
            ) from None
    return Names(list(places)), [np.array(one, dtype=np.int64) for one in found]


def _place(places: dict[Hashable, int], value: Any) -> int:
    known = places.get(value)
    if known is not None:
        return known
    return MISSING if is_missing(value) else places.setdefault(value, len(places))
