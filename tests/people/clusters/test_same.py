"""A group keeps its number as long as most of its people stay."""

from personalization.people.clusters.same import numbered


def test_the_first_groups_are_numbered_from_one():
    assert numbered({}, new={0: 10, 1: 20}, old={}) == {0: 1, 1: 2}


def test_a_group_is_the_one_that_most_of_its_people_were_in_whatever_the_machine_calls_it():
    overlap = {(0, 2): 90, (0, 1): 10, (1, 1): 95, (1, 2): 5}
    assert numbered(overlap, new={0: 100, 1: 100}, old={1: 105, 2: 95}) == {0: 2, 1: 1}


def test_of_a_group_that_split_the_larger_part_keeps_the_number():
    overlap = {(0, 1): 70, (1, 1): 30}
    assert numbered(overlap, new={0: 70, 1: 30}, old={1: 100}) == {0: 1, 1: 2}


def test_a_group_of_other_people_is_another_group_and_old_numbers_are_not_given_again():
    overlap = {(0, 1): 10, (1, 2): 90}
    assert numbered(overlap, new={0: 100, 1: 100}, old={1: 100, 2: 100}) == {0: 3, 1: 2}
    assert numbered({}, new={0: 5}, old={7: 0}) == {0: 8}
