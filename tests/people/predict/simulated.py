"""Customers made by the model's own story, so that what is learned can be compared with what is true."""

from dataclasses import dataclass

import numpy as np

from personalization.people.predict.bgnbd import BgNbd, Histories

LOYAL = BgNbd(0.8, 6.0, 0.7, 3.0, 0.0)


@dataclass(frozen=True)
class Simulated:
    """The weeks of each one's orders, the first one 0 weeks after they came, and when they came."""

    came: np.ndarray
    orders: list[np.ndarray]
    known: Histories


def simulated(model: BgNbd, *, customers: int, seed: int, weeks: float = 60.0) -> Simulated:
    """People who come within the first half of these weeks, order at a rate of their own, and leave for good."""
    dice = np.random.default_rng(seed)
    rates, chances = dice.gamma(model.r, 1 / model.alpha, customers), dice.beta(model.a, model.b, customers)
    came = dice.uniform(0, weeks / 2, customers)
    orders = [
        _orders(dice, rate, chance, weeks - start) for rate, chance, start in zip(rates, chances, came, strict=True)
    ]
    repeats = np.array([len(one) - 1.0 for one in orders])
    return Simulated(came, orders, Histories(repeats, np.array([one[-1] for one in orders]), weeks - came))


def _orders(dice: np.random.Generator, rate: float, chance: float, until: float) -> np.ndarray:
    found = [0.0]
    while (moment := found[-1] + dice.exponential(1 / rate)) < until:
        found.append(moment)
        if dice.random() < chance:
            break
    return np.array(found)
