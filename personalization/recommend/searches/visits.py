"""Which search a deed goes back to, within one visit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from personalization.recommend.searches.models import SearchDeed
from personalization.recommend.searches.words import normal, single_words

SEARCH = "searched"
# By how much the kinds of event say that it was what they wanted.
WEIGHT = {"product_viewed": 1.0, "block_clicked": 1.0, "wishlist_added": 2.0, "basket_added": 3.0, "purchased": 5.0}
# A search that led to nothing and was put into other words had the same in mind, most likely.
REPHRASED, REPHRASALS = 0.5, 3


@dataclass(frozen=True)
class Step:
    """One event of a visit, in its order."""

    visit_id: UUID
    kind: str
    visitor_id: UUID
    user_id: int | None
    product_id: int | None
    query: str
    at: datetime


def deeds_of(steps: Iterable[Step]) -> Iterator[SearchDeed]:
    """What each visit came to; the steps come visit by visit, each visit in its order."""
    for _, visit in groupby(steps, key=attrgetter("visit_id")):
        strongest: dict[tuple[str, int], SearchDeed] = {}
        for deed in _of_visit(visit):
            known = strongest.setdefault((deed.words, deed.product_id), deed)
            if deed.weight > known.weight:
                strongest[deed.words, deed.product_id] = deed
        yield from strongest.values()


def _of_visit(visit: Iterable[Step]) -> Iterator[SearchDeed]:
    # The searches that a deed goes back to, latest first: the last one, and those that only led to it.
    chain: list[str] = []
    is_answered = False
    for step in visit:
        if step.kind == SEARCH:
            words = normal(step.query)
            chain = [] if is_answered else [one for one in chain if one != words][:REPHRASALS]
            chain, is_answered = [words, *chain], False
        elif step.product_id is not None and chain:
            is_answered = True
            for back, words in enumerate(chain):
                if words:
                    yield _deed(step, words, step.product_id, WEIGHT[step.kind] * REPHRASED**back)


def _deed(step: Step, words: str, product_id: int, weight: float) -> SearchDeed:
    return SearchDeed(
        visit_id=step.visit_id, visitor_id=step.visitor_id, user_id=step.user_id, words=words,
        single=single_words(words), product_id=product_id, weight=weight, done_at=step.at,
    )  # fmt: skip
