"""An honest shop with a year's taste in two months, and somebody who wants one product to stand everywhere."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.test import Client
from oscar.core.loading import get_model
from oscar.test.factories import CategoryFactory

from personalization.events.identifiers import event_id
from personalization.events.write import NewEvent, SeenVisitor, write
from tests import people

SHELVES, ON_A_SHELF = 6, 30
POPULAR = 0.2  # of the goods: those most looked at
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Safari/537.36"
ADDRESS = "/personalization/events/"
SPAN = timedelta(days=60)


@dataclass
class Traffic:
    """Everybody's sessions; the goods of each shelf stand in the order in which they are liked."""

    sessions: int
    now: datetime
    shelves: list[list[int]] = field(default_factory=list)
    looked_at: Counter[int] = field(default_factory=Counter)
    chance: Random = field(default_factory=lambda: Random(3))

    @property
    def target(self) -> int:
        """What is pushed: the least liked product of the last shelf."""
        return self.shelves[-1][-1]

    @property
    def popular(self) -> list[int]:
        """The fifth of the goods that honest people look at most."""
        goods = [one for shelf in self.shelves for one in shelf]
        return sorted(goods, key=lambda one: (-self.looked_at[one], one))[: int(len(goods) * POPULAR)]

    def opens(self) -> None:
        """The goods, and what honest people looked at and bought."""
        for number in range(SHELVES):
            shelf = CategoryFactory(name=f"shelf {number}")
            goods = [people.product(f"thing {number} {place}", category=shelf) for place in range(ON_A_SHELF)]
            self.shelves.append([one.pk for one in goods])
        get_model("catalogue", "Product").objects.update(date_created=self.now - SPAN)
        events: list[NewEvent] = []
        for number in range(self.sessions):
            events += self._honest(number, self.now - SPAN + SPAN * number / self.sessions)
        for start in range(0, len(events), 2000):
            write(events[start : start + 2000])

    def _honest(self, number: int, at: datetime) -> list[NewEvent]:
        visitor, shelf = UUID(int=number + 1), self._liked(self.shelves)
        visit = event_id(at)
        looks = [self._liked(shelf) for _ in range(self.chance.randint(2, 5))]
        self.looked_at.update(looks)
        told = [self._deed("product_viewed", one, at, visitor, visit) for one in looks]
        if self.chance.random() < 0.3:
            # Three in ten buy: two or three things of the shelf.
            goods = {self._liked(shelf) for _ in range(3)}
            told += [self._deed("basket_added", one, at, visitor, visit) for one in goods]
            told += [
                NewEvent(
                    id=event_id(at), kind="purchased", happened_at=at, visitor_id=visitor, user_id=number % 300 + 1,
                    product_id=one, quantity=1, value=2, payload={"order": number + 1, "line": number * 10 + place},
                )
                for place, one in enumerate(goods)
            ]  # fmt: skip
        return told

    def _liked(self, things: list[Any]) -> Any:
        return things[int(len(things) * self.chance.random() ** 2)]

    @staticmethod
    def _deed(kind: str, product: int, at: datetime, visitor: UUID, visit: UUID) -> NewEvent:
        return NewEvent(
            id=event_id(at), kind=kind, happened_at=at, visitor_id=visitor, visit_id=visit, product_id=product,
            quantity=1,
        )  # fmt: skip

    def is_pushed(self, share: float, *, most_popular: int | None = None) -> int:
        """So large a share of all sessions looks at the target beside popular goods; gives how many sessions.

        Each has a browser of its own, ids and times of its own making, and reports by the door that browsers use. What
        is put into a basket goes through the shop: that the attacker does too, time and again, and never pays.
        """
        attacks = round(self.sessions * share / (1 - share))
        popular = self.popular[:most_popular]
        for number in range(attacks):
            browser = Client(headers={"User-Agent": CHROME})
            beside = [popular[(number * 6 + step) % len(popular)] for step in range(6)]
            looks = [one for popular_one in beside for one in (popular_one, self.target)]
            self._reports(browser, looks)
            self._fills_baskets(number)
        return attacks

    def _reports(self, browser: Client, looks: list[int]) -> None:
        # All over the two days that are believed, and some long ago, under ids that say something else again.
        moments = [self.now - timedelta(minutes=self.chance.randint(0, 4000)) for _ in looks]
        events = [
            {"id": str(event_id(moment - timedelta(minutes=self.chance.randint(0, 10**6)))), "kind": "product_viewed",
             "at": int(moment.timestamp() * 1000), "product": one, "data": {}}
            for one, moment in zip(looks, moments, strict=True)
        ]  # fmt: skip
        bought = {"id": str(event_id(self.now)), "kind": "purchased", "product": self.target, "data": {"order": 1}}
        body = json.dumps({"v": 1, "page": "/", "events": [*events, bought]}).encode()
        assert browser.post(ADDRESS, body, content_type="text/plain;charset=UTF-8").status_code == 204

    def _fills_baskets(self, number: int) -> None:
        visitor, at = UUID(int=10**9 + number), self.now - timedelta(hours=number % 40)
        added = [self._deed("basket_added", self.target, at, visitor, event_id(at)) for _ in range(10)]
        write(added, visitors=[SeenVisitor(visitor, at, has_script=True)])
