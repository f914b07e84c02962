"""Promise 7: whenever a worker is killed that makes lists, bundles and searches, the next one leaves what was meant."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model

from personalization.events.identifiers import event_id
from personalization.events.models import Event, Visitor
from personalization.events.write import NewEvent, write
from personalization.recommend.bundles.models import Bundle
from personalization.recommend.bundles.refresh import refresh_bundles
from personalization.recommend.groupings.grouping import group_shoppers
from personalization.recommend.lists.models import ListClock, ListCount, ListScope, ListTotal, ShopperGroup
from personalization.recommend.models import NeighbourList, RankedList, ServedModel, TrainingRun
from personalization.recommend.rank import refresh_rankings
from personalization.recommend.searches.models import SearchClock, SearchDeed, SearchList
from personalization.recommend.searches.refresh import refresh_searches
from tests import people
from tests.killing import killed, statements
from tests.people import NOW, Shop

LEFT = (RankedList, SearchList, Bundle, ShopperGroup)
MADE = (*LEFT, ListClock, ListCount, ListTotal, ListScope, SearchClock, SearchDeed)
# When a row was written, and the number of a place, say nothing of what is in it.
NOT_MEANT = {"id", "refreshed_at", "composed_at", "priced_at", "grouped_at"}
PEOPLE, POINTS = 60, 20
BASKETS = (("oat milk", "honey"), ("coffee", "sponge"), ("oat milk", "sponge"), ("butter", "honey"))


def night(now: Any = NOW) -> None:
    """All that is listed, put together and learned from searches."""
    group_shoppers(now=now)
    refresh_rankings(now=now)
    refresh_searches(now=now)
    refresh_bundles(now=now)


def day() -> None:
    """What came since."""
    night(NOW + timedelta(hours=2))


def come(shop: Shop, *, ago: timedelta, numbers: range) -> None:
    """Each of these searches, looks at two goods and buys them."""
    for number in numbers:
        user, _ = get_user_model().objects.get_or_create(username=f"Shopper {number}")
        visitor, _ = Visitor.objects.get_or_create(
            pk=UUID(int=7 << 64 | number), defaults={"first_seen_at": NOW, "last_seen_at": NOW, "user": user}
        )
        at = NOW - ago - timedelta(minutes=number)
        visit, titles = event_id(at), BASKETS[number % len(BASKETS)]
        who: dict[str, Any] = {"visitor_id": visitor.pk, "user_id": user.pk, "visit_id": visit}
        told = [NewEvent(visit, "visit_started", at, payload={"region": "Kyiv"}, **who)]
        # Of one moment, the order would be drawn by lot.
        searched_at, then = at + timedelta(seconds=1), at + timedelta(seconds=1)
        told.append(
            NewEvent(event_id(searched_at), "searched", searched_at, payload={"query": " ".join(titles)}, **who)
        )
        for title in titles:
            order = {"order": f"{number} {ago}"}
            for kind, more in (("product_viewed", {}), ("purchased", {"quantity": 1, "value": 3, "payload": order})):
                then += timedelta(seconds=1)
                told.append(NewEvent(event_id(then), kind, then, product_id=shop[title].pk, **who, **more))  # type: ignore[arg-type]
        write(told)


def left() -> list[Any]:
    """All that pages read of it."""
    return [sorted(map(repr, model.objects.values(*_columns(model)))) for model in LEFT]


def _columns(model: Any) -> list[str]:
    return [one.attname for one in model._meta.concrete_fields if one.attname not in NOT_MEANT]


def stand_before(work: Callable[[], None], shop: Shop) -> None:
    """As it was before the first night; of a day, as the night left it, and some have come again since."""
    for model in MADE:
        model.objects.all().delete()
    Event.objects.filter(happened_at__gt=NOW).delete()
    if work is day:
        night()
        come(shop, ago=-timedelta(hours=1), numbers=range(10))


@pytest.mark.parametrize("work", [night, day])
def test_killed_at_random_points_it_is_made_good_by_the_next(open_shop, work):
    people.know_goods(open_shop)
    run = TrainingRun.objects.create(status="published", asked_by="test", asked_at=NOW, published_at=NOW)
    ServedModel.objects.create(run=run, flipped_at=NOW)
    for titles in BASKETS:
        for of, other in (titles, titles[::-1]):
            NeighbourList.objects.get_or_create(
                run=run, relation="together", product_id=open_shop[of].pk,
                defaults={"neighbour_ids": open_shop.ids(other), "scores": [1.0], "supports": [9]},
            )  # fmt: skip
    for days in (2, 5, 9):
        come(open_shop, ago=timedelta(days=days), numbers=range(PEOPLE))
    stand_before(work, open_shop)
    # The first run finds out how long it is, and what is meant to be left.
    length = statements(work)
    meant = left()
    assert all(meant)
    for at in sorted(random.Random(work.__name__).sample(range(1, length), POINTS)):
        stand_before(work, open_shop)
        killed(work, at=at)
        work()
        assert left() == meant, f"killed before statement {at} of {length}"
