"""Parquet brings types along: they mean what the same text in a CSV file means."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as arrow
import pytest
from pyarrow import parquet

from personalization.events.models import ImportedFile
from tests.events.imports.files import TILL, all_ids, counts, logged, read, rejected


@pytest.fixture
def receipts(tmp_path, shop, anna):
    begin = datetime(2026, 3, 1, 10, tzinfo=UTC)
    table = arrow.table({
        "date": arrow.array([begin + timedelta(hours=n) for n in range(30)], arrow.timestamp("ns", tz="Europe/Kyiv")),
        "sku": arrow.array(["honey", "moon dust", "butter"] * 10).dictionary_encode(),
        "qty": arrow.array([1.0, 2.0, None] * 10),
        "total": arrow.array([Decimal("4.99"), Decimal("1.00"), None] * 10),
        "receipt": arrow.array(range(30)),
        "email": arrow.array(["anna@example.com", None, ""] * 10),
        "tags": arrow.array([["a", "b"], None, []] * 10),
    })  # fmt: skip
    path = tmp_path / "till.parquet"
    parquet.write_table(table, path, row_group_size=7)
    return path


def test_its_rows_become_events(receipts, shop, anna):
    assert counts(read(receipts, *TILL)) == (30, 20, 0, 10)
    assert logged("product_id", "user_id", "quantity", "value", "happened_at")[:2] == [
        (shop["honey"].pk, anna.pk, 1, Decimal("4.99"), datetime(2026, 3, 1, 10, tzinfo=UTC)),
        (shop["butter"].pk, None, 1, None, datetime(2026, 3, 1, 12, tzinfo=UTC)),
    ]
    assert [row[:2] for row in rejected(receipts)[1:3]] == [
        ["2", "the shop has no product “moon dust”"],
        ["5", "the shop has no product “moon dust”"],
    ]


@pytest.mark.parametrize("stopped_in_chunk", [1, 2, 3])
def test_stopped_half_way_it_goes_on(receipts, monkeypatch, stopped_in_chunk):
    from personalization.events.imports import read_file

    monkeypatch.setattr("personalization.events.imports.chunks.ROWS", 8)
    real, calls = read_file.store, []

    def stop(chunk, resolved):
        calls.append(chunk)
        if len(calls) == stopped_in_chunk + 1:
            raise KeyboardInterrupt
        return real(chunk, resolved)

    with monkeypatch.context() as patched:
        patched.setattr(read_file, "store", stop)
        with pytest.raises(Exception, match="Nothing is lost"):
            read(receipts, *TILL)
    assert ImportedFile.objects.get().position == 8 * stopped_in_chunk
    assert counts(read(receipts, *TILL)) == (30, 20, 0, 10)
    assert [int(line) for line, *_ in rejected(receipts)[1:]] == list(range(2, 31, 3))
    assert len(all_ids()) == 20
