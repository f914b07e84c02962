"""The ready-made segments as cards: what each means, and how many people it would hold if that is quickly counted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from django.core.cache import cache

from personalization.people.segments.count import count
from personalization.people.segments.looking import number_told_of
from personalization.people.segments.ready import Ready, not_added
from personalization.people.segments.sentence import names_in, sentence
from personalization.people.segments.tree import read

# For all of the cards together: nobody waits for a page of offers.
BUDGET_SECONDS, EACH, KEEP_SECONDS = 1.0, timedelta(milliseconds=300), 900


@dataclass(frozen=True)
class Card:
    """One that is added by one click."""

    name: str
    label: str
    note: str
    sentence: str
    people: str


def cards(*, now: datetime) -> list[Card]:
    """Those that are not there yet."""
    offered = not_added()
    names = names_in(*(read(one.tree) for one in offered))
    people = dict(_people(offered, now=now))
    return [
        Card(one.name, str(one.label), str(one.note), sentence(read(one.tree), names), people.get(one.name, ""))
        for one in offered
    ]


def _people(offered: Iterable[Ready], *, now: datetime) -> Iterator[tuple[str, str]]:
    began = perf_counter()
    for one in offered:
        key = f"personalization-{one.origin.replace(' ', '_')}-{now:%j}"
        found = cache.get(key)
        if found is None and perf_counter() - began < BUDGET_SECONDS:
            found = count(read(one.tree), now=now, limit=EACH)
            cache.set(key, found, KEEP_SECONDS)
        if found is not None and not found.is_too_long:
            yield one.name, number_told_of(found)
