"""The trial of a new model: how well it tells the last days, which it was not shown, against popularity."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from personalization.recommend import yardstick
from personalization.recommend.train.click_trial import click_trial
from personalization.recommend.train.log import Ids, Purchases, ShopLog, Visits
from personalization.recommend.train.trainer import Trained

K = 10
CASES = 1500
SEED = 7
# Where popularity finds next to nothing, one visit more or less would double the lead over it: both are given as much
# as so many visits found at once.
GIVEN_VISITS = 20


@dataclass(frozen=True)
class Figures:
    """NDCG@10 on held-out baskets (what came next, what else was in it), and how varied the answers are.

    Of held-out visits, where there are enough of them, MRR@20 of the next click.
    """

    cases: int = 0
    next: float = 0.0
    next_popularity: float = 0.0
    next_hit_rate: float = 0.0
    together: float = 0.0
    together_popularity: float = 0.0
    coverage: float = 0.0
    sameness: float = 0.0
    clicks: int = 0
    click: float = 0.0
    click_popularity: float = 0.0
    click_item_knn: float = 0.0

    def lead(self) -> float:
        """How many times better than popularity, over both tasks: what versions trained on different days share."""
        parts = [(self.next, self.next_popularity), (self.together, self.together_popularity)]
        ratios = [ours / theirs for ours, theirs in parts if theirs > 0]
        return sum(ratios) / len(ratios) if ratios else 0.0

    def click_lead(self) -> float | None:
        """The same of the next click; None where it was not measured."""
        if not self.clicks:
            return None
        given = GIVEN_VISITS / self.clicks
        return (self.click + given) / (self.click_popularity + given)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Figures":
        """As a run keeps them; what it knows nothing of is nought."""
        return cls(**{field.name: stored[field.name] for field in fields(cls) if field.name in stored})

    def stored(self) -> dict[str, Any]:
        """As a run keeps them."""
        found = {name: round(value, 5) for name, value in asdict(self).items()} | {"lead": round(self.lead(), 4)}
        led = self.click_lead()
        return found if led is None else found | {"click_lead": round(led, 4)}


Questions = tuple[Ids, list[set[int]]]


def hold_out(log: ShopLog, *, days: float) -> tuple[ShopLog, Purchases]:
    """The log before the last `days` of purchases, and the purchases after; in a young shop, the last fifth of them."""
    last = float(log.purchases.day.max()) if len(log.purchases.day) else 0.0
    cut = last - days
    if len(log.purchases.day) and (log.purchases.day < cut).mean() < 0.5:
        cut = float(np.quantile(log.purchases.day, 0.8))
    return log.until(cut), log.purchases.only(log.purchases.day >= cut)


def trial(model: Trained, *, before: ShopLog, after: Purchases, seen: Visits) -> Figures:
    """The figures of a model that learned from `before`; `seen` are all looks, those of before among them."""
    shoppers, wanted = next_questions(before.purchases, after)
    products, companions = together_questions(before.purchases, after)
    popular = _popular(before.purchases)
    now_day = float(after.day.min()) if len(after.day) else 0.0
    next_lists = model.next(shoppers, K, now_day=now_day).product
    together_lists = model.together(products, K).neighbour
    clicks = click_trial(
        model.next_clicks,
        before=before.visits,
        after=seen.only(seen.day >= now_day),
        products=before.catalogue.product,
    )
    return Figures(
        cases=len(shoppers) + len(products),
        next=_mean(yardstick.ndcg(next_lists, wanted, k=K)),
        next_popularity=_mean(yardstick.ndcg(_everybody(popular, len(shoppers)), wanted, k=K)),
        next_hit_rate=_mean(yardstick.hit_rate(next_lists, wanted, k=K)),
        together=_mean(yardstick.ndcg(together_lists, companions, k=K)),
        together_popularity=_mean(yardstick.ndcg(_without_asked(popular, products), companions, k=K)),
        coverage=yardstick.coverage(next_lists, products=len(before.catalogue.product)),
        sameness=sameness(together_lists),
        clicks=clicks.cases,
        click=clicks.ours,
        click_popularity=clicks.popularity,
        click_item_knn=clicks.item_knn,
    )


def recall(model: Trained, *, before: ShopLog, after: Purchases) -> float:
    """NDCG@10 on the same baskets for a model that has seen them; it should know them no worse."""
    products, companions = together_questions(before.purchases, after)
    return _mean(yardstick.ndcg(model.together(products, K).neighbour, companions, k=K))


def next_questions(before: Purchases, after: Purchases) -> Questions:
    """For each known shopper: the products of the first basket after the cut."""
    known = after.only(np.isin(after.shopper, np.unique(before.shopper[before.shopper >= 0])))
    first: dict[int, int] = {}
    truth: dict[int, set[int]] = defaultdict(set)
    for shopper, basket, product in zip(
        known.shopper.tolist(), known.basket.tolist(), known.product.tolist(), strict=True
    ):
        if first.setdefault(shopper, basket) == basket:
            truth[shopper].add(product)
    asked = sorted(truth)[:CASES]
    return np.array(asked, dtype=np.int64), [truth[one] for one in asked]


def together_questions(before: Purchases, after: Purchases) -> Questions:
    """For baskets after the cut: one product of it, by seed, and the rest as truth."""
    known = set(np.unique(before.product).tolist())
    baskets: dict[int, set[int]] = defaultdict(set)
    for basket, product in zip(after.basket.tolist(), after.product.tolist(), strict=True):
        if product in known:
            baskets[basket].add(product)
    chance = np.random.default_rng(SEED)
    full = [sorted(products) for _, products in sorted(baskets.items()) if len(products) > 1]
    chosen = [full[row] for row in sorted(chance.permutation(len(full))[:CASES])]
    asked = [products[int(chance.integers(len(products)))] for products in chosen]
    return np.array(asked, dtype=np.int64), [set(products) - {one} for products, one in zip(chosen, asked, strict=True)]


def sameness(lists: Ids) -> float:
    """How much of one list stands in another one, on average over pairs: 1 means that everybody is told the same."""
    rows = [set(row[row >= 0].tolist()) for row in lists]
    pairs = [(one, other) for one, other in zip(rows, rows[len(rows) // 2 :], strict=False) if one and other]
    return float(np.mean([len(one & other) / min(len(one), len(other)) for one, other in pairs])) if pairs else 0.0


def _popular(purchases: Purchases) -> Ids:
    products, counts = np.unique(purchases.product, return_counts=True)
    return products[np.argsort(-counts, kind="stable")][: K + 1]


def _everybody(popular: Ids, cases: int) -> Ids:
    return np.tile(popular[:K], (cases, 1))


def _without_asked(popular: Ids, asked: Ids) -> Ids:
    if not len(asked):
        return np.empty((0, K), np.int64)
    return np.stack([popular[popular != one][:K] for one in asked])


def _mean(values: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    return float(values.mean()) if len(values) else 0.0
