"""How much practice a time budget buys: decided from the size of the shop, so that the same log gives the same plan."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from personalization.recommend.train import clicks
from personalization.recommend.train.blend import NEGATIVES
from personalization.recommend.train.searched import ASKED, VALUES
from personalization.recommend.train.sessions import FEWEST
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import Shop
from personalization.recommend.train.shortlist import MANY

# Seconds on one core of a plain server, measured on 860,000 lines, 2,400 shoppers and 10,600 products.
LINE_LEARNED = 1.4e-5  # all learners but item2vec, for one window
CELL_ASKED = {"people": 7e-7, "mates": 1.3e-7}  # one row of candidates, for each product of the shop
LINE_EMBEDDED = 1.9e-6  # item2vec, visits too, for one epoch; once before the practice, once for half as long after it
CELL_SEARCHED = 2.4e-7  # one shopper asked with one value of a setting, for each product of the shop
ROUND_GROWN = 8e-7  # one example in one round of trees, contest and final together


@dataclass(frozen=True)
class Plan:
    """What one training does, and by which steps it was cut down to its budget."""

    windows: int = 4
    people: int = 2500  # shoppers asked about in each window
    mates: int = 4000  # baskets asked about in each window
    rounds: int = 120
    epochs: int = 6
    search: bool = True  # for the pace of the shop and the learners' own settings
    seconds: float = 0.0
    steps: tuple[str, ...] = ()

    def stored(self) -> dict[str, Any]:
        """As a run keeps it."""
        return {
            "windows": self.windows, "people": self.people, "mates": self.mates, "rounds": self.rounds,
            "epochs": self.epochs, "search": self.search, "seconds_expected": round(self.seconds, 1),
            "steps": list(self.steps),
        }  # fmt: skip


Step = Callable[[Plan], Plan]

# The mildest first: each costs less quality than the next one would.
STEPS: dict[str, Step] = {
    "three windows": lambda plan: replace(plan, windows=min(plan.windows, 3)),
    "learners set as usual": lambda plan: replace(plan, search=False),
    "1500 shoppers and 2000 baskets a window": lambda plan: replace(plan, people=1500, mates=2000),
    "two windows": lambda plan: replace(plan, windows=min(plan.windows, 2)),
    "80 rounds of trees": lambda plan: replace(plan, rounds=80),
    "half the epochs of item2vec": lambda plan: replace(plan, epochs=max(1, plan.epochs // 2)),
    "800 shoppers and 1000 baskets a window": lambda plan: replace(plan, people=800, mates=1000),
    "one window": lambda plan: replace(plan, windows=min(plan.windows, 1)),
    "one epoch of item2vec": lambda plan: replace(plan, epochs=1),
    "300 shoppers and 300 baskets": lambda plan: replace(plan, people=300, mates=300),
}


def plan_for(shop: Shop, *, settings: LearnSettings) -> Plan:
    """The fullest plan that the budget allows; when even the smallest does not fit, the smallest."""
    plan = Plan(epochs=settings.epochs)
    for name, step in STEPS.items():
        if cost(plan, shop, settings=settings) <= settings.seconds:
            break
        shorter = step(plan)
        if shorter != plan:
            plan = replace(shorter, steps=(*plan.steps, name))
    return replace(plan, seconds=cost(plan, shop, settings=settings))


def at_once(products: int, *, settings: LearnSettings) -> int:
    """How many windows are practised on side by side: in a large shop one, for each takes more than a gigabyte."""
    return 1 if products >= MANY else max(1, min(settings.threads, 2))


def cost(plan: Plan, shop: Shop, *, settings: LearnSettings) -> float:
    """Expected seconds; windows run side by side on at most as many threads as are allowed."""
    lines, people, mates = len(shop.line_product), min(plan.people, shop.shoppers), min(plan.mates, shop.baskets)
    asked = shop.products * (people * CELL_ASKED["people"] + mates * CELL_ASKED["mates"])
    windows = plan.windows * (lines * LINE_LEARNED + asked)
    trees = plan.windows * NEGATIVES * (2 * people + mates) * plan.rounds * ROUND_GROWN
    read = lines + len(shop.visit_product)
    searched = VALUES * min(ASKED, shop.shoppers) * shop.products * CELL_SEARCHED if plan.search else 0.0
    embedded = read * LINE_EMBEDDED * plan.epochs * 1.5 if settings.item2vec else 0.0
    practice = (windows + trees) / at_once(shop.products, settings=settings)
    return practice + searched + embedded + lines * LINE_LEARNED + clicks.cost(_looks(shop), settings=settings)


def _looks(shop: Shop) -> int:
    """What the next click is learned from: the visits, or the baskets in their place."""
    visits = int(shop.visit_visitor.max(initial=-1)) + 1
    return len(shop.visit_product if visits >= FEWEST else shop.line_product)
