"""The funnel and the ways through the shop: what is drawn where, worked out by hand."""

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from personalization.charts.flows import BELOW, COLUMN, STOP, TALL, TOP, Flow, Flows
from personalization.charts.funnel import Funnel, Stage
from personalization.charts.scale import fine_share_told

# Of a hundred visits sixty looked at goods and nine ordered; before, half had looked at goods.
FUNNEL = Funnel(
    "funnel", "How far <b>", "step", "visits",
    (
        Stage("Visit", 100, 1.0, "2 min", "/leave/visit", "Make a segment"), Stage("View", 60, 0.5),
        Stage("Order", 9, 0.0),
    ),
    "the week before", "/funnel.csv",
)  # fmt: skip
NAMES = {"home": "Home", "search": "Search", "product": "Product", "order": "Order", "left": "Left"}
# A hundred visits: seventy began at home, thirty at a search.
FLOWS = Flows(
    "ways", "Ways <b>", "visits",
    (
        Flow(0, "home", "product", 40), Flow(0, "home", "left", 30), Flow(0, "search", "product", 30),
        Flow(1, "product", "order", 20), Flow(1, "product", "left", 50), Flow(2, "order", "left", 20),
    ),
    NAMES, end="left", goal="order", csv="/ways.csv",
)  # fmt: skip


def test_beside_a_long_name_the_share_has_no_room_and_stands_below() -> None:
    long = replace(FLOWS, names=NAMES | {"home": "The first page of all"})
    home, search = long.stops[:2]
    assert (home.is_long, search.is_long) == (True, False)
    assert search.y - FLOWS.stops[1].y == BELOW, "the next one makes room"
    page = _page(long)
    assert page.count(f'dy="{BELOW}"') == 1
    assert _page(FLOWS).count(f'dy="{BELOW}"') == 0


def _page(chart: Any) -> str:
    return render_to_string("personalization/charts/figure.html", {"chart": chart, "csrf_token": "token"})


def test_each_step_is_as_long_as_its_share_of_all() -> None:
    visit, view, order = FUNNEL.drawn
    assert (visit.length, view.length, order.length) == (1000, 600, 90)
    assert (view.before, order.before) == (1000, 600), "behind it lies the step before"
    assert view.usual_at == 500
    assert [one.left for one in FUNNEL.drawn] == ["40", "51", ""]
    assert [one.left_share for one in FUNNEL.drawn] == ["40 %", "85 %", ""]
    assert [one.of_previous for one in FUNNEL.drawn] == ["", "60 %", "15 %"]


def test_the_funnel_s_table_says_the_same() -> None:
    assert list(FUNNEL.rows())[1] == ("View", "60", "60 %", "50 %", "60 %", "51 (85 %)", "–")
    assert list(FUNNEL.plain_rows())[2] == ("View", 60, 0.6, 0.5, 0.6, 51, "")


def test_only_those_who_left_somewhere_can_be_pressed() -> None:
    page = _page(FUNNEL)
    assert page.count("<form") == 1
    assert '<form method="post" action="/leave/visit">' in page
    assert "csrfmiddlewaretoken" in page


def test_stops_are_as_high_as_they_are_busy_and_bands_as_thick() -> None:
    stops = {(one.x, one.name): one for one in FLOWS.stops}
    first, second, third = (4.0 + COLUMN * turn for turn in range(3))
    assert {name for _, name in stops} == set(NAMES.values())
    assert stops[first, "Home"].height == 0.7 * TALL
    assert stops[first, "Search"].height == 0.3 * TALL
    assert stops[second, "Product"].height == 0.7 * TALL
    assert stops[third, "Left"].height == 0.5 * TALL
    band = next(one for one in FLOWS.bands if one.title == "Home → Product: 40 (40 %)")
    # From the top of "Home" to the top of "Product", both at the top of their columns.
    assert band.shape.startswith(f"M{first + STOP},{TOP}.0C")
    assert f"{second},{TOP}.0V{TOP + 0.4 * TALL}C" in band.shape


def test_bands_lie_below_each_other_at_both_ends() -> None:
    band = next(one for one in FLOWS.bands if one.title.startswith("Search"))
    search, product = (next(one for one in FLOWS.stops if one.name == name) for name in ("Search", "Product"))
    assert band.shape.startswith(f"M{search.x + STOP},{search.y}C")
    assert f"{product.x},{product.y + 0.4 * TALL}V{product.y + product.height}C" in band.shape


def test_whoever_has_arrived_is_not_drawn_as_leaving() -> None:
    assert all(not one.title.startswith("Order") for one in FLOWS.bands)
    assert len(FLOWS.heads) == 3
    assert ("3", "Order", "Left", "20", "20 %") in list(FLOWS.rows()), "the table has it"


def test_what_is_too_thin_is_only_in_the_file() -> None:
    chart = Flows("x", "x", "n", (Flow(0, "home", "product", 995), Flow(0, "home", "left", 5)), NAMES, end="left")
    assert len(chart.bands) == len(list(chart.rows())) == 1
    assert list(chart.plain_rows())[-1] == (1, "Home", "Left", 5, 0.005)


@pytest.mark.parametrize("chart", [FUNNEL, FLOWS], ids=lambda chart: chart.key)
def test_it_is_told_as_a_table_needs_no_script_and_escapes_names(chart: Any) -> None:
    with translation.override("ru"):
        page = _page(chart)
    assert page.count("<tr>") == 1 + len(list(chart.rows())) == len(list(chart.plain_rows()))
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|<b>", page)
    for value in re.findall(r'\s(?:x|y|x1|x2|y1|y2|width|height)="([^"]*)"', page):
        float(value)


def test_the_ways_are_told_in_words() -> None:
    svg = ElementTree.fromstring(re.search(r"<svg class=\"pz-drawing.*?</svg>", _page(FLOWS), re.DOTALL).group())  # noqa: S314
    names = {one.get("id"): one.text for one in svg if one.tag in ("title", "desc")}
    assert svg.get("aria-labelledby").split() == list(names)
    assert "Product → Left: 50 (50 %); Home → Product: 40 (40 %)" in names["ways-desc"]


@pytest.mark.parametrize("chart", [Funnel("x", "x", "a", "b", ()), Flows("x", "x", "n", (), NAMES, end="left")])
def test_with_nothing_to_draw_it_is_calm(chart: Any) -> None:
    assert "pz-figure" in _page(chart)


def test_small_shares_keep_a_digit() -> None:
    assert [fine_share_told(one) for one in (0, 0.004, 0.052, 0.0996, 0.316)] == [
        "0 %",
        "0.4 %",
        "5.2 %",
        "10 %",
        "32 %",
    ]
