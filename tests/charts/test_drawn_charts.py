"""Charts: what is drawn where, by hand; and every chart is heard, strict and the same as its table."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from personalization.charts.bars import Bar, Bars
from personalization.charts.calibration import Calibration, Part
from personalization.charts.lines import Line, Lines
from personalization.charts.scale import Scale, number_told, round_step, round_top, share_told

PARTS = (Part(0.2, 0.25, 0.2, 0.3, 40), Part(0.75, 0.8, 0.7, 0.9, 40))
CALIBRATION = Calibration("risk", "Who leaves", "foretold", "came", PARTS, told=share_told, csv="/risk.csv")
BARS = Bars("brands", "Brands", "brand", "share", (Bar("Oatly", 0.5, 0.25), Bar("<b>", 0.1, 0.2)), "the shop")
LINES = Lines("year", "Orders", "month", "orders", ("Jan", "Feb", "Mar", "Apr"),
              (Line("new", (10, None, 30, 40)), Line("known", (5, 5, 5, 39))))  # fmt: skip
CHARTS = [CALIBRATION, BARS, LINES]


def _page(chart: Any) -> str:
    return render_to_string("personalization/charts/figure.html", {"chart": chart})


@pytest.mark.parametrize(("width", "step"), [(1, 1), (1.1, 2), (3, 5), (7, 10), (0.03, 0.05), (0, 1)])
def test_steps_are_round(width: float, step: float) -> None:
    assert round_step(width) == pytest.approx(step)


@pytest.mark.parametrize(("value", "top"), [(0.93, 1.0), (1882, 2000), (4, 4), (0, 4 * 1e-9)])
def test_an_axis_ends_at_a_round_number_above_all_values(value: float, top: float) -> None:
    assert round_top(value) >= value
    if value:
        assert round_top(value) == pytest.approx(top)


def test_a_scale_runs_either_way_and_holds_what_lies_beyond() -> None:
    up = Scale(0, 100, 276, 22)
    assert (up.at(0), up.at(50), up.at(100), up.at(1000)) == (276, 149, 22, 22)
    assert [tick.label for tick in up.ticks(number_told)] == ["0", "50", "100"]


def test_what_was_foretold_rightly_lies_on_the_diagonal() -> None:
    chart = Calibration("x", "x", "p", "a", [Part(0.5, 0.5, 0.4, 0.6, 9), Part(1.0, 1.0, 1.0, 1.0, 9)])
    middle, end = chart.marks
    assert (end.x, end.y) == (chart.right, chart.top)
    assert middle.x == pytest.approx((chart.left + chart.right) / 2)
    assert middle.y == pytest.approx((chart.top + chart.bottom) / 2)


def test_the_longest_bar_fills_its_room_and_the_others_in_proportion() -> None:
    long, short = BARS.drawn
    assert (long.length, short.length) == (380, 76)
    assert long.usual == BARS.left + 190
    # 0.2 is more than 0.1: the number stands behind the mark.
    assert short.label_at == BARS.left + 152 + 8


def test_a_line_has_a_gap_where_nothing_is_known() -> None:
    new, known = LINES.drawn
    assert len(new.dots) == 3
    assert [len(piece.split()) for piece in new.pieces] == [2]
    assert [len(piece.split()) for piece in known.pieces] == [4]
    assert known.name_at - new.name_at >= 16


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.key)
def test_a_chart_is_told_in_words_and_as_a_table(chart: Any) -> None:
    page = _page(chart)
    svg = ElementTree.fromstring(re.search(r"<svg class=\"pz-drawing.*?</svg>", page, re.DOTALL).group())  # noqa: S314
    names = {one.get("id"): one.text for one in svg if one.tag in ("title", "desc")}
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby").split() == list(names)
    assert all(names.values())
    assert page.count("<tr>") == 1 + len(list(chart.rows()))
    assert len(list(chart.plain_rows())) == 1 + len(list(chart.rows()))


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.key)
def test_a_chart_needs_no_script_and_no_style_in_the_markup(chart: Any) -> None:
    page = _page(chart)
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=", page)
    assert "<b>" not in page


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.key)
def test_numbers_of_the_drawing_have_points_where_those_of_the_page_have_commas(chart: Any) -> None:
    with translation.override("ru"):
        page = _page(chart)
    for value in re.findall(r'\s(?:x|y|x1|x2|y1|y2|cx|cy|width|height)="([^"]*)"', page):
        float(value)


def test_an_empty_chart_is_no_failure() -> None:
    for chart in (Calibration("x", "x", "p", "a", ()), Bars("x", "x", "a", "b", ()), Lines("x", "x", "a", "b", (), ())):
        assert "<svg" in _page(chart)


def test_the_table_can_be_taken_away() -> None:
    assert '<a href="/risk.csv">Download as CSV</a>' in _page(CALIBRATION)
    assert "Download" not in _page(BARS)
    assert next(iter(CALIBRATION.plain_rows())) == ("people", "predicted", "actual", "low", "high")


def test_small_numbers_keep_what_tells_them_apart() -> None:
    assert [number_told(one) for one in (0, 3, 0.256, 12.34, 1653.4)] == ["0", "3", "0.26", "12.3", "1,653"]
    assert share_told(0.316) == "32 %"
