"""What a person has seen again and again and never clicked moves back: for this person, and for a while."""

from collections.abc import Mapping, Sequence

from personalization.recommend.rules.trace import Trace
from personalization.recommend.strategies.strategy import Candidate


def rested(
    candidates: Sequence[Candidate], *, seen: Mapping[int, int], tires_after: int, trace: Trace
) -> list[Candidate]:
    """Those seen less often than `tires_after` times first, then the others, the least seen first."""
    if not tires_after or not seen:
        return list(candidates)
    fresh = [one for one in candidates if seen.get(one.product_id, 0) < tires_after]
    tired = [one for one in candidates if seen.get(one.product_id, 0) >= tires_after]
    for one in tired:
        trace.moved(one, "tired", count=seen[one.product_id])
    return [*fresh, *sorted(tired, key=lambda one: seen[one.product_id])]
