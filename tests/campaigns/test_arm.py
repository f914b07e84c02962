"""An arm of an experiment: a share of all people, the same ones each time."""

import pytest

from personalization.campaigns.arm import EVERYBODY, Arm, arm_from

PEOPLE = [f"shopper-{n}" for n in range(2000)]


def test_an_arm_holds_about_its_share_and_two_arms_share_nobody():
    one, other = Arm("banner", 0, 30), Arm("banner", 30, 100)
    inside = [who for who in PEOPLE if one.has(who)]
    assert 540 <= len(inside) <= 660
    assert [who for who in PEOPLE if not other.has(who)] == inside


def test_nobody_changes_sides_and_another_experiment_draws_anew():
    one, other = Arm("banner", 0, 50), Arm("price", 0, 50)
    assert [one.has(who) for who in PEOPLE] == [one.has(who) for who in PEOPLE]
    both = sum(one.has(who) and other.has(who) for who in PEOPLE)
    assert 440 <= both <= 560


def test_where_a_campaign_names_no_experiment_it_is_one_of_its_own():
    half = Arm("", 0, 50)
    assert [half.has(who, otherwise="popup-1") for who in PEOPLE] != [
        half.has(who, otherwise="popup-2") for who in PEOPLE
    ]


def test_everybody_is_asked_nothing_and_kept_as_nothing():
    assert EVERYBODY.has("")
    assert EVERYBODY.stored() == {}
    assert arm_from(Arm("banner", 10, 20).stored()) == Arm("banner", 10, 20)


@pytest.mark.parametrize("stored", [None, [], "half", {"since": "0"}, {"until": 101}, {"since": True}])
def test_whatever_stands_there_by_accident_is_everybody(stored):
    assert arm_from(stored).is_everybody
