"""The app's block template: it says what it is given, and a shop replaces any part of it alone."""

from decimal import Decimal
from typing import Any

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from personalization.shop import ProductCard
from personalization.storefront.blocks import Shown


def card(**more: Any) -> ProductCard:
    told = {
        "id": 1, "title": "oat milk", "url": "/oat-milk/", "add_url": "/basket/add/1/", "picture": None,
        "price": Decimal("1.99"), "currency": "USD", "has_variants": False, "low_stock": None,
    }  # fmt: skip
    return ProductCard(**(told | more))


def html_of(template: str = "", **more: Any) -> str:
    shown = Shown(title="For you", slug="pz-home-1", cards=[card(**more)])
    context, request = {"block": shown}, RequestFactory().get("/shelf/?page=2")
    if template:
        return engines["django"].from_string(template).render(context, request)
    return render_to_string("personalization/block.html", context, request)


def test_a_card_shows_title_price_and_a_button_of_its_own() -> None:
    html = html_of()
    assert '<a class="pz-card__link" href="/oat-milk/">oat milk</a>' in html
    assert "$1.99" in html
    assert 'action="/basket/add/1/"' in html
    assert 'name="next" value="/shelf/?page=2"' in html


def test_variants_are_chosen_on_their_page() -> None:
    html = html_of(has_variants=True)
    assert "from" in html
    assert "/basket/add/" not in html
    assert 'class="pz-button pz-button--quiet" href="/oat-milk/"' in html


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"low_stock": 3}, "3 left"),
        ({"was_price": Decimal("2.49")}, "$2.49"),
        ({"reason": "Goes with tea"}, "Goes with tea"),
    ],
)
def test_what_is_not_told_leaves_no_trace(more: dict[str, Any], said: str) -> None:
    assert said in html_of(**more)
    assert said not in html_of()


def test_titles_are_escaped() -> None:
    assert "<script>" not in html_of(title="<script>alert(1)</script>", reason="<script>")


def test_a_shop_replaces_one_part_and_keeps_the_rest() -> None:
    html = html_of(
        '{% extends "personalization/block.html" %}{% block pz_title %}<h2>Picked: {{ row.title }}</h2>{% endblock %}'
    )
    assert "<h2>Picked: For you</h2>" in html
    assert 'class="pz-card__link"' in html


def test_a_shop_brings_its_own_card() -> None:
    html = html_of('{% extends "personalization/block.html" %}{% block pz_card %}<b>{{ card.title }}</b>{% endblock %}')
    assert "<b>oat milk</b>" in html
    assert "pz-card__link" not in html


def test_the_block_carries_no_inline_script_or_style() -> None:
    html = html_of(reason="Goes with tea", low_stock=2)
    assert "style=" not in html
    assert "<script" not in html
    assert " on" + "click" not in html
