"""Gives groups the numbers that they had: a group is the one it was if most of its people are."""

from collections.abc import Mapping

import numpy as np
from scipy.optimize import linear_sum_assignment

# Of all people of either, so many are in both (Jaccard): below it the group is another one.
SAME = 0.2


def numbered(
    overlap: Mapping[tuple[int, int], int], *, new: Mapping[int, int], old: Mapping[int, int]
) -> dict[int, int]:
    """The number of each new label: an old one, each at most once and so that most people stay, or a fresh one.

    `overlap` counts people by (new label, old number); `new` and `old` count the people of each. Numbers of groups that
    are gone are not given again.
    """
    labels, numbers = sorted(new), sorted(old)
    alike = np.array([[_alike(overlap, new, old, label, number) for number in numbers] for label in labels])
    kept: dict[int, int] = {}
    if alike.size:
        rows, columns = linear_sum_assignment(-alike)
        kept = {labels[r]: numbers[c] for r, c in zip(rows, columns, strict=True) if alike[r, c] >= SAME}
    fresh = max(numbers, default=0)
    for label in labels:
        if label not in kept:
            fresh += 1
            kept[label] = fresh
    return kept


def _alike(
    overlap: Mapping[tuple[int, int], int], new: Mapping[int, int], old: Mapping[int, int], label: int, number: int
) -> float:
    both = overlap.get((label, number), 0)
    return both / max(new[label] + old[number] - both, 1)
