"""The bench of campaigns measures what it says: few queries, and no more for two hundred campaigns than for one."""

import pytest

from personalization.events.models import Event, Visitor
from personalization.people.segments.models import Membership
from personalization.storefront.popups import sight
from personalization.storefront.popups.models import Popup, PopupShowing
from shop_demo.bench import campaigns


@pytest.fixture
def filled(transactional_db: None) -> None:
    sight.kept.__init__()  # type: ignore[misc]
    campaigns.fill()


@pytest.mark.usefixtures("filled")
def test_two_hundred_campaigns_ask_the_database_no_more_than_one() -> None:
    lines = {line.name: line for line in campaigns.measure(rounds=2)}
    asked = [lines[f"decision, {number} live"].queries for number in (1, 50, 200)]
    assert asked == [3, 3, 3]
    assert lines["the door alone: a page that is left in peace"].queries == 0
    assert lines["a slot, 50 live"].queries <= 3
    assert lines["a place of blocks for others, 50 live"].queries <= 3
    assert all(len(line.milliseconds) == 2 for line in lines.values() if "first" not in line.name)
    assert not Popup.objects.filter(status="live").exists()
    for left_behind in (Event, Visitor, PopupShowing, Membership):
        assert not left_behind.objects.exists()


def test_the_scripts_of_the_storefront_weigh_little() -> None:
    sizes = dict(campaigns.scripts())
    assert 0 < sizes["popups.js"] <= 8000
