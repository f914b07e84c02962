"""Thousands of questions: nothing is worked out twice, and who asks for all soon has all."""

import numpy as np

from personalization.recommend.measure.answers import AHEAD, Answers
from personalization.recommend.train.log import Ids

MANY = 2000


class Noting:
    """Answers a number with itself, and notes how it was asked."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def __call__(self, numbers: Ids, k: int) -> Ids:
        self.calls.append(len(numbers))
        return np.repeat(numbers[:, None], 3, axis=1)


def _answers() -> tuple[Answers, Noting]:
    noting = Noting()
    return Answers(noting, count=MANY, products=50), noting


def test_many_at_once_are_one_question_and_repeats_none() -> None:
    answers, noting = _answers()
    assert answers.lists(np.array([5, 3, 5]), 3)[:, 0].tolist() == [5, 3, 5]
    answers.lists(np.array([3, 5]), 3)
    assert noting.calls == [2]


def test_a_first_question_is_answered_alone() -> None:
    answers, noting = _answers()
    answers.lists(np.array([7]), 3)
    assert noting.calls == [1]


def test_who_asks_for_all_soon_has_all() -> None:
    answers, noting = _answers()
    told = [int(answers.lists(np.array([one]), 3)[0, 0]) for one in range(MANY)]
    assert told == list(range(MANY))
    assert sum(noting.calls) == MANY
    assert max(noting.calls) <= AHEAD
    assert len(noting.calls) < MANY / 5


def test_a_stranger_is_asked_about_once() -> None:
    answers, noting = _answers()
    for _ in range(50):
        answers.lists(np.array([-1]), 3)
    assert noting.calls == [1]


def test_a_longer_list_is_asked_for_anew() -> None:
    answers, noting = _answers()
    answers.lists(np.array([1]), 3)
    assert answers.lists(np.array([1]), 100).shape == (1, 100)
    assert noting.calls == [1, 1]
