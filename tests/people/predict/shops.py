"""A shop whose customers follow the model's own story, in the log and in the profiles."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
from django.db import connection

from personalization.events.identifiers import event_id, fact_id
from personalization.events.models import Visitor
from personalization.events.write import NewEvent, write
from personalization.people.predict.bgnbd import BgNbd
from personalization.people.profiles.models import Profile
from tests.people import NOW
from tests.people.predict.simulated import simulated

WEEKS = 60.0
AT_ONCE = 1000


def analyze() -> None:
    """Tells the planner what is there, as autovacuum does of a shop's tables in time."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE personalization_event, personalization_visitor, personalization_profile")


def profile(user_id: int, *, now: datetime = NOW) -> Profile:
    """Somebody known, of whom nothing else is told."""
    return Profile(
        person=uuid.UUID(int=user_id), user_id=user_id, draw=user_id % 10_000, first_seen_at=now, last_seen_at=now,
        changed_at=now,
    )  # fmt: skip


def purchase(user_id: int, *, at: datetime, value: float, order: int) -> NewEvent:
    """An order of one line."""
    return NewEvent(
        event_id(at), "purchased", at, user_id=user_id, product_id=1, quantity=1, value=Decimal(f"{value:.2f}"),
        payload={"order": order},
    )  # fmt: skip


def fill(model: BgNbd, *, customers: int, seed: int, now: datetime = NOW) -> None:
    """Customers with the numbers from 1 on; each spends about a sum of their own."""
    people, dice = simulated(model, customers=customers, seed=seed, weeks=WEEKS), np.random.default_rng(seed)
    start, events = now - timedelta(weeks=WEEKS), []
    for user_id, (came, weeks) in enumerate(zip(people.came, people.orders, strict=True), start=1):
        usual = 15.0 / dice.gamma(4.0) * 6
        for week in weeks:
            at = start + timedelta(weeks=float(came + week))
            events.append(purchase(user_id, at=at, value=max(dice.gamma(6.0) / 6 * usual, 0.5), order=len(events) + 1))
    for place in range(0, len(events), AT_ONCE):
        write(events[place : place + AT_ONCE])
    Profile.objects.bulk_create(profile(number, now=now) for number in range(1, customers + 1))
    analyze()


def visits(*, number: int, seed: int, now: datetime = NOW) -> None:
    """Visits of strangers: who puts something into the basket buys in half of all cases, others nearly never."""
    dice, events, people = np.random.default_rng(seed), [], []
    for key in range(number):
        visitor, at = uuid.UUID(int=int(dice.integers(1 << 62)) << 65), now - timedelta(days=float(dice.uniform(1, 80)))
        # Always the same one: the moment at which a visit is looked at hangs on its id.
        visit = fact_id(at, kind="visit_started", key=key)
        people.append(visitor)
        deeds = ["product_viewed"] * int(dice.integers(1, 6))
        if has_added := dice.random() < 0.4:
            deeds.insert(int(dice.integers(len(deeds))), "basket_added")
        if dice.random() < (0.5 if has_added else 0.02):
            deeds.append("purchased")
        told = {"number": int(dice.integers(1, 5)), "device": str(dice.choice(["phone", "desktop"]))}
        events.append(NewEvent(visit, "visit_started", at, visitor_id=visitor, visit_id=visit, payload=told))
        for minute, kind in enumerate(deeds, start=1):
            moment = at + timedelta(minutes=minute)
            events.append(NewEvent(event_id(moment), kind, moment, visitor_id=visitor, visit_id=visit, product_id=1))
    for place in range(0, len(events), AT_ONCE):
        write(events[place : place + AT_ONCE])
    Visitor.objects.bulk_create(Visitor(id=one, first_seen_at=now, last_seen_at=now) for one in people)
    Profile.objects.bulk_create(
        Profile(person=one, first_seen_at=now, last_seen_at=now, changed_at=now) for one in people
    )
    analyze()
