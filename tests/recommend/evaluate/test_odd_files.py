"""Files as shops have them: headers in any script, prices with their sign, and some lines that nobody can read."""

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.recommend.measure.corner_shop import PEOPLE, lines

MANY = [f"{name} {number}" for number in (1, 2, 3) for name in PEOPLE]
TABLE = lines(weeks=12, people=MANY)
LINES = len(TABLE["user"])
HEADER = "Покупатель;Чек;Товар;Дата;Цена, грн"
COLUMNS = "user=Покупатель,basket=Чек,item=Товар,time=Дата,price=Цена, грн"


@pytest.fixture
def measured(tmp_path: Path) -> Any:
    """What the command says of a file, and beside it; some lines have another time or price, by their number."""

    def run(times: dict[int, str] | None = None, prices: dict[int, str] | None = None) -> tuple[str, str]:
        path, told, beside = tmp_path / "каса.csv", StringIO(), StringIO()
        rows = [
            f"{user};{basket};{item};{(times or {}).get(place, time)};{(prices or {}).get(place, '2,50 ₴')}"
            for place, (user, basket, item, time) in enumerate(
                zip(TABLE["user"], TABLE["basket"], TABLE["item"], TABLE["time"], strict=True)
            )
        ]
        path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
        wanted = {"transactions": path, "columns": [COLUMNS], "seconds": 5.0}
        call_command("personalization_evaluate", stdout=told, stderr=beside, **wanted)
        return told.getvalue(), beside.getvalue()

    return run


def test_a_column_may_be_called_anything_even_with_a_comma(measured: Any) -> None:
    told, _beside = measured()
    assert f"{LINES:,} lines" in told
    assert "revenue per 1,000 showings" in told


def test_a_few_lines_that_nobody_can_read_are_left_out_and_counted(measured: Any) -> None:
    told, beside = measured({3: "soon", 9: "", 14: "2026-02-31"}, {9: "dear", 20: "n/a", 21: ""})
    assert f"{LINES - 4:,} lines" in told
    assert re.search("3 lines of .* have no “time” that can be read: left out.", beside)
    assert re.search("2 lines of .* have no “price” that can be read: left out.", beside)


def test_with_many_the_column_is_the_wrong_one(measured: Any) -> None:
    with pytest.raises(CommandError, match="“time” holds “soon”"):
        measured(dict.fromkeys(range(LINES // 4), "soon"))


def test_no_figure_runs_into_the_next_one(measured: Any) -> None:
    told, _beside = measured(prices=dict.fromkeys(range(LINES), "1 234 567,50 грн"))
    rows = [line for line in told.splitlines() if line.startswith("  revenue")]
    assert rows
    assert all(re.search(r"\)  +[\d,.]+ \(.*\)  +[-+]", row) for row in rows)
