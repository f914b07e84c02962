"""Where a campaign stands: what its owner said, and what its dates say; rows and objects agree."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from personalization.campaigns.state import State, Status
from personalization.storefront.models import Block

NOW, DAY = datetime(2026, 3, 10, 12, tzinfo=UTC), timedelta(days=1)


@pytest.mark.parametrize(
    ("status", "since", "until", "state"),
    [
        (Status.LIVE, None, None, State.LIVE),
        (Status.LIVE, NOW, None, State.LIVE),
        (Status.LIVE, NOW + DAY, None, State.SCHEDULED),
        (Status.LIVE, None, NOW, State.ENDED),
        (Status.LIVE, NOW - DAY, NOW + DAY, State.LIVE),
        (Status.DRAFT, None, NOW - DAY, State.DRAFT),
        (Status.PAUSED, NOW + DAY, None, State.PAUSED),
        (Status.ENDED, None, None, State.ENDED),
        (Status.ARCHIVED, None, NOW - DAY, State.ARCHIVED),
    ],
)
def test_the_dates_decide_only_of_what_is_switched_on(status, since, until, state):
    assert Block(status=status, starts_at=since, ends_at=until).state(NOW) == state


def test_each_row_is_found_by_the_state_that_it_has_and_by_no_other(db):
    dates = (None, NOW - 2 * DAY, NOW, NOW + DAY)
    for status, since, until in product(Status.values, dates, dates):
        if since is None or until is None or since < until:
            Block.objects.create(slot="home", strategy="trending", status=status, starts_at=since, ends_at=until)
    for state in State.values:
        found = {block.pk for block in Block.objects.in_state(state, now=NOW)}
        assert found == {block.pk for block in Block.objects.all() if block.state(NOW) == state}
        assert found


def test_a_state_that_there_is_none_of_is_an_error():
    with pytest.raises(ValueError, match="asleep"):
        Block.objects.in_state("asleep", now=NOW)


def test_a_copy_is_a_draft_with_all_the_rest(db):
    block = Block.objects.create(slot="home", strategy="trending", name="Spring", limit=9, hours={"days": [1]})
    copy = block.copied(name="Summer")
    assert copy.pk is None
    assert (copy.status, copy.name, copy.limit, copy.hours) == (Status.DRAFT, "Summer", 9, {"days": [1]})
