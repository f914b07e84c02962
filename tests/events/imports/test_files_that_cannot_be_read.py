"""A file that cannot be read says why, and what to do; the command ends with status 1."""

import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from personalization.events.models import Event, ImportedFile
from tests.events.imports.files import TILL, read, write_csv
from tests.worker.processes import environment

HEADER = "date;sku;qty;total;receipt;email"
ROW = "2026-03-02 10:15:00;oat-milk;2;3,98;R-1;"


def refusal(path, *arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("import_history", str(path), *arguments)
    assert caught.value.returncode == 1
    assert not Event.objects.exists()
    return str(caught.value)


def test_a_missing_file(tmp_path, db):
    assert refusal(tmp_path / "none.csv", *TILL).startswith("There is no file ")


def test_an_empty_file_and_one_with_headers_only(tmp_path, db):
    (tmp_path / "empty.csv").write_text("")
    assert "has no rows" in refusal(tmp_path / "empty.csv", *TILL)
    assert "has no rows" in refusal(write_csv(tmp_path / "headers.csv", HEADER), *TILL)


def test_an_unknown_column_names_those_there_are(tmp_path, db):
    file = write_csv(tmp_path / "till.csv", HEADER, ROW)
    told = refusal(file, "--kind", "purchased", "--map", "at=when,product=sku")
    assert told == "The file lacks columns that are named: when. It has: date, sku, qty, total, receipt, email."


def test_no_time(tmp_path, db):
    file = write_csv(tmp_path / "till.csv", HEADER, ROW)
    assert "add at=COLUMN to --map" in refusal(file, "--kind", "purchased", "--map", "product=sku")
    assert "It has: date" in refusal(file, "--kind", "purchased")


def test_no_kind_and_an_unknown_one(tmp_path, db):
    file = write_csv(tmp_path / "till.csv", HEADER, ROW)
    assert "Nothing says what happened" in refusal(file, "--map", "at=date")
    told = refusal(file, "--kind", "bought", "--map", "at=date")
    assert told.startswith("There is no kind of event “bought”. Take one of: ")
    assert "purchased" in told
    assert "“looked”" in refusal(file, "--map", "at=date,kind=sku", "--kinds", "view=looked")


def test_an_option_that_makes_no_sense(tmp_path, db):
    file = write_csv(tmp_path / "till.csv", HEADER, ROW)
    assert "“sku” is none" in refusal(file, *TILL, "--map", "sku")
    assert "--map knows no “price”" in refusal(file, *TILL, "--map", "price=total")
    assert "There is no time zone “Kyiv”" in refusal(file, *TILL, "--timezone", "Kyiv")
    assert "--product-by knows no “name”" in refusal(file, *TILL, "--product-by", "name")
    assert "There is no encoding “klingon”" in refusal(file, *TILL, "--encoding", "klingon")
    assert "A separator is one letter" in refusal(file, *TILL, "--separator", "; ")


def test_the_wrong_encoding_names_the_line_before_anything_is_stored(tmp_path, shop):
    rows = [ROW] * 3000 + ["2026-03-02 10:15:00;oat-milk;2;3,98;Чек-1;"] + [ROW] * 10
    file = write_csv(tmp_path / "till.csv", HEADER, *rows, encoding="cp1251")
    assert refusal(file, *TILL).startswith("Line 3002 is not written in utf-8.")
    assert not ImportedFile.objects.exists()
    read(file, *TILL, "--encoding", "cp1251")
    assert Event.objects.filter(payload__receipt="Чек-1").count() == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_other_encodings_are_read(tmp_path, shop, encoding):
    file = write_csv(tmp_path / "till.csv", HEADER, ROW.replace("R-1", "Чек"), encoding=encoding)
    read(file, *TILL, "--encoding", encoding.removesuffix("-sig"))
    assert Event.objects.get().payload["receipt"] == "Чек"


def test_rejects_that_cannot_be_written_are_noticed_at_the_start(tmp_path, shop):
    file = write_csv(tmp_path / "till.csv", HEADER, ROW)
    told = refusal(file, *TILL, "--rejects", str(tmp_path / "no" / "folder.csv"))
    assert "--rejects" in told
    failed = ImportedFile.objects.get()
    assert (failed.status, failed.error) == ("failed", told)


def test_a_dot_file_that_only_calls_itself_parquet(tmp_path, db):
    file = write_csv(tmp_path / "till.parquet", HEADER, ROW)
    assert "is no Parquet file" in refusal(file, *TILL)


def test_parquet_without_pyarrow_says_what_to_install(tmp_path, db, monkeypatch):
    file = write_csv(tmp_path / "till.parquet", HEADER, ROW)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert "pip install 'django-oscar-personalization[files]'" in refusal(file, *TILL)


def test_a_script_notices_by_the_exit_status(tmp_path, transactional_db):
    command = [sys.executable, "-W", "ignore", "-m", "django", "import_history", str(tmp_path / "none.csv")]
    ended = subprocess.run(command, env=environment("memory://", tmp_path), capture_output=True, text=True)
    assert ended.returncode == 1
    assert "There is no file" in ended.stderr
    assert "Traceback" not in ended.stderr
