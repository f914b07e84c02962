"""Who came how far on a visit: worked out by hand on five visits of four people."""

from datetime import timedelta

import pytest
from django.utils import translation

from personalization.people.journeys.follow import follow_visits
from personalization.people.rules.rule import rules
from personalization.people.segments.sentence import leaf_told
from personalization.people.segments.tree import Leaf
from tests.people import NOW
from tests.people.folk import known, meant, rule
from tests.people.walks import signs_in, walk

DAY = timedelta(days=1)


@pytest.fixture
def visits(anna, boris):
    """Anna filled a basket six days ago and ordered yesterday; Boris, before he signed in, began a checkout; Clara and
    Dmytro only looked, Dmytro without opening a product."""
    walk("Anna", "home", "product", "basket", at=NOW - 6 * DAY, user=anna, source="newsletter", medium="email")
    walk("Anna", "basket", "checkout", "order", at=NOW - DAY, user=anna, device="phone")
    walk("Boris", "product", "basket", "checkout", at=NOW - 3 * DAY, source="google", medium="cpc", device="phone")
    signs_in("Boris", boris, at=NOW - 2 * DAY)
    walk("Clara", "search", "product", at=NOW - 2 * DAY, device="tablet")
    walk("Dmytro", "home", at=NOW - 40 * DAY)
    follow_visits(now=NOW)
    known("Anna", anna)
    known("Boris", boris)
    known("Clara")
    known("Dmytro")


@pytest.mark.parametrize(
    ("params", "who"),
    [
        ({"reached": "basket", "is_last": True}, {"Anna"}),
        ({"reached": "basket", "is_last": False}, {"Anna", "Boris"}),
        ({"reached": "basket", "is_last": True, "is_still": True}, set()),
        ({"reached": "checkout", "is_last": True, "is_still": True}, {"Boris"}),
        ({"reached": "checkout", "is_last": True}, {"Boris"}),
        ({"reached": "order"}, {"Anna"}),
        ({"reached": "view", "is_last": True}, {"Clara"}),
        ({"reached": "view"}, {"Anna", "Boris", "Clara"}),
        ({"reached": "visit", "is_last": True}, {"Dmytro"}),
        ({"reached": "visit", "is_last": True, "days": 39}, set()),
        ({"reached": "visit", "days": 3}, {"Anna", "Boris", "Clara"}),
        ({"reached": "visit", "days": 2}, {"Anna", "Clara"}),
        ({"reached": "basket", "is_last": True, "since": "2026-03-04", "until": "2026-03-04"}, {"Anna"}),
        ({"reached": "basket", "is_last": True, "since": "2026-03-05"}, set()),
        ({"reached": "basket", "is_last": True, "until": "2026-03-03"}, set()),
        ({"reached": "visit", "sources": ["Newsletter"]}, {"Anna"}),
        ({"reached": "visit", "sources": ["news"]}, set()),
        ({"reached": "visit", "sources": ["direct"]}, {"Anna", "Clara", "Dmytro"}),
        ({"reached": "visit", "mediums": ["CPC", "email"]}, {"Anna", "Boris"}),
        ({"reached": "visit", "devices": ["phone", "tablet"]}, {"Anna", "Boris", "Clara"}),
        ({"reached": "visit", "devices": ["phone"], "sources": ["google"]}, {"Boris"}),
    ],
)
def test_who_came_how_far(visits, params, who):
    assert meant(rule("journey", **params)) == who


def test_who_did_not_are_all_others(visits):
    assert meant({"not": rule("journey", reached="basket")}) == {"Clara", "Dmytro"}


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"reached": "moon"},
        {"reached": "basket", "days": 7, "since": "2026-03-01"},
        {"reached": "basket", "since": "2026-03-02", "until": "2026-03-01"},
        {"reached": "basket", "since": "yesterday"},
        {"reached": "basket", "devices": ["fridge"]},
    ],
)
def test_what_makes_no_sense_means_nobody(visits, params):
    assert not rules.get("journey").is_complete(params)
    assert meant(rule("journey", **params)) == set()


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"reached": "basket", "is_last": True, "days": 7},
         "on one visit filled the basket and did not begin the checkout in the last 7 days"),
        ({"reached": "basket", "is_last": True, "since": "2026-11-01", "until": "2026-11-07",
          "sources": ["newsletter"]},
         "on one visit filled the basket and did not begin the checkout (from “newsletter”)"
         " from 1 Nov 2026 to 7 Nov 2026"),
        ({"reached": "checkout", "is_last": True, "is_still": True, "devices": ["phone"], "mediums": ["cpc"]},
         "on one visit began the checkout and did not order (by way of “cpc”, with: phone)"
         " and have not come further since"),
        ({"reached": "view", "since": "2026-11-01"}, "on one visit looked at goods since 1 Nov 2026"),
        ({"reached": "order", "is_last": True, "is_still": True, "until": "2026-11-01"},
         "on one visit ordered up to 1 Nov 2026"),
    ],
)  # fmt: skip
def test_it_is_said_in_plain_words(params, words):
    with translation.override("en"):
        assert leaf_told(Leaf("journey", params)) == words
