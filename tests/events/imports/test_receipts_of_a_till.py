"""The till of the shop's own store: its receipts become purchases, like orders."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.management import CommandError

from personalization.events.identifiers import moment_of
from personalization.events.imports.chunks import ROWS
from personalization.events.models import DailyFigure, Event, ImportedFile, SummedDay
from personalization.events.partitions import DEFAULT
from personalization.events.sweep import sweep
from personalization.events.totals import purchases, sold
from personalization.recommend.train.read import read_log
from tests.events.imports.files import TILL, all_ids, counts, logged, read, rejected, write_csv
from tests.people import NOW

HEADER = "date;sku;qty;total;receipt;email"
KYIV = ("--timezone", "Europe/Kyiv", "--source", "till")


@pytest.fixture
def receipts(tmp_path, shop, anna):
    return write_csv(
        tmp_path / "till.csv",
        HEADER,
        "2026-03-02 10:15:00;oat-milk;2;3,98;R-1;anna@example.com",
        "2026-03-02 10:15:00;apron-large;1;14,00;R-1;Anna@Example.com",
        "2026-03-02 10:20:00;sponge;1;0,99;R-2;",
        "2026-03-02 10:20:00;sponge;1;0,99;R-2;",
        "2026-02-27 18:00:00;butter;0,435;1.002,29;R-0;",
    )


def test_every_line_of_a_receipt_becomes_a_purchase(receipts, shop, anna):
    assert counts(read(receipts, *TILL, *KYIV)) == (5, 5, 0, 0)
    milk, apron, large = shop["oat milk"].pk, shop["apron"].pk, shop["apron large"].pk
    ten_fifteen = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
    first = logged("product_id", "variant_id", "user_id", "quantity", "value", happened_at=ten_fifteen)
    assert sorted(first) == sorted(
        [(milk, None, anna.pk, 2, Decimal("3.98")), (apron, large, anna.pk, 1, Decimal("14.00"))]
    )


def test_weighed_goods_are_one_piece_and_a_point_may_group_thousands(receipts):
    read(receipts, *TILL, *KYIV)
    assert logged("quantity", "value")[0] == (1, Decimal("1002.29"))


def test_two_equal_lines_of_a_receipt_are_two_purchases(receipts, shop):
    read(receipts, *TILL, *KYIV)
    assert len(logged("id", product_id=shop["sponge"].pk)) == 2


def test_the_lines_of_a_receipt_are_one_order_that_learning_can_read(receipts):
    read(receipts, *TILL, *KYIV)
    rows = [row for batch in purchases(since=NOW - timedelta(days=30), until=NOW) for row in batch]
    baskets = [order for _, order, *_ in rows]
    assert len(baskets) == 5
    assert len(set(baskets)) == 3
    assert all(-(2**52) <= order < 0 for order in baskets)
    assert len(set(read_log(since=NOW - timedelta(days=30), until=NOW).purchases.basket)) == 3


def test_without_a_receipt_number_one_customer_at_one_time_is_one_order(tmp_path, shop, anna, boris):
    file = write_csv(
        tmp_path / "bare.csv",
        "at,product,user",
        "2026-03-02T10:00:00Z,oat-milk,anna@example.com",
        "2026-03-02T10:00:00Z,butter,anna@example.com",
        "2026-03-02T10:00:00Z,butter,boris@example.com",
        "2026-03-02T10:00:00Z,honey,",
        "2026-03-02T10:00:00Z,coffee,",
    )
    read(file, "--kind", "purchased")
    orders = {product: payload["order"] for product, payload in logged("product_id", "payload") if product}
    assert len({payload["order"] for (payload,) in logged("payload")}) == 4
    assert len(orders) == 4


def test_a_second_reading_stores_nothing(receipts, capsys):
    read(receipts, *TILL, *KYIV)
    before = all_ids()
    read(receipts, *TILL, *KYIV)
    assert "was read to its end on" in capsys.readouterr().out
    assert counts(read(receipts, *TILL, *KYIV, "--restart")) == (5, 0, 5, 0)
    assert all_ids() == before
    assert ImportedFile.objects.count() == 1


def test_a_longer_export_of_the_same_till_adds_only_what_is_new(receipts, tmp_path):
    read(receipts, *TILL, *KYIV)
    longer = tmp_path / "later.csv"
    longer.write_text(f"{HEADER}\n2026-03-09 09:00:00;honey;1;4,99;R-9;\n" + receipts.read_text().split("\n", 1)[1])
    assert counts(read(longer, *TILL, *KYIV)) == (6, 1, 5, 0)


def test_another_till_is_another_source(receipts):
    read(receipts, *TILL, *KYIV)
    assert counts(read(receipts, *TILL, "--timezone", "Europe/Kyiv", "--source", "second till")) == (5, 5, 0, 0)


def test_equal_lines_far_apart_in_the_file_are_counted_too(tmp_path, shop, monkeypatch):
    monkeypatch.setattr("personalization.events.imports.chunks.ROWS", 10)
    assert ROWS > 43
    others = [f"2026-03-0{1 + n % 9} 08:{n:02}:00;honey;1;4,99;R-{n};" for n in range(40)]
    again = "2026-03-05 12:00:00;sponge;1;0,99;R-x;"
    file = write_csv(tmp_path / "long.csv", HEADER, again, *others, again, again)
    assert counts(read(file, *TILL)) == (43, 43, 0, 0)
    assert counts(read(file, *TILL, "--restart")) == (43, 0, 43, 0)
    assert len(logged("id", product_id=shop["sponge"].pk)) == 3


def test_the_events_lie_in_the_months_of_their_time(receipts, db):
    from django.db import connection

    read(receipts, *TILL, *KYIV)
    assert all(moment_of(key) == at for key, at in logged("id", "happened_at"))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ONLY {DEFAULT}")  # noqa: S608
        assert cursor.fetchone() == (0,)


def test_the_figures_of_the_touched_days_are_made_anew(receipts):
    touched, quiet = datetime(2026, 3, 2).date(), datetime(2026, 3, 3).date()
    for day in (touched, quiet):
        SummedDay.objects.create(day=day, summed_at=NOW)
    read(receipts, *TILL, *KYIV)
    assert list(SummedDay.objects.values_list("day", flat=True)) == [quiet]
    assert not DailyFigure.objects.exists()


def test_best_sellers_count_them(receipts, shop):
    read(receipts, *TILL, *KYIV)
    assert sold(since=NOW - timedelta(days=30), until=NOW)[shop["sponge"].pk].units == 2


def test_the_sweep_leaves_them_alone(receipts):
    read(receipts, *TILL, *KYIV)
    assert sweep(now=NOW).removed == 0
    assert Event.objects.count() == 5


def test_old_receipts_are_rejected_with_their_reason(tmp_path, shop):
    file = write_csv(
        tmp_path / "old.csv", HEADER, "2025-02-03 00:00:00;honey;1;4,99;R;", "2025-02-02 23:59:59;honey;1;4,99;R;"
    )
    with time_machine.travel(datetime(2026, 3, 10, 12, 0, tzinfo=UTC), tick=False):
        assert counts(read(file, *TILL, "--timezone", "UTC")) == (2, 1, 0, 1)
    assert rejected(file)[1][:2] == ["3", "it is too old: the log keeps “Purchased” since 2025-02-03"]


def test_a_product_is_found_by_upc_then_by_a_partner_s_sku_then_by_its_number(tmp_path, shop):
    milk, butter, honey = shop["oat milk"], shop["butter"], shop["honey"]
    milk.stockrecords.update(partner_sku="M-1")
    butter.stockrecords.update(partner_sku="oat-milk")
    honey.stockrecords.update(partner_sku="W-77")
    rows = [f"2026-03-02 10:0{n}:00;{code};1;;R;" for n, code in enumerate(["oat-milk", "W-77", str(honey.pk)])]
    file = write_csv(tmp_path / "codes.csv", HEADER, *rows)
    read(file, *TILL)
    assert logged("product_id") == [(milk.pk,), (honey.pk,), (honey.pk,)]
    Event.objects.all().delete()
    assert counts(read(file, *TILL, "--product-by", "sku")) == (3, 2, 0, 1)
    assert logged("product_id") == [(butter.pk,), (honey.pk,)]


def test_a_dry_run_leaves_no_trace(receipts, capsys):
    from django.core.management import call_command

    call_command("import_history", str(receipts), *TILL, *KYIV, "--dry-run")
    out = capsys.readouterr().out
    assert "5 rows read: 5 events would be stored, 0 known already, 0 rejected." in out
    assert "without --dry-run" in out
    assert not Event.objects.exists()
    assert not ImportedFile.objects.exists()


def test_the_mended_rejects_can_be_read_as_a_file(tmp_path, shop):
    file = write_csv(tmp_path / "till.csv", HEADER, "2026-03-02 10:15:00;oat-mlk;2;3,98;R-1;")
    read(file, *TILL)
    rejects = tmp_path / "till.csv.rejected.csv"
    rejects.write_text(rejects.read_text().replace(",oat-mlk,", ",oat-milk,"))
    assert counts(read(rejects, *TILL)) == (1, 1, 0, 0)


def test_without_a_line_for_columns_their_headers_say_what_they_are(tmp_path, shop, anna):
    file = write_csv(tmp_path / "ours.csv", "Happened_at,SKU,Email,quantity", "2026-03-02,honey,anna@example.com,3")
    read(file, "--kind", "purchased")
    assert logged("product_id", "user_id", "quantity") == [(shop["honey"].pk, anna.pk, 3)]


# --- by card ---

CARDS = ("--kind", "purchased", "--map", "at=date,product=sku,user=email,card=card")


def whose_card(words: str) -> list[int]:
    """Card 77 is of everybody, and 4711 of Anna."""
    accounts = get_user_model().objects.values_list("pk", flat=True)
    return list(accounts if words == "77" else accounts.filter(username={"4711": "anna"}.get(words, "")))


def no_cards_today(words: str) -> list[int]:
    raise ZeroDivisionError("the card server sleeps")


@pytest.fixture
def carded(tmp_path, shop, anna, boris, settings):
    settings.PERSONALIZATION_FIND_CUSTOMER = f"{__name__}.whose_card"
    return write_csv(
        tmp_path / "till.csv",
        "date,sku,email,card",
        "2026-03-01,honey,,4711",
        "2026-03-02,honey,boris@example.com,4711",
        "2026-03-03,honey,,4712",
        "2026-03-04,honey,,77",
        "2026-03-05,honey,,",
        f"2026-03-06,honey,{anna.pk},",
    )


def test_a_card_is_whose_the_shop_says(carded, anna, boris):
    read(carded, *CARDS)
    assert logged("user_id") == [(anna.pk,), (boris.pk,), (None,), (None,), (None,), (anna.pk,)]


def test_without_the_shop_s_word_no_card_is_read(carded, settings):
    settings.PERSONALIZATION_FIND_CUSTOMER = f"{__name__}.no_cards_today"
    with pytest.raises(CommandError, match="the card server sleeps"):
        read(carded, *CARDS)
    settings.PERSONALIZATION_FIND_CUSTOMER = None
    with pytest.raises(CommandError, match="PERSONALIZATION_FIND_CUSTOMER"):
        read(carded, *CARDS)
    assert logged("user_id") == []
