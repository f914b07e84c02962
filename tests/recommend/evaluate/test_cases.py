"""What is asked about the days held out, worked out by hand."""

import numpy as np
import pytest

from personalization.recommend.evaluate.cases import BASKETS, NOVEL, PEOPLE, PRODUCTS, VISITS, Exam, exam
from personalization.recommend.measure.intake import take_in

MILK, BREAD, JAM, SOAP = 0, 1, 2, 3  # numbered by name: bread would be 0, so the names begin with their numbers
NAMES = ("0 milk", "1 bread", "2 jam", "3 soap")
ANNA, BORIS, CLARA = 0, 1, 2
# (user, basket, day, product, quantity, price); Clara comes only after the cut
LINES = (
    ("a anna", 1, 1.0, MILK, 1, 2.0), ("a anna", 1, 1.0, BREAD, 1, 3.0), ("b boris", 2, 2.0, MILK, 1, 2.0),
    ("b boris", 2, 2.0, JAM, 1, 5.0), ("a anna", 3, 8.0, MILK, 1, 2.0), ("b boris", 4, 9.0, JAM, 1, 5.0),
    ("a anna", 5, 30.0, MILK, 2, 2.0), ("a anna", 5, 30.0, JAM, 1, 5.0), ("a anna", 6, 31.0, BREAD, 1, 3.0),
    ("b boris", 7, 31.0, SOAP, 1, 9.0), ("c clara", 8, 32.0, MILK, 1, 2.0), ("c clara", 8, 32.0, JAM, 1, 5.0),
)  # fmt: skip
CLICKS = (("v1", 3.0, MILK), ("v2", 30.0, JAM), ("v2", 30.1, JAM), ("v2", 30.2, BREAD), ("v3", 31.0, JAM))


@pytest.fixture(scope="module")
def asked() -> Exam:
    user, basket, time, item, quantity, price = zip(*LINES, strict=True)
    session, seen, looked = zip(*CLICKS, strict=True)
    table = {"user": user, "basket": basket, "time": np.array(time), "item": [NAMES[one] for one in item],
             "quantity": quantity, "price": price}  # fmt: skip
    clicks = {"session": session, "time": np.array(seen), "item": [NAMES[one] for one in looked]}
    return exam(take_in(table, clicks=clicks).log, days=5.0)


def _told(asked: Exam, kind: str) -> list[tuple[list[int], dict[int, float]]]:
    cases = asked.kinds[kind]
    return [(one.tolist(), dict(truth)) for one, truth in zip(cases.asked, cases.truths, strict=True)]


def test_nothing_of_the_days_held_out_is_learned(asked: Exam) -> None:
    assert asked.before.purchases.day.max() == 9.0
    assert asked.before.visits.day.tolist() == [3.0]
    assert asked.day == 30.0


def test_known_shoppers_are_asked_about_by_their_first_basket_with_its_money(asked: Exam) -> None:
    assert _told(asked, PEOPLE) == [([ANNA], {MILK: 4.0, JAM: 5.0})]


def test_what_is_new_to_a_shopper_is_what_they_never_had(asked: Exam) -> None:
    assert _told(asked, NOVEL) == [([ANNA], {JAM: 5.0})]


def test_of_a_basket_one_product_is_told_and_the_rest_asked_for(asked: Exam) -> None:
    told = _told(asked, PRODUCTS)
    assert [len(one) for one, _ in told] == [1, 1]
    assert [{*one, *truth} for one, truth in told] == [{MILK, JAM}, {MILK, JAM}]


def test_of_a_basket_one_product_is_hidden(asked: Exam) -> None:
    assert [len(truth) for _, truth in _told(asked, BASKETS)] == [1, 1]


def test_a_visit_is_asked_what_it_looked_at_next_and_looking_again_is_no_step(asked: Exam) -> None:
    assert _told(asked, VISITS) == [([JAM], {BREAD: 0.0})]
