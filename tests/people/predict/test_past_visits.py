"""Past visits as the learning sees them: what was done before the order, and whether one came."""

from datetime import timedelta

import pytest
from django.db import transaction

from personalization.people.predict import customers
from personalization.people.predict.visits import past_visits
from personalization.people.profiles.refresh import rebuild
from tests.people import NOW
from tests.people.walks import walk

DAY = timedelta(days=1)


@pytest.mark.django_db
def test_an_order_is_a_purchase_or_the_page_of_thanks() -> None:
    walk("Anna", "product", "basket", "checkout", "thanks", at=NOW - DAY)
    walk("Boris", "product", "basket", "checkout", "order", "product", at=NOW - 2 * DAY)
    walk("Clara", "product", "basket", "checkout", at=NOW - 3 * DAY)
    rebuild(now=NOW)
    with transaction.atomic():
        customers.gather(now=NOW)
        found = sorted(past_visits(now=NOW), key=lambda one: one.began)
    assert [one.has_bought for one in found] == [False, True, True]
    assert all(one.so_far.views == 1 for one in found), "nothing that came after the order"
