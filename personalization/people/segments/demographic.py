"""The groups that a shop's own knowledge of its customers suggests: by what is really known, and of how many."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from personalization.people.profiles.names import known_heading
from personalization.people.rules.demographics import BIRTHDAY
from personalization.people.segments.count import share_to_count

# A group of a few is none; and a thing with more values than this is no group but a name.
LEAST_PEOPLE, MOST_VALUES, MOST_NUMBERS, MOST_GROUPS = 20, 8, 20, 30
FAMILY = ("child", "kid")

_VALUES = """
SELECT one.key, one.value #>> '{}', count(*) FROM personalization_profile AS person, jsonb_each(demographics) AS one
WHERE demographics <> '{}' AND draw < %s AND jsonb_typeof(one.value) IN ('string', 'number', 'boolean')
GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Group:
    """People with one thing in common."""

    name: str
    label: str | Promise
    rule: dict[str, Any]


def groups() -> list[Group]:
    """Those of which there are enough people: one query over the profiles, or over a part of very many."""
    part = share_to_count()
    with connection.cursor() as cursor:
        cursor.execute(_VALUES, [part.draws])
        known: dict[str, dict[str, int]] = defaultdict(dict)
        for key, value, people in cursor.fetchall():
            known[key][value] = round(people * part.scale)
    found = [one for key, values in sorted(known.items()) if key != BIRTHDAY for one in _groups_of(key, values)]
    return found[:MOST_GROUPS]


def _groups_of(key: str, values: dict[str, int]) -> list[Group]:
    if any(word in key.lower() for word in FAMILY) and any(value[:1].isdigit() for value in values):
        return _families(key, values)
    numbers = {value: _number(value) for value in values}
    if any(one is None for one in numbers.values()):
        return _by_value(key, values)
    counted = sorted((number, values[value]) for value, number in numbers.items() if number is not None)
    return _by_value(key, values) if len(values) <= 3 else _thirds(key, counted)


def _by_value(key: str, values: dict[str, int]) -> list[Group]:
    if len(values) > MOST_VALUES:
        return []
    return [
        Group(f"{key}={value}", f"{known_heading(key)}: {value}", _rule(key, values=[value]))
        for value, people in sorted(values.items())
        if people >= LEAST_PEOPLE and "," not in value
    ]


def _families(key: str, values: dict[str, int]) -> list[Group]:
    """Whose number begins with no nought: "1", "2", "3+"."""
    meant = sorted(value for value in values if value[:1] in "123456789" and "," not in value)
    if sum(values[value] for value in meant) < LEAST_PEOPLE or len(meant) > MOST_NUMBERS:
        return []
    # "3+" is no number.
    are_numbers = all(value.isascii() and value.isdecimal() for value in meant)
    rule = _rule(key, least="1") if are_numbers else _rule(key, values=meant)
    return [Group(f"{key}>=1", _("Families with children"), rule)]


def _thirds(key: str, counted: list[tuple[Decimal, int]]) -> list[Group]:
    """Up to a number, from there to another, and above: about as many people in each."""
    total = sum(people for _number, people in counted)
    if total < 3 * LEAST_PEOPLE:
        return []
    low, high = (_where(counted, total * third / 3) for third in (1, 2))
    above_low, above_high = (next((number for number, _p in counted if number > end), None) for end in (low, high))
    if low == high or above_low is None or above_high is None:
        return []
    words = {"what": known_heading(key), "low": low, "above_low": above_low, "high": high, "above_high": above_high}
    return [
        Group(f"{key}<{low}", _("%(what)s: up to %(low)s") % words, _rule(key, most=str(low))),
        Group(f"{key}~{low}", _("%(what)s: %(above_low)s to %(high)s") % words,
              _rule(key, least=str(above_low), most=str(high))),
        Group(f"{key}>{high}", _("%(what)s: %(above_high)s and more") % words, _rule(key, least=str(above_high))),
    ]  # fmt: skip


def _where(counted: list[tuple[Decimal, int]], people: float) -> Decimal:
    so_far = 0
    for number, more in counted:
        so_far += more
        if so_far >= people:
            return number
    return counted[-1][0]


def _number(value: str) -> Decimal | None:
    digits = value.strip().lstrip("-").replace(".", "", 1)
    return Decimal(value.strip()) if digits.isascii() and digits.isdigit() and len(digits) < 12 else None


def _rule(key: str, **params: Any) -> dict[str, Any]:
    return {"rule": "demographics", "params": {"key": key, **params}}
