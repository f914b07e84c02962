"""A list in a person's own order: the first places stay, and of the others what they like best comes first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from personalization.events.kinds import kinds
from personalization.recommend.context import Context
from personalization.recommend.facts.fact import Labelled

Shares = Mapping[int | str, float]


def in_personal_order(product_ids: Sequence[int], context: Context, *, keep_first: int) -> list[int]:
    """The same goods; behind the first so many, those nearest to what this person did. One query."""
    done = [(one.product_id, weight(one.kind)) for one in context.history.happenings]
    if not done or len(product_ids) <= keep_first:
        return list(product_ids)
    labels = context.tables.labels({*product_ids, *(one for one, _ in done)})
    liked = shares((labels[one], much) for one, much in done)
    first, others = product_ids[:keep_first], product_ids[keep_first:]
    # A sort that keeps the order of equals: what is not known of says nothing against the list.
    return [*first, *sorted(others, key=lambda one: -affinity(labels[one], liked))]


def shares(done: Iterable[tuple[Labelled, float]]) -> Shares:
    """What part of all that was done falls to each category and brand."""
    found: dict[int | str, float] = defaultdict(float)
    total = 0.0
    for label, much in done:
        total += much
        for trait, part in _traits(label):
            found[trait] += much * part
    return {trait: much / total for trait, much in found.items()} if total else {}


def affinity(label: Labelled, liked: Shares) -> float:
    """How near a product is to what is liked."""
    return sum(liked.get(trait, 0.0) * part for trait, part in _traits(label))


def weight(kind: str) -> float:
    """A purchase says more than a look, as when learning."""
    return kinds.get(kind).training_weight if kind in kinds else 0.0


def _traits(label: Labelled) -> Iterable[tuple[int | str, float]]:
    # The deepest category says the most; each one above it half as much, down to the root that all goods share.
    yield from ((one, 0.5**above) for above, one in enumerate(label.category_ids))
    if label.brand:
        yield label.brand, 1.0
