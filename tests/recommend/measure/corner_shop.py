"""A corner shop as somebody else would keep it: by names, with months of habits worth finding."""

from collections.abc import Sequence
from typing import Any

import numpy as np

BREAKFAST = ("milk", "bread", "butter", "jam")
HOME = ("candle", "soap", "sponge", "bleach")
PEOPLE = ("anna", "boris", "clara", "dmytro", "elena", "fedir", "galya", "hanna", "ivan", "yulia")
FIRST_DAY = 20_000.0


def lines(*, weeks: int = 30, people: Sequence[str] = PEOPLE) -> dict[str, list[Any]]:
    """Every week each one shops on a day of theirs: even ones for breakfast, odd ones for the home."""
    chance = np.random.default_rng(3)
    rows = []
    for week in range(weeks):
        for number, person in enumerate(people):
            shelf = (BREAKFAST, HOME)[number % 2]
            for item in chance.choice(shelf, 3, replace=False).tolist():
                rows.append((person, f"{week}/{person}", item, FIRST_DAY + week * 7 + number / 2))
    user, basket, item, time = (list(column) for column in zip(*rows, strict=True))
    return {"user": user, "basket": basket, "item": item, "time": time}
