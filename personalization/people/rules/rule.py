"""The contract of a segment's rule: which people it means, as a condition of SQL or of the visit going on."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django import forms
from django.db.models import Q
from django.utils.functional import Promise

from personalization.chosen.choosable import ASK, Key, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values, numbers, words
from personalization.registry import Registry


@dataclass(frozen=True)
class Visit:
    """What is known of the visit going on: all that a live rule may look at; what is not known is empty."""

    number: int = 0
    pages: int = 0
    began_at: datetime | None = None
    source: str = ""
    medium: str = ""
    campaign: str = ""
    referrer: str = ""
    device: str = ""
    language: str = ""
    region: str = ""
    # Outside, where they are: degrees Celsius, and what it does; see `people/weather/now.py`.
    temperature: float | None = None
    signs: frozenset[str] = frozenset()
    # By the shop's clock; Monday is 0.
    hour: int | None = None
    weekday: int | None = None
    basket_total: Decimal | None = None
    basket_products: frozenset[int] = field(default_factory=frozenset)
    # That an order comes on it, 0 to 1; None while nobody can tell.
    chance: float | None = None


class NoParams(forms.Form):
    """A rule that has nothing to set."""


class Rule:
    """Says whether a person is meant. One file and one registration put it into the builder: no migration, no template.

    A rule is answered by the database (`condition`), or, if it `is_live`, from the request (`holds`).
    `group` is the heading under which the builder offers it.

    Parameters are stored as JSON; `values` reads them by way of the form, and the other methods are given what the form
    made of them: of the right type, within its bounds. So none of them has to fear what is stored.
    """

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    group: ClassVar[str | Promise]
    is_live: ClassVar[bool] = False
    # Of a live rule: all that it looks at of a visit, so that one answer does for all visits alike in it.
    looks_at: ClassVar[tuple[str, ...]] = ()
    # A parameter that lists what a person can be only one of: two such rules without a common word contradict.
    one_of: ClassVar[str] = ""
    # It has two ends, `least` and `most`, and who did nothing of the kind counts as nought.
    counts_from_nought: ClassVar[bool] = False
    Form: ClassVar[type[forms.Form]] = NoParams

    def condition(self, values: Values, *, now: datetime) -> Q:
        """The people meant, as a condition on `Profile`.

        Events are asked by a subquery on `person`, so that the whole tree stays one statement.
        """
        raise NotImplementedError

    def holds(self, values: Values, visit: Visit) -> bool:
        """Of a live rule: the visit going on is one of those meant."""
        raise NotImplementedError

    def describe(self, values: Values, names: Names = ASK) -> str:
        """The people meant, to follow "people who": "bought at least 3 times in the last 90 days"."""
        raise NotImplementedError

    def needs(self, values: Values) -> Q | None:
        """Of whom the shop must know something for this to mean anybody; None if it needs nothing of the kind."""
        return None

    def means_everybody(self, values: Values) -> bool:
        """It is filled in so that nobody is left out."""
        return self.counts_from_nought and not values["least"] and values["most"] is None

    def adds_up(self, values: Values) -> bool:
        """Of a longer time, and of more goods, it counts at least as much."""
        return self.counts_from_nought

    def means_strangers(self, values: Values) -> bool:
        """Somebody of whom nothing is known yet is meant: the nought of who did nothing is one of the numbers meant."""
        return self.counts_from_nought and not values["least"]

    def values(self, params: Values) -> Values | None:
        """What is set, as the form cleans it; None while that is not enough for the rule to mean anybody."""
        if not _can_be_stored(params):
            return None
        form = self.Form(dict(params))
        return form.cleaned_data if form.is_valid() else None

    def is_complete(self, params: Values) -> bool:
        """Enough is set for the rule to mean something; else nobody is meant."""
        return self.values(params) is not None

    def chosen(self, params: Values) -> Iterator[tuple[str, Key]]:
        """All that is chosen by name, with its kind."""
        for name, one in self.Form.base_fields.items():
            if isinstance(one, ChosenField):
                keys: tuple[Key, ...] = (*numbers(params, name), *words(params, name))
                yield from ((one.kind, key) for key in keys)


def _can_be_stored(params: Values) -> bool:
    """PostgreSQL's texts hold neither a NUL nor half a sign: not in a table, and not in a question either."""
    try:
        told = json.dumps(params, ensure_ascii=False, default=str)
        told.encode()
    except (ValueError, TypeError, RecursionError):
        return False
    return r"\u0000" not in told


rules: Registry[Rule] = Registry("segment rule")
