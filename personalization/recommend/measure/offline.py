"""A shop without a server: any shop's transactions in, production's recommendations out."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Self

import numpy as np
from django.utils.translation.trans_null import gettext_noop as _  # the other one reads settings

from personalization.recommend.measure.answers import Answers
from personalization.recommend.measure.asked import how_many, visit_of
from personalization.recommend.measure.faults import BadTransactions
from personalization.recommend.measure.intake import Intake, take_in
from personalization.recommend.measure.learning import learned
from personalization.recommend.measure.popular import filled, popular
from personalization.recommend.measure.verdict import Notes, Verdict
from personalization.recommend.train.log import Ids, ShopLog
from personalization.recommend.train.model import LearnSettings, Model, Progress, ignore

HOLDOUT_DAYS = 14.0
Item = Hashable


class OfflineShop:
    """Learns a shop's transactions as production does, and answers by the shop's own names.

    `transactions` has a line for each thing bought: user, item, time, and if known basket, quantity, price.
    It is a data frame, an Arrow table, a dict of columns, or rows as dicts. What names a user, a basket or an item may
    be anything hashable; a missing user is a stranger. A line whose quantity is not above nought was sent back, and is
    left out.
    """

    def __init__(
        self,
        *,
        settings: LearnSettings | None = None,
        seconds: float | None = None,
        seed: int | None = None,
        holdout_days: float = HOLDOUT_DAYS,
        progress: Progress = ignore,
    ) -> None:
        given = {name: value for name, value in (("seconds", seconds), ("seed", seed)) if value is not None}
        self._settings = replace(settings or LearnSettings(), **given)  # type: ignore[arg-type]
        self._holdout_days, self._progress = holdout_days, progress
        self._intake: Intake | None = None

    def fit(self, transactions: Any, clicks: Any = None, items: Any = None, *, date_format: str = "") -> Self:
        """Learns it all. Raises BadTransactions, which names the column and the fix; a small shop is no fault."""
        self._intake = take_in(transactions, clicks=clicks, items=items, date_format=date_format)
        self._learn(self._intake.log)
        return self

    def verdict(self) -> Verdict:
        """What the gate says, the figures of its trial, and for what reasons something simpler was done."""
        self._fitted()
        return self._notes.verdict()

    @property
    def model(self) -> Model | None:
        """What was learned; None in a shop without a single purchase that could be learned."""
        return self._model

    @property
    def items(self) -> list[Any]:
        """All that may be recommended."""
        return list(self._fitted().items.names)

    def recommend(self, user: object, k: int = 10, novel: bool = False, now: Any = None) -> list[Any]:
        """What this shopper wants next, best first; with `novel`, only what they never bought."""
        return self.recommend_many([user], k, novel, now)[0]

    def together(self, item: object, k: int = 10) -> list[Any]:
        """What to take as well, best first."""
        return self.together_many([item], k)[0]

    def similar(self, item: object, k: int = 10) -> list[Any]:
        """What to take instead, best first."""
        return self.similar_many([item], k)[0]

    def next_click(self, items: Sequence[object], k: int = 10) -> list[Any]:
        """What comes next in a visit that looked at these, oldest first."""
        return self.next_click_many([items], k)[0]

    def recommend_many(
        self, users: Iterable[object], k: int = 10, novel: bool = False, now: Any = None
    ) -> list[list[Any]]:
        """The same for many shoppers at once."""
        intake, k = self._fitted(), how_many(k)
        shoppers = intake.users.numbers(users)
        lists = self._of_shoppers(novel, now).lists(shoppers, k)
        barred: list[set[int]] = [self._bought_by(one) if novel else set() for one in shoppers.tolist()]
        return self._told(lists, k, barred)

    def together_many(self, items: Iterable[object], k: int = 10) -> list[list[Any]]:
        """The same for many items at once."""
        return self._of_items(items, self._together, k)

    def similar_many(self, items: Iterable[object], k: int = 10) -> list[list[Any]]:
        """The same for many items at once."""
        return self._of_items(items, self._similar, k)

    def next_click_many(self, sessions: Iterable[Sequence[object]], k: int = 10) -> list[list[Any]]:
        """The same for many visits: all that the model says, goods of the visit that are come back to among it."""
        names, k = self._fitted().items, how_many(k)
        asked = [names.numbers(visit_of(session)) for session in sessions]
        if self._model is None:
            return self._told(np.empty((len(asked), 0), np.int64), k, [set() for _ in asked])
        found = self._model.next_clicks(asked, k)[0]
        return [names.told(row[row >= 0] if (row >= 0).any() else self._popular[:k]) for row in found]

    def _learn(self, log: ShopLog) -> None:
        self._notes, self._popular = Notes(), popular(log)
        self._model = learned(
            log,
            settings=self._settings,
            holdout_days=self._holdout_days,
            notes=self._notes,
            progress=self._progress,
        )
        self._log, self._lists = log, dict[tuple[bool, float], Answers]()
        self._together, self._similar = (self._answers_of_items(name) for name in ("together", "similar"))
        self._owned: dict[int, set[int]] | None = None

    def _fitted(self) -> Intake:
        if self._intake is None:
            raise BadTransactions(_("Call fit(transactions) first: nothing was learned yet."))
        return self._intake

    def _of_shoppers(self, novel: bool, now: Any) -> Answers:
        intake = self._fitted()
        day = self._log.last_day if now is None else intake.day_of(now)
        model = self._model

        def ask(shoppers: Ids, k: int) -> Ids:
            if model is None:
                return np.empty((len(shoppers), 0), np.int64)
            return (model.novel if novel else model.next)(shoppers, k, now_day=day).product

        if (novel, day) not in self._lists:
            self._lists[novel, day] = Answers(ask, len(intake.users), len(intake.items))
        return self._lists[novel, day]

    def _answers_of_items(self, name: str) -> Answers:
        model = self._model

        def ask(products: Ids, k: int) -> Ids:
            if model is None:
                return np.empty((len(products), 0), np.int64)
            return (model.together if name == "together" else model.similar)(products, k).neighbour

        return Answers(ask, len(self._log.catalogue.product), len(self._log.catalogue.product))

    def _of_items(self, items: Iterable[object], answers: Answers, k: int) -> list[list[Any]]:
        asked, k = self._fitted().items.numbers(items), how_many(k)
        return self._told(answers.lists(asked, k), k, [{one} for one in asked.tolist()])

    def _bought_by(self, shopper: int) -> set[int]:
        if self._owned is None:
            bought = self._log.purchases
            order = np.argsort(bought.shopper, kind="stable")
            owners, starts = np.unique(bought.shopper[order], return_index=True)
            edges, goods = [*starts.tolist(), len(order)], bought.product[order]
            self._owned = {
                owner: set(goods[start:stop].tolist())
                for owner, (start, stop) in zip(owners.tolist(), pairwise(edges), strict=True)
            }
        return self._owned.get(shopper, set()) if shopper >= 0 else set()

    def _told(self, lists: Ids, k: int, barred: list[set[int]]) -> list[list[Any]]:
        names = self._fitted().items
        return [names.told(row) for row in filled(lists, self._popular, k, barred=barred)]
