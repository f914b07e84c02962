"""How many and how dear: numbers, or their text."""

from typing import Any

import numpy as np
from django.utils.translation.trans_null import gettext_noop as _  # the other one reads settings

from personalization.recommend.measure.columns import Column
from personalization.recommend.measure.faults import BadTransactions
from personalization.recommend.measure.names import is_missing
from personalization.recommend.train.log import Floats

NUMBERS = "iufb"


def amounts(values: Column, *, column: str, otherwise: float) -> Floats:
    """As numbers; what is missing or endless is taken as `otherwise`. Raises BadTransactions."""
    if isinstance(values, np.ndarray) and values.dtype.kind in NUMBERS:
        numbers = values.astype(np.float64)
    else:
        listed = values.tolist() if isinstance(values, np.ndarray) else values
        numbers = np.array([_number(value, column) for value in listed], dtype=np.float64)
    return np.where(np.isfinite(numbers), numbers, otherwise)


def _number(value: Any, column: str) -> float:
    if is_missing(value):
        return float("nan")
    try:
        return float(value)
    except (TypeError, ValueError):
        pass
    try:
        return float(str(value).replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except ValueError:
        raise BadTransactions(
            _("The column “%(name)s” holds “%(text)s”, which is no number. Write it as 12.50."),
            name=column, text=str(value)[:60],
        ) from None  # fmt: skip
