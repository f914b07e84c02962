"""However a history came into the log, refreshments leave what going through everybody would."""

from datetime import timedelta
from uuid import UUID

import pytest

from personalization.events.consent import REFUSED
from personalization.events.erase import erase
from personalization.events.ledger import note
from personalization.events.models import Event
from personalization.events.person import Person
from personalization.events.personal import whole_account
from personalization.events.write import SeenVisitor, write
from personalization.people.profiles import refresh as refreshing
from personalization.people.profiles import scope
from personalization.people.profiles.models import Profile
from personalization.people.profiles.refresh import rebuild, refresh
from tests.people import NOW
from tests.recommend.lists.history import Past

DAY = timedelta(days=1)
# The borders of the scores are drawn at night, and not before.
SCORES = {"recency_score", "frequency_score", "monetary_score", "price_tier", "price_tiers"}
COLUMNS = [one.attname for one in Profile._meta.concrete_fields if one.attname not in SCORES | {"changed_at"}]


def everything() -> list[dict]:
    """All rows, but for when they were written and how they compare with others."""
    return list(Profile.objects.order_by("person").values(*COLUMNS))


@pytest.mark.parametrize("how", ["COLLECT_FEW", "COLLECT_MANY", "COLLECT_MOST"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_at_random(log, seed, how, monkeypatch):
    # Of few people the past is found by the index, of more by one look at each row of the log.
    monkeypatch.setattr(refreshing, "_collecting", lambda _touched: getattr(scope, how))
    past = Past(log.shop, seed)
    past.goes_on(since=NOW - 60 * DAY, until=NOW - 10 * DAY, deeds=40)
    rebuild(now=NOW - 10 * DAY)
    for day in range(10, 0, -2):
        # Some of it reaches back to before the last refreshment.
        past.goes_on(since=NOW - (day + 5) * DAY, until=NOW - (day - 2) * DAY, deeds=8)
        refresh(now=NOW - (day - 2) * DAY)
    past.catches_a_bot()
    at = NOW + timedelta(hours=1)
    write([], visitors=[SeenVisitor(UUID(int=7 << 64 | 2), at, past.users[0].pk)])
    past.goes_on(since=NOW, until=at, deeds=5)
    # A login leaves a deed of the account behind it.
    log.did("logged_in", user=past.users[0], visitor=UUID(int=7 << 64 | 2), at=at)
    note(REFUSED, person=Person(user_id=past.users[1].pk), text="", source="test")
    erase(whole_account(past.users[2].pk), asked_by="test", now=at)
    # A file brings old orders along, and one of them is called off.
    for number, user in enumerate(past.users):
        log.did("purchased", "honey", user=user, at=NOW - (40 + number) * DAY, quantity=2, value=9,
                payload={"order": f"old {number}"})  # fmt: skip
    Event.objects.filter(payload__order="old 0").delete()
    at += timedelta(minutes=10)
    refresh(now=at)
    refreshed = everything()
    assert len(refreshed) > 10
    assert rebuild(now=at).profiles == 0
    assert everything() == refreshed
