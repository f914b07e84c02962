"""How many and how dear: numbers, or their text."""

import re
from typing import Any

import numpy as np
from django.utils.translation.trans_null import gettext_noop as _  # the other one reads settings

from personalization.recommend.measure.columns import Column
from personalization.recommend.measure.faults import BadTransactions
from personalization.recommend.measure.names import is_missing
from personalization.recommend.train.log import Floats

NUMBERS = "iufb"
GAPS = re.compile(r"[\s'’]")
CURRENCY = r"(?:[^\W\d_]{1,4}\.?|[$£¥¤\u20a0-\u20cf])?"
AMOUNT = re.compile(rf"([-+−]?){CURRENCY}([-+−]?)([\d.,]+){CURRENCY}")
# The sign between whole and parts, and what stands between the thousands.
SIGNS = ((".", ","), (",", "."))


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
    amount = amount_of(value)
    if amount is None:
        raise BadTransactions(
            _("The column “%(name)s” holds “%(text)s”, which is no number. Write it as 12.50."),
            name=column, text=str(value)[:60],
        )  # fmt: skip
    return amount


def amount_of(value: Any) -> float | None:
    """The number, as people write it: with a currency before or after it, and with thousands apart; None if none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        found = AMOUNT.fullmatch(GAPS.sub("", str(value)))
    plain = _plain(found[3]) if found else ""
    if not found or not plain:
        return None
    return -float(plain) if found[1] + found[2] in ("-", "−") else float(plain)


def _plain(digits: str) -> str:
    """With a point before the parts, and nothing else; empty for no number. Of "1,234" the comma is the point."""
    for point, thousands in SIGNS:
        whole, sign, parts = digits.rpartition(point)
        if sign and parts.isdigit() and _is_whole(whole, thousands):
            return f"{whole.replace(thousands, '') or 0}.{parts}"
    return next((digits.replace(one, "") for _point, one in SIGNS if _is_whole(digits, one)), "")


def _is_whole(digits: str, thousands: str) -> bool:
    return bool(re.fullmatch(rf"\d*|\d{{1,3}}({re.escape(thousands)}\d{{3}})+", digits))
