"""The log as Parquet says what the log says: no line more or less, and the same visits."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from io import StringIO

import numpy as np
import pyarrow.parquet as parquet
import pytest
from django.core.management import CommandError, call_command

from personalization.events import totals
from personalization.events.identifiers import event_id
from personalization.events.models import Event, Visitor
from personalization.events.write import NewEvent, write
from personalization.recommend.train.parquet import LogFolder, write_log
from personalization.recommend.train.read import read_log

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime(2026, 3, 10, tzinfo=UTC)
SINCE, UNTIL = MIDNIGHT - timedelta(days=2), MIDNIGHT + timedelta(days=2)


def bought(product, minutes, *, order, quantity=1, value=3, traffic="shopper", user=None):
    moment = MIDNIGHT + timedelta(minutes=minutes)
    more = {"quantity": quantity, "value": value, "payload": {"order": order}, "traffic": traffic, "user_id": user}
    write([NewEvent(event_id(moment), "purchased", moment, product_id=product, **more)])


def looked(visitor, product, minutes, *, visit=None, traffic="shopper"):
    moment = MIDNIGHT + timedelta(minutes=minutes)
    named = {"visitor_id": visitor.pk, "visit_id": visit, "traffic": traffic}
    write([NewEvent(event_id(moment), "product_viewed", moment, product_id=product, **named)])


@pytest.fixture
def log(shop, anna):
    """Two orders beside midnight, a visit over midnight with a name and one without, a bot and a wholesale line."""
    milk, bread = shop.ids("oat milk", "rye bread")
    bought(milk, -3, order=1, user=anna.pk)
    bought(bread, -3, order=1, value=4, user=anna.pk)
    bought(milk, 2, order=2, quantity=2, value=6)
    bought(milk, 3, order=3, traffic="bot")
    bought(milk, 3, order=4, quantity=5000)
    seen = {"first_seen_at": MIDNIGHT, "last_seen_at": MIDNIGHT}
    clara, dora = Visitor.objects.create(**seen), Visitor.objects.create(**seen)
    named = event_id(MIDNIGHT - timedelta(minutes=20))
    for minutes, product in ((-20, milk), (-10, bread), (5, milk)):
        looked(clara, product, minutes, visit=named)
        looked(dora, product, minutes)
    looked(dora, milk, 200)
    looked(dora, bread, 200, traffic="bot")
    return shop


def export(folder):
    out = StringIO()
    call_command("personalization_export_log", to=str(folder), since=SINCE, until=UNTIL, stdout=out)
    return out.getvalue()


def rows(folder, table):
    read = [row for path in sorted(folder.glob(f"{table}/*/*/part.parquet"))
            for row in parquet.ParquetFile(path).read().to_pylist()]  # fmt: skip
    return [tuple(row.values()) for row in read]


def in_visits(looks):
    visits = defaultdict(list)
    for visit, product, day in sorted(looks, key=lambda look: look[2]):
        visits[visit].append((product, day))
    return sorted(map(tuple, visits.values()))


def test_every_line_and_every_visit_comes_back_as_the_log_gives_them(log, tmp_path):
    export(tmp_path)
    lines = [line for batch in totals.purchases(since=SINCE, until=UNTIL) for line in batch]
    assert [(*line[:5], line[5] / line[4]) for line in lines] == rows(tmp_path, "purchases")
    looks = [look for batch in totals.visits(since=SINCE, until=UNTIL) for look in batch]
    assert len(looks) == 7
    assert in_visits(looks) == in_visits(rows(tmp_path, "visits"))
    assert sorted(len(visit) for visit in in_visits(looks)) == [1, 3, 3]


def test_there_is_a_folder_for_each_month_and_day_and_no_name_in_any(log, tmp_path):
    export(tmp_path)
    dates = sorted(path.parent.relative_to(tmp_path).as_posix() for path in tmp_path.glob("purchases/*/*/part.parquet"))
    assert dates == ["purchases/month=2026-03/date=2026-03-09", "purchases/month=2026-03/date=2026-03-10"]
    assert {type(value) for row in rows(tmp_path, "purchases") + rows(tmp_path, "visits") for value in row} == {
        int,
        float,
    }
    goods = parquet.ParquetFile(tmp_path / "catalogue" / "part.parquet").read()
    assert set(log.ids("oat milk", "rye bread")) <= set(goods["product"].to_pylist())


def test_run_again_it_writes_only_the_day_that_changed(log, tmp_path):
    assert "days written: 4" in export(tmp_path)
    assert "days written: 0" in export(tmp_path)
    Event.objects.filter(kind="purchased", payload__order=2).update(user_id=None, value=5)
    assert "days written: 1" in export(tmp_path)
    assert sorted(row[5] for row in rows(tmp_path, "purchases")) == [2.5, 3, 4]


def test_a_day_of_which_nothing_is_left_goes(log, tmp_path):
    export(tmp_path)
    Event.objects.filter(kind="purchased", payload__order=2).delete()
    export(tmp_path)
    assert len(rows(tmp_path, "purchases")) == 2
    assert len(list(tmp_path.glob("purchases/*/*"))) == 1


def test_a_half_written_file_is_no_part_of_the_log(log, tmp_path):
    export(tmp_path)

    def broken():
        yield {"visitor": np.array([1]), "product": np.array([2]), "day": np.array([3.0])}
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        LogFolder.at(str(tmp_path)).write("visits", broken(), day=MIDNIGHT.date())
    assert len(rows(tmp_path, "visits")) == 7
    assert "days written: 0" in export(tmp_path)


def test_a_folder_that_cannot_be_written_is_told(log, tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(CommandError):
        export(tmp_path / "taken")


def test_a_log_in_memory_becomes_the_same_files(log, tmp_path):
    export(tmp_path / "streamed")
    write_log(read_log(since=SINCE, until=UNTIL), LogFolder.at(str(tmp_path / "written")))
    assert rows(tmp_path / "written", "purchases") == rows(tmp_path / "streamed", "purchases")
    assert in_visits(rows(tmp_path / "written", "visits")) == in_visits(rows(tmp_path / "streamed", "visits"))
