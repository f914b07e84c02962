"""What a table means: moments of every kind, baskets, and faults that name the column and the fix."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import pytest

from personalization.recommend.measure import BadTransactions
from personalization.recommend.measure.amounts import amounts
from personalization.recommend.measure.intake import take_in
from personalization.recommend.measure.moments import days_of

MARCH_2 = 20_514.0  # days from 1970-01-01 to 2026-03-02
NOON = MARCH_2 + 0.5
MOMENTS: dict[str, Any] = {
    "ISO": ["2026-03-02 12:00:00"],
    "ISO with a zone": ["2026-03-02T14:00:00+02:00"],
    "ISO with a Z": ["2026-03-02T12:00:00Z"],
    "seconds": [NOON * 86_400],
    "milliseconds": [int(NOON * 86_400_000)],
    "microseconds": np.array([NOON * 86_400e6]),
    "nanoseconds": np.array([int(NOON) * 86_400 * 10**9 + 43_200 * 10**9]),
    "seconds as text": [str(int(NOON * 86_400))],
    "days": [NOON],
    "datetime64": np.array(["2026-03-02T12:00"], dtype="datetime64[s]"),
    "pandas": pd.Series(pd.to_datetime(["2026-03-02 12:00"])).to_numpy(),
    "pandas with a zone": pd.Series(pd.to_datetime(["2026-03-02 12:00"], utc=True)).to_numpy(),
    "datetime": [datetime(2026, 3, 2, 12)],
    "datetime with a zone": [datetime(2026, 3, 2, 14, tzinfo=timezone(timedelta(hours=2)))],
    "American": ["3/2/2026 12:00", "3/28/2026 12:00"],
    "British": ["02/03/2026 12:00", "28/03/2026 12:00"],
    "German": ["02.03.2026 12:00"],
    "half a day": ["03/02/2026 12:00 PM", "03/28/2026 12:00 PM"],
}
DATES: dict[str, Any] = {
    "date": [date(2026, 3, 2)],
    "ISO": ["2026-03-02"],
    "a number": [20260302, 20260428],
    "a number as text": ["20260302", "20260428"],
    "months by name": ["02 Mar 2026"],
    "months by their whole name": ["02 March 2026"],
    "an American's month": ["March 02, 2026"],
}


@pytest.mark.parametrize("kind", MOMENTS)
def test_a_moment_is_read(kind: str) -> None:
    assert days_of(MOMENTS[kind])[0] == pytest.approx(NOON, abs=1e-6)


@pytest.mark.parametrize("kind", DATES)
def test_a_date_is_read(kind: str) -> None:
    assert days_of(DATES[kind])[0] == MARCH_2


def test_of_two_readings_the_one_that_spans_less_time_is_meant() -> None:
    in_march = days_of(["02/03/2026", "05/03/2026", "09/03/2026"])
    assert np.ptp(in_march) == 7


def test_small_numbers_that_span_centuries_are_seconds() -> None:
    assert days_of([0, 86_400, 864_000]).tolist() == [0, 1, 10]


def test_a_format_that_is_named_is_taken() -> None:
    assert days_of(["2026|02|03"], date_format="%Y|%d|%m")[0] == MARCH_2


@pytest.mark.parametrize("gone", [None, float("nan"), "", pd.NaT, np.datetime64("NaT")], ids=repr)
def test_missing_times_are_counted(gone: object) -> None:
    times = ["2026-03-02", gone, gone, "2026-03-04"]
    with pytest.raises(BadTransactions, match="“time” is empty in 2 of 4 lines"):
        take_in({"user": [1] * 4, "item": [1] * 4, "time": times})


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12.50", 12.5), ("12,50", 12.5), ("€ 12.50", 12.5), ("12,50 грн", 12.5), ("$1,234.56", 1234.56),
        ("1.234,56", 1234.56), ("1 234,56", 1234.56), ("1\u202f234,56 zł", 1234.56), ("1'234.50", 1234.5),
        ("1,234,567", 1234567.0), ("-3,5", -3.5), ("1e3", 1000.0),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(text: str, amount: float) -> None:
    assert amounts([text], column="price", otherwise=0.0).tolist() == [amount]


@pytest.mark.parametrize("text", ["dear", "12 to 15", "12/50", "1.2.3,4,5", "€"])
def test_what_is_no_amount_is_told(text: str) -> None:
    with pytest.raises(BadTransactions, match=f"“price” holds “{text}”"):
        amounts([text], column="price", otherwise=0.0)


def _bought(**columns: Any) -> Any:
    return take_in({"user": [1, 1], "item": ["a", "b"], "time": [10.0, 11.0]} | columns)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"time": ["2026-03-02", "soon"]}, "“time” holds “soon”"),
        ({"item": ["a", None]}, "“item” is empty in 1 of 2 lines"),
        ({"item": ["a", ["b"]]}, "“item” holds lists"),
        ({"price": ["1.50", "dear"]}, "“price” holds “dear”"),
        ({"quantity": [1]}, "not equally long"),
    ],
    ids=["time", "no item", "lists", "price", "uneven"],
)
def test_a_fault_names_the_column(columns: dict[str, Any], told: str) -> None:
    with pytest.raises(BadTransactions, match=told):
        _bought(**columns)


def test_a_missing_column_is_named_beside_those_that_are_there() -> None:
    with pytest.raises(BadTransactions, match=r"no column “item”.*customer, user, time"):
        take_in({"customer": [1], "user": [1], "time": [1]})


def test_what_is_no_table_is_named() -> None:
    with pytest.raises(BadTransactions, match="not a int"):
        take_in([1, 2, 3])


def test_baskets_may_be_numbered_anew_for_each_shopper() -> None:
    log = _bought(user=["anna", "boris"], basket=[1, 1]).log
    assert len(np.unique(log.purchases.basket)) == 2


def test_a_number_that_comes_back_later_is_another_basket() -> None:
    log = take_in({"user": ["a"] * 3, "item": list("xyz"), "time": [1.0, 1.1, 90.0], "basket": [7, 7, 7]}).log
    assert log.purchases.basket.tolist()[0] == log.purchases.basket.tolist()[1] != log.purchases.basket.tolist()[2]


def test_without_baskets_one_moment_of_a_shopper_is_one() -> None:
    log = take_in({"user": ["a", "a", "a", "b"], "item": list("xyzx"), "time": [1.5, 1.5, 1.9, 1.5]}).log
    assert sorted(np.unique(log.purchases.basket, return_counts=True)[1].tolist()) == [1, 1, 2]


def test_without_baskets_and_with_a_moment_for_each_line_one_day_of_a_shopper_is_one() -> None:
    log = take_in({"user": ["a"] * 4, "item": list("xyzx"), "time": [1.1, 1.2, 1.3, 2.4]}).log
    assert sorted(np.unique(log.purchases.basket, return_counts=True)[1].tolist()) == [1, 3]


def test_strangers_share_no_basket_unless_it_has_a_number() -> None:
    bare = take_in({"user": [None, None], "item": list("xy"), "time": [1.0, 1.0]}).log
    named = take_in({"user": [None, None], "item": list("xy"), "time": [1.0, 1.0], "basket": [5, 5]}).log
    assert [len(np.unique(log.purchases.basket)) for log in (bare, named)] == [2, 1]


def test_lines_may_come_in_any_order() -> None:
    assert _bought(time=[11.0, 10.0]).log.purchases.day.tolist() == [10.0, 11.0]


def test_days_before_1970_are_moved_by_whole_weeks() -> None:
    taken = _bought(time=[-10.0, -3.5])
    assert taken.log.purchases.day.tolist() == [4.0, 10.5]
    assert taken.day_of(-3.5) == 10.5


def test_goods_have_shelf_and_words_where_they_are_told() -> None:
    items = {"item": ["b", "c"], "category": ["tea", None], "title": ["green", "black"], "brand": ["x", "y"]}
    catalogue = take_in({"user": [1], "item": ["a"], "time": [1]}, items=items).log.catalogue
    assert catalogue.text == ("", "green", "black")
    assert [one >= 0 for one in catalogue.category.tolist()] == [False, True, False]


def test_a_moment_of_asking_is_read_like_the_others() -> None:
    assert _bought().day_of(datetime(1970, 1, 12, tzinfo=UTC)) == 11.0
