"""How the goods are drawn."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.storage import default_storage
from django.db.models.fields.files import ImageFieldFile

from shop_demo.data.departments import DEPARTMENT_OF, DEPARTMENTS
from shop_demo.data.goods import Good, goods
from shop_demo.pictures.colours import GROUNDS, SHADES, TINTS, shade_of
from shop_demo.pictures.drawing import Picture, draw, glyphs, save_pictures
from shop_demo.pictures.looks import DRAWN_INSTEAD, TINTS_OF_VARIETIES, look_of
from shop_demo.pictures.thumbnails import WholePicture

MOST_BYTES = 20_000


def picture_of(good: Good, *, variety: str = "", brand: str = "Alder Hill", size: str = "12 × 16.9 oz") -> Picture:
    department = DEPARTMENT_OF[good.aisle]
    return Picture.of(glyph=good.glyph, department=department, size=size, variety=variety, brand=brand)


def test_every_type_of_goods_has_a_small_well_formed_picture() -> None:
    for good in goods().values():
        text = draw(picture_of(good))
        ElementTree.fromstring(text)  # noqa: S314 - drawn by ourselves
        assert len(text.encode()) < MOST_BYTES, good


def test_there_are_many_glyphs_and_every_one_is_drawn_for_something() -> None:
    assert len(glyphs()) >= 45
    drawn = {
        look_of(good.glyph, variety=variety)[0] for good in goods().values() for variety in good.varieties or ("",)
    }
    assert drawn | {"basket"} == set(glyphs())


def test_every_tint_that_is_named_is_mixed() -> None:
    named = {tint for tints in TINTS_OF_VARIETIES.values() for tint in tints.values()}
    named |= {good.glyph.partition(" ")[2] for good in goods().values()} - {""}
    assert named <= set(SHADES) | set(TINTS)
    assert set(TINTS) <= named
    assert not set(SHADES) & set(TINTS)
    assert {drawn_as.partition(" ")[0] for drawn_as in DRAWN_INSTEAD} | set(TINTS_OF_VARIETIES) <= set(glyphs())


@pytest.mark.parametrize(
    ("category", "kind", "variety", "glyph", "tint"),
    [
        ("BERRIES", "STRAWBERRIES", "", "strawberry", ""),
        ("BERRIES", "BLACKBERRIES", "", "raspberry", "ink"),
        ("FRZN FRUITS", "FROZEN FRUIT", "raspberries", "raspberry", "rose"),
        ("GRAPES", "GRAPES WHITE", "", "grapes", "applegreen"),
        ("ORGANICS FRUIT & VEGETABLES", "ORGANIC GRAPES", "black", "grapes", "ink"),
        ("APPLES", "APPLES GOLD DELICIOUS (BULK&BA", "", "apple", "yellow"),
        ("CITRUS", "LIMES", "", "lemon", "lime"),
        ("CITRUS", "GRAPEFRUIT", "ruby", "citrus", "grapefruit"),
        ("PEPPERS-ALL", "PEPPERS GREEN BELL", "", "pepper", "green"),
        ("ONIONS", "ONIONS OTHER", "green", "scallion", ""),
        ("CANNED JUICES", "GRAPE JUICE (OVER 50% JUICE)", "white", "juicebottle", "lemon"),
        ("CHEESE", "SHREDDED CHEESE", "part-skim mozzarella", "cheese", "ivory"),
        ("FLUID MILK PRODUCTS", "FLUID MILK WHITE ONLY", "1% low-fat", "milk", "green"),
        ("FLUID MILK PRODUCTS", "CHOCOLATE MILK", "fat-free", "milk", "brown"),
    ],
)
def test_a_thing_looks_like_what_its_title_says(category: str, kind: str, variety: str, glyph: str, tint: str) -> None:
    picture = picture_of(goods()[category, kind], variety=variety)
    assert (picture.glyph, picture.shade) == (glyph, tint)


def test_what_grows_has_the_same_colour_whoever_sells_it() -> None:
    aisles = {"Fruit", "Vegetables"}
    for good in goods().values():
        for variety in good.varieties or ("",) if good.aisle in aisles else ():
            shades = {
                picture_of(good, variety=variety, brand=brand).shade for brand in ("Alder Hill", "Wren Bay", "Oak")
            }
            assert len(shades) == 1, (good, variety)


def test_every_department_has_a_ground_of_its_own() -> None:
    assert set(GROUNDS) == set(DEPARTMENTS)
    assert len(set(GROUNDS.values())) == len(GROUNDS)


@pytest.mark.parametrize(
    ("variety", "shade"),
    [("strawberry", "red"), ("key lime", "green"), ("light blueberry", "blue"), ("light brown", "brown")],
)
def test_a_variety_is_drawn_in_its_colour(variety: str, shade: str) -> None:
    assert shade_of(variety, brand="whoever") == shade


def test_a_brand_keeps_its_colour() -> None:
    assert shade_of("", brand="Alder Hill") == shade_of("", brand="Alder Hill")
    assert len({shade_of("", brand=f"Brand {number}") for number in range(100)}) == len(SHADES)


def test_products_that_look_alike_share_a_file(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    bananas = goods()["TROPICAL FRUIT", "BANANAS"]
    one, other = picture_of(bananas, brand="Alder Hill"), picture_of(bananas, brand="Wren Bay")
    assert len(save_pictures({one, other})) == 1
    assert (tmp_path / one.file_name).exists()
    assert (tmp_path / "image_not_found.svg").exists()


def test_the_thumbnail_is_the_picture_itself() -> None:
    thumbnailer = WholePicture()
    stored = ImageFieldFile(None, type("Field", (), {"storage": default_storage})(), "products/apple.svg")
    assert thumbnailer.generate_thumbnail(stored, size="200x200", upscale=False).url == "/media/products/apple.svg"
    assert thumbnailer.generate_thumbnail("products/apple.svg", size="200x200").url == "/media/products/apple.svg"
    thumbnailer.delete_thumbnails(stored)
