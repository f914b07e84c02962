"""The words of a banner are data, in the reader's language or, told so, in the shop's own."""

import pytest
from django.utils import translation

from personalization.storefront.slots.models import TEXT, TITLE, Banner
from personalization.storefront.slots.showing import drawn, rich, step_of
from tests.storefront.popups.test_words import SCRIPTS, TEMPLATES, WHOLE, is_harmless
from tests.storefront.slots.conftest import banner, picture

BOTH = {"en": {"title": "Spring", "text": "It is here", "button": "Look"}, "ru": {"title": "Весна"}}


def page(**more) -> str:
    return drawn(Banner(**{"slot": "home-hero", "texts": BOTH, "link": "/catalogue/"} | more))


def test_each_reader_gets_their_language():
    with translation.override("ru"):
        assert "Весна" in page()
    with translation.override("en"):
        assert "Spring" in page()
        assert "lang=" not in page()


def test_what_is_not_translated_stands_in_the_shop_s_own_and_says_so():
    with translation.override("ru"):
        html = page()
    assert '<div class="pz-banner__text" lang="en"><p>It is here</p></div>' in html
    assert 'lang="en" aria-describedby="pz-banner-title">Look</a>' in html


def test_without_the_shop_s_own_any_language_will_do():
    with translation.override("uk"):
        told = Banner(texts={"ru": {"title": "Весна"}}).words(TITLE)
    assert (told.text, told.language) == ("Весна", "ru")


@pytest.mark.parametrize("stored", [{}, {"en": None}, {"en": []}, {"en": "x"}, {"en": {"title": None}}])
def test_what_cannot_be_read_breaks_nothing(stored):
    assert Banner(texts=stored).words(TEXT).text in ("", "None")
    assert "pz-banner" in drawn(Banner(texts=stored))


def test_no_script_comes_through_the_text():
    assert [one for one in SCRIPTS if not is_harmless(rich(one))] == []


def test_no_script_comes_through_any_other_field():
    for one in (*WHOLE, '" onclick="alert(1)', "' onerror='alert(1)"):
        told = {"en": {"title": one, "button": one, "alt": one}}
        html = drawn(Banner(slot="home-hero", texts=told, link="/catalogue/" + one, picture="x.png"))
        assert "<script" not in html.lower()
        assert "<img src=x" not in html
        assert '" onclick=' not in html
        assert "' onerror=" not in html


def test_no_template_is_filled_in():
    for one in TEMPLATES:
        html = drawn(Banner(texts={"en": {"title": "x", "text": one}}))
        assert rich(one) in html


def test_what_must_stay_in_sight_is_the_nearest_step(db):
    assert [step_of(one) for one in (0, 4, 5, 37, 96, 100, 300)] == [0, 0, 10, 40, 100, 100, 100]
    made = banner("Spring", picture=picture(), focus_x=73, focus_y=18)
    assert 'class="pz-banner__picture pz-at-x-70 pz-at-y-20"' in drawn(made)


def test_a_picture_that_is_not_described_pleases_the_eye_alone(db):
    made = banner("Spring", picture=picture())
    assert f'src="{made.picture.url}" alt=""' in drawn(made)


def test_one_link_to_a_banner_by_its_button_or_else_by_its_heading():
    assert page().count("<a ") == 1
    assert 'href="/catalogue/">Spring</a>' in page(texts={"en": {"title": "Spring"}})
    assert "<a " not in page(link="")
