"""How many groups there are."""

from personalization.people.clusters.group import best_of


def test_as_many_as_give_the_largest_silhouette_and_of_equal_ones_the_fewer():
    assert best_of({3: 0.2, 4: 0.5, 5: 0.5}, before=0) == 4


def test_as_many_as_before_unless_another_number_is_clearly_better():
    assert best_of({3: 0.46, 4: 0.5}, before=3) == 3
    assert best_of({3: 0.44, 4: 0.5}, before=3) == 4
    assert best_of({3: 0.2, 4: 0.5}, before=9) == 4
