"""What the goods are called."""

from datetime import date

import pytest

from shop_demo.data.brands import OWN_BRAND, brand_name
from shop_demo.data.departments import DEPARTMENT_OF
from shop_demo.data.goods import goods
from shop_demo.data.journey import read
from shop_demo.data.sizes import readable
from shop_demo.data.titles import Named, by_parent, name_products
from shop_demo.data.words import word_lists

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def named() -> list[Named]:
    return name_products(read(today=date(2026, 3, 4)).products)


def test_there_are_thousands_of_goods_and_no_two_share_a_title(named: list[Named]) -> None:
    titles = [product.title for product in named]
    assert len(titles) >= 5000
    assert len(set(titles) | set(by_parent(named))) == len(titles) + len(by_parent(named))


def test_titles_read_like_words_on_a_shelf(named: list[Named]) -> None:
    for product in named:
        assert product.title[0].isupper() or product.title[0].isdigit(), product.title
        assert 4 <= len(product.title) <= 80, product.title
        assert not any(sign in product.title for sign in "#{}|_*:()"), product.title
        assert "  " not in product.title
        assert ", ," not in product.title


def test_every_product_stands_in_an_aisle_of_a_department(named: list[Named]) -> None:
    assert {product.good.aisle for product in named} <= set(DEPARTMENT_OF)
    assert set(DEPARTMENT_OF) == {good.aisle for good in goods().values()}
    assert 10 <= len({product.department for product in named}) <= 14


def test_there_are_products_that_come_in_several_sizes(named: list[Named]) -> None:
    parents = by_parent(named)
    assert len(parents) >= 20
    for children in parents.values():
        assert 2 <= len(children) <= 4
        assert len({child.size for child in children}) == len(children)


def test_a_gap_for_the_variety_always_has_a_variety() -> None:
    for good in goods().values():
        assert good.varieties or "{}" not in good.name, good


def test_every_list_of_varieties_is_used_and_says_nothing_twice() -> None:
    families = word_lists("varieties.txt")
    assert set(families) == {good.family for good in goods().values() if good.family}
    for family, words in families.items():
        assert len(set(words)) == len(words), family


def test_each_manufacturer_has_one_brand_and_no_two_share_it() -> None:
    names = [brand_name(number, is_own=False) for number in range(6500)]
    assert len(set(names)) == 6500
    assert OWN_BRAND not in names
    assert brand_name(69, is_own=True) == OWN_BRAND


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("16 OZ", "16 oz"),
        ("10.50 OZ", "10.5 oz"),
        ("15 1/4 OZ", "15.25 oz"),
        ("1/2 GAL", "0.5 gal"),
        ("12 PK/12 OZ", "12 × 12 oz"),
        ("10/6.75 OZ", "10 × 6.75 oz"),
        ("405.6 OZ", "24 × 16.9 oz"),
        ("L    16 OZ", "16 oz"),
        ("GAL", "1 gal"),
        ("32 LD", "32 loads"),
        ("CTN", ""),
        ("973875  PK", ""),
        ("", ""),
    ],
)
def test_pack_sizes_are_written_out(code: str, words: str) -> None:
    assert readable(code) == words


def test_the_case_that_fresh_goods_came_in_is_not_their_size() -> None:
    assert readable("40 LB", is_fresh=True) == ""
    assert readable("3 LB", is_fresh=True) == "3 lb"
    assert readable("22 LB") == "22 lb"
