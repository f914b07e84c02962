"""The same search in the same form, however it was typed."""

import pytest

from personalization.recommend.searches.words import normal, single_words


@pytest.mark.parametrize(
    "typed", ["oat milk", " Oat  MILK ", "oat\tmilk\n", "ｏａｔ ｍｉｌｋ", "oat\u00a0milk"], ids=range(5)
)
def test_case_width_and_spaces_make_no_difference(typed):
    assert normal(typed) == "oat milk"


@pytest.mark.parametrize("typed", ["", "  ", "\0", "\n"], ids=range(4))
def test_nothing_is_nothing(typed):
    assert normal(typed) == ""


def test_the_order_stays():
    assert normal("milk oat") != normal("oat milk")
    assert single_words("milk oat") == single_words("oat milk") == ["milk", "oat"]


def test_signs_and_single_letters_are_no_words():
    assert single_words("a «milk» & 2 x 10%, milk!") == ["10", "milk"]


def test_letters_of_any_alphabet_are():
    assert single_words(normal("Молоко ЇЖА")) == ["молоко", "їжа"]


def test_a_very_long_text_is_cut():
    assert len(normal("word " * 1000)) <= 200
