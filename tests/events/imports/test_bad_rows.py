"""A file with bad rows of every sort: the good ones go in, each bad one is kept with its reason."""

import csv

import pytest

from personalization.events.models import Event
from tests.events.imports.files import counts, read, rejected, write_csv

HEADER = "id,at,kind,product,quantity,value"
GOOD = "g{n},2026-03-02 10:00:00,product_viewed,honey,1,1.00"
BAD = {
    "b1,yesterday,product_viewed,honey,1,1.00": "“yesterday” is no time",
    "b2,,product_viewed,honey,1,1.00": "the time is missing",
    "b3,2026-03-10 12:00:01,product_viewed,honey,1,1.00": "the time “2026-03-10 12:00:01” lies in the future",
    "b4,1989-12-31,product_viewed,honey,1,1.00": "the time “1989-12-31” lies before 1990",
    "b5,2025-01-01,product_viewed,honey,1,1.00": "it is too old: the log keeps “Product viewed” since 2025-02-03",
    "b6,2026-03-02,licked,honey,1,1.00": "“licked” is no kind of event",
    "b7,2026-03-02,product_viewed,,1,1.00": "the product is missing",
    "b8,2026-03-02,product_viewed,moon dust,1,1.00": "the shop has no product “moon dust”",
    "b9,2026-03-02,product_viewed,honey,some,1.00": "“some” is no number",
    "b10,2026-03-02,product_viewed,honey,-1,1.00": "the quantity “-1” is not above zero: a return is no purchase",
    "b11,2026-03-02,product_viewed,honey,1,-1": "the value “-1” is below zero: a return is no purchase",
    "b12,2026-03-02,product_viewed,honey,1": "it has 5 columns instead of 6",
    ",2026-03-02,product_viewed,honey,1,1.00": "the id is missing",
    "b13,2026-03-02,searched,,,": "the words that were searched for are missing",
    "b14,2026-03-02,product_viewed,ho\0ney,1,1.00": "it holds a zero byte",
    "b15,2026-03-02,,honey,1,1.00": "the kind is missing",
}


@pytest.mark.parametrize("rows_in_a_chunk", [3, 50_000])
def test_each_bad_row_is_kept_with_its_reason_and_no_good_one_is_lost(tmp_path, shop, monkeypatch, rows_in_a_chunk):
    monkeypatch.setattr("personalization.events.imports.chunks.ROWS", rows_in_a_chunk)
    lines = [line for n, bad in enumerate(BAD) for line in (GOOD.format(n=n), bad)]
    file = write_csv(tmp_path / "mixed.csv", HEADER, *lines)
    done = read(file, "--timezone", "UTC")
    assert counts(done) == (32, 16, 0, 16)
    assert Event.objects.count() == 16
    told = rejected(file)
    assert told[0] == ["line", "reason", *HEADER.split(",")]
    assert [row[1] for row in told[1:]] == list(BAD.values())
    assert [int(row[0]) for row in told[1:]] == list(range(3, 34, 2))
    whole = [row for row in told[1:] if row[1] != "it has 5 columns instead of 6"]
    assert [",".join(row[2:]) for row in whole] == [bad for bad in BAD if not bad.startswith("b12")]


def test_a_quote_that_is_never_closed_takes_no_other_row_with_it(tmp_path, shop):
    file = write_csv(
        tmp_path / "quotes.csv",
        HEADER,
        'x,2026-03-02,product_viewed,"honey,1,1.00',
        *(GOOD.format(n=n) for n in range(100)),
    )
    assert counts(read(file)) == (101, 100, 0, 1)
    assert rejected(file)[1][0] == "2"


def test_rows_between_two_stray_quotes_are_kept_whole_among_the_rejects(tmp_path, shop):
    # By the rules of CSV these three lines are one row.
    three = ('x,2026-03-02,product_viewed,"honey', GOOD.format(n=2), 'y,2026-03-02,product_viewed,honey",1,1.00')
    file = write_csv(tmp_path / "quotes.csv", HEADER, GOOD.format(n=1), *three, GOOD.format(n=3))
    assert counts(read(file)) == (3, 2, 0, 1)
    line, _, *cells = rejected(file)[1]
    assert (line, cells[3]) == ("3", "\n".join(three).split('"')[1])


def test_the_rejects_go_where_they_are_asked_for(tmp_path, shop):
    file = write_csv(tmp_path / "one.csv", HEADER, "b,never,product_viewed,honey,1,1")
    read(file, "--rejects", str(tmp_path / "elsewhere.csv"))
    with (tmp_path / "elsewhere.csv").open(newline="") as told:
        assert len(list(csv.reader(told))) == 2
    assert not (tmp_path / "one.csv.rejected.csv").exists()


def test_a_clean_file_leaves_no_rejects(tmp_path, shop):
    file = write_csv(tmp_path / "clean.csv", HEADER, GOOD.format(n=1))
    read(file)
    assert [path.name for path in tmp_path.iterdir()] == ["clean.csv"]


def test_the_command_shows_the_first_reasons_and_where_all_are(tmp_path, shop, capsys):
    file = write_csv(tmp_path / "mixed.csv", HEADER, *BAD)
    read(file)
    out = capsys.readouterr().out
    assert "16 rows read: 0 events stored, 0 known already, 16 rejected." in out
    assert "  line 2: “yesterday” is no time" in out
    assert str(tmp_path / "mixed.csv.rejected.csv") in out
    assert out.count("  line ") == 5
