"""A tree in words."""

import pytest

from personalization.people.segments.sentence import sentence
from personalization.people.segments.tree import read
from tests.people.folk import rule

OFTEN = rule("orders", least=3, days=90)
LOOKED = rule("behaviour", deed="product_viewed", least=2, days=7)
RISKY = rule("prediction", measure="churn_risk", least=50)
PHONE = rule("device", devices=["phone", "tablet"])


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (OFTEN, "People who bought at least 3 times in the last 90 days."),
        (
            {"all": [OFTEN, {"any": [LOOKED, PHONE]}, {"not": RISKY}]},
            "People who bought at least 3 times in the last 90 days, and who either looked at goods at least 2 times "
            "in the last 7 days or mostly use: phone or tablet, but not those who will leave with a risk of at least "
            "50 %.",
        ),
        (
            {"any": [{"all": [OFTEN, PHONE]}, {"not": LOOKED}, RISKY]},
            "People who either (bought at least 3 times in the last 90 days, and who mostly use: phone or tablet), do "
            "not belong to those who looked at goods at least 2 times in the last 7 days, or will leave with a risk "
            "of at least 50 %.",
        ),
        ({"not": OFTEN}, "People who do not belong to those who bought at least 3 times in the last 90 days."),
        (
            {"all": [{"not": OFTEN}, {"not": PHONE}]},
            "People who do not belong to those who bought at least 3 times in the last 90 days, but not those who "
            "mostly use: phone or tablet.",
        ),
        ({"all": [OFTEN, {"any": []}]}, "People who bought at least 3 times in the last 90 days."),
        ({}, "Nobody yet: add a rule."),
        (rule("orders"), "People who … (bought so many times: not filled in yet)."),
        (rule("moon"), "People who … (the code for “moon” is gone)."),
    ],
)
def test_the_whole_tree_is_one_sentence(db, tree, words):
    assert sentence(read(tree)) == words


def test_what_is_chosen_is_told_by_name_with_one_query_a_kind(shop, django_assert_num_queries):
    both = [shop["muesli"].pk, shop["honey"].pk]
    tree = {"all": [rule("orders", least=1, products=both), rule("behaviour", deed="basket_added", least=1,
                    products=[shop["butter"].pk], is_unbought=True)]}  # fmt: skip
    with django_assert_num_queries(1):
        told = sentence(read(tree))
    assert told == (
        "People who bought muesli, honey at least 1 time, and who put butter into the basket at least 1 time and did "
        "not buy them since."
    )
