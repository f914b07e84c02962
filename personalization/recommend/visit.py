"""What is looked at next in a visit: the same sum as the model's own `next_click`, from its stored lists."""

from collections import defaultdict
from collections.abc import Sequence

from personalization.recommend.tables import Asked, Tables

RELATION = "viewed"
STEP_WEIGHTS = -1  # the row that holds the weight of each step back
STEPS = 5  # as many as have one


def asked(newest_first: Sequence[int]) -> Asked:
    """The lists that it takes."""
    return Asked(RELATION, [STEP_WEIGHTS, *list(dict.fromkeys(newest_first))[:STEPS]])


def looked_at_next(tables: Tables, newest_first: Sequence[int]) -> tuple[dict[int, float], dict[int, int]]:
    """Scores of what comes next, and for each the product that spoke loudest for it; at most one query."""
    seen = list(dict.fromkeys(newest_first))
    visit = seen[:STEPS]
    near = tables.neighbours(RELATION, asked(newest_first).product_ids) if visit else []
    # Lists without weights beside them are read for the last look alone, which says the most in any shop.
    steps = [one.score for one in near if one.of_id == STEP_WEIGHTS] or [1.0]
    weight = dict(zip(visit, steps, strict=False))
    scores: dict[int, float] = defaultdict(float)
    loudest: dict[int, tuple[float, int]] = {}
    for one in near:
        part = weight.get(one.of_id, 0.0) * one.score
        if part > 0 and one.product_id not in seen:
            scores[one.product_id] += part
            loudest[one.product_id] = max(loudest.get(one.product_id, (0.0, 0)), (part, one.of_id))
    return dict(scores), {product_id: of_id for product_id, (_, of_id) in loudest.items()}
