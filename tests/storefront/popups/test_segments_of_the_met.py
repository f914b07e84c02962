"""Segments of those whom a pop-up met, by the ledger."""

from typing import Any

import pytest

from personalization.people.rules.rule import rules
from personalization.people.segments.sentence import leaf_told
from personalization.people.segments.tree import Leaf
from personalization.storefront.popups.models import Popup, PopupShowing
from tests.people import NOW
from tests.people.folk import DAY, known, meant, rule, stranger


@pytest.fixture
def gift(db: None, anna: Any, boris: Any) -> Popup:
    """Anna was shown it twice and took it up once, the second time on her phone before she signed in; Boris closed it.

    A guest was shown another one, and staff looked at this one.
    """
    gift, other = (Popup.objects.create(name=name) for name in ("A gift", "A survey"))
    known("Anna", anna)
    known("Boris", boris)
    known("Olga")
    phone, guest = stranger("Anna's phone", linked_to=anna), stranger("Guest")

    def shown(popup: Popup, *, days_ago: int, outcome: str = "", **whose: Any) -> None:
        PopupShowing.objects.create(popup=popup, shown_at=NOW - days_ago * DAY, outcome=outcome, **whose)

    shown(gift, days_ago=40, user_id=anna.pk)
    shown(gift, days_ago=2, visitor_id=phone.pk, outcome="clicked")
    shown(gift, days_ago=3, user_id=boris.pk, outcome="closed")
    shown(other, days_ago=3, visitor_id=guest.pk, outcome="answered")
    PopupShowing.objects.create(popup=gift, shown_at=NOW, visitor_id=guest.pk, is_counted=False)
    return gift


def test_by_what_became_of_it_how_often_and_when(gift: Popup) -> None:
    mine = {"popups": [gift.pk]}
    assert meant(rule("popup", contact="shown", least=1, **mine)) == {"Anna", "Boris"}
    assert meant(rule("popup", contact="shown", least=2, **mine)) == {"Anna"}
    assert meant(rule("popup", contact="shown", least=2, days=30, **mine)) == set()
    assert meant(rule("popup", contact="taken", least=1)) == {"Anna", "Guest"}
    assert meant(rule("popup", contact="closed", least=1)) == {"Boris"}
    assert meant(rule("popup", contact="shown", most=0)) == {"Olga"}
    assert meant(rule("popup", contact="shown", least=1, most=1)) == {"Boris", "Guest"}


def test_it_is_said_as_an_owner_would_say_it(gift: Popup) -> None:
    def told(**params: Any) -> str:
        return leaf_told(Leaf("popup", {"popups": [gift.pk], **params}))

    assert told(contact="taken", least=1) == "took up the pop-up A gift at least 1 time"
    assert told(contact="closed", most=0, days=7) == "did not close the pop-up A gift in the last 7 days"
    assert "popup" in rules
