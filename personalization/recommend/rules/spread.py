"""Keeps one category or one brand from filling a block, as long as there are others."""

from collections import Counter
from collections.abc import Mapping, Sequence

from personalization.recommend.facts.fact import Label, Labelled
from personalization.recommend.rules.trace import Trace
from personalization.recommend.strategies.strategy import Candidate


def spread(
    candidates: Sequence[Candidate],
    *,
    labels: Mapping[int, Labelled],
    most_of_category: int,
    most_of_brand: int,
    trace: Trace,
) -> list[Candidate]:
    """The same candidates; those beyond a cap stand behind all others, in their order. A cap of 0 is none."""
    if not most_of_category and not most_of_brand:
        return list(candidates)
    categories: Counter[int | None] = Counter()
    brands: Counter[str] = Counter()
    first, behind = [], []
    for candidate in candidates:
        label = labels.get(candidate.product_id) or Label(candidate.product_id)
        is_over_category = (
            bool(most_of_category and label.category_id) and categories[label.category_id] >= most_of_category
        )
        if is_over_category or (most_of_brand and label.brand and brands[label.brand] >= most_of_brand):
            trace.moved(candidate, "alike")
            behind.append(candidate)
            continue
        categories[label.category_id] += 1
        brands[label.brand] += 1
        first.append(candidate)
    return [*first, *behind]
