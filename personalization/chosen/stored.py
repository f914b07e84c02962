"""Reads the settings of a rule as they are stored: whatever else stands there by accident counts as nothing set."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

Values = Mapping[str, Any]


def numbers(values: Values, name: str) -> tuple[int, ...]:
    """A list of ids."""
    return tuple(one for one in _listed(values.get(name)) if isinstance(one, int) and not isinstance(one, bool))


def words(values: Values, name: str) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(one for one in _listed(values.get(name)) if isinstance(one, str) and one)


def text(values: Values, name: str) -> str:
    """A text; empty when there is none."""
    found = values.get(name)
    return found if isinstance(found, str) else ""


def number(values: Values, name: str) -> float | None:
    """A number that one can count with."""
    try:
        found = float(values.get(name, ""))
    except (TypeError, ValueError):
        return None
    return found if isfinite(found) else None


def money(values: Values, name: str) -> Decimal | None:
    """An amount."""
    try:
        found = Decimal(str(values.get(name, "")))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _listed(found: Any) -> Iterable[Any]:
    return found if isinstance(found, list | tuple) else ()
