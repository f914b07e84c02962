"""What Oscar's own analytics noted before this app came is history too."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from oscar.core.loading import get_model

from personalization.events.identifiers import event_id, fact_id
from personalization.events.imports import analytics
from personalization.events.imports.analytics import import_noted
from personalization.events.models import AccountConsent, Event, ImportedFile
from personalization.events.write import NewEvent, write
from tests.events.imports.files import all_ids, logged
from tests.people import NOW, ordered


def viewed(user, product, *, at):
    made = get_model("analytics", "UserProductView").objects.create(user=user, product=product)
    type(made).objects.filter(pk=made.pk).update(date_created=at)
    return made


def searched(user, words, *, at):
    made = get_model("analytics", "UserSearch").objects.create(user=user, query=words)
    type(made).objects.filter(pk=made.pk).update(date_created=at)
    return made


@pytest.fixture
def noted(shop, anna, boris):
    return [
        viewed(anna, shop["oat milk"], at=NOW - timedelta(days=3, microseconds=1)),
        viewed(boris, shop["apron small"], at=NOW - timedelta(days=2)),
        searched(anna, "  oat   milk ", at=NOW - timedelta(days=1)),
        searched(boris, "   ", at=NOW - timedelta(days=1)),
    ]


def test_looks_and_searches_become_events_with_the_ids_of_their_rows(noted, shop, anna, boris):
    call_command("import_history")
    assert logged("id", "kind", "user_id", "product_id", "variant_id", "payload") == [
        (fact_id(NOW - timedelta(days=3, microseconds=1), kind="product_viewed", key=noted[0].pk),
         "product_viewed", anna.pk, shop["oat milk"].pk, None, {}),
        (fact_id(NOW - timedelta(days=2), kind="product_viewed", key=noted[1].pk),
         "product_viewed", boris.pk, shop["apron"].pk, shop["apron small"].pk, {}),
        (fact_id(NOW - timedelta(days=1), kind="searched", key=noted[2].pk),
         "searched", anna.pk, None, None, {"query": "oat milk"}),
    ]  # fmt: skip


def test_twice_gives_the_same_rows(noted, capsys):
    call_command("import_history")
    before = all_ids()
    call_command("import_history")
    assert all_ids() == before
    assert "2 views of Oscar's analytics read: 0 events added." in capsys.readouterr().out


def test_the_ids_are_right_whatever_the_row(shop, anna):
    rows = [viewed(anna, shop["honey"], at=NOW - timedelta(hours=n, milliseconds=7 * n)) for n in range(1, 61)]
    import_noted("product_viewed", now=NOW)
    wanted = {
        fact_id(NOW - timedelta(hours=n, milliseconds=7 * n), kind="product_viewed", key=one.pk)
        for n, one in enumerate(rows, 1)
    }
    assert set(all_ids()) == wanted


def test_stopped_half_way_it_goes_on(shop, anna, monkeypatch):
    for hour in range(10):
        viewed(anna, shop["honey"], at=NOW - timedelta(hours=1 + hour))
    monkeypatch.setattr(analytics, "BATCH", 3)

    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        import_noted("product_viewed", now=NOW, progress=stop)
    assert Event.objects.count() == 3
    done = import_noted("product_viewed", now=NOW)
    assert (done.rows, done.stored, Event.objects.count()) == (10, 10, 10)
    assert ImportedFile.objects.get().status == "done"


def test_rows_too_old_to_keep_are_left_out(shop, anna):
    viewed(anna, shop["honey"], at=NOW - timedelta(days=400, hours=12))
    viewed(anna, shop["honey"], at=NOW - timedelta(days=400, hours=12, seconds=1))
    done = import_noted("product_viewed", now=NOW)
    assert (done.rows, done.stored, done.left_out) == (2, 1, 1)


def test_what_this_app_has_logged_itself_is_not_told_twice(shop, anna):
    begin = NOW - timedelta(days=1)
    visit = event_id(begin)
    write([NewEvent(visit, "visit_started", begin, visit_id=visit)])
    viewed(anna, shop["honey"], at=begin - timedelta(seconds=1))
    viewed(anna, shop["honey"], at=begin + timedelta(seconds=1))
    done = import_noted("product_viewed", now=NOW)
    assert (done.stored, done.left_out) == (1, 1)


def test_whoever_refused_is_not_named(noted, anna):
    AccountConsent.objects.create(user_id=anna.pk, purposes=[], changed_at=NOW)
    call_command("import_history", "--views", "--searches")
    assert [user is not None for (user,) in logged("user_id")] == [False, True, False]


def test_each_may_be_chosen_alone(noted, shop, anna):
    ordered(anna, {shop["honey"]: 1}, at=NOW - timedelta(days=5))
    call_command("import_history", "--searches")
    assert [kind for (kind,) in logged("kind")] == ["searched"]
    call_command("import_history", "--orders")
    assert [kind for (kind,) in logged("kind")] == ["purchased", "searched"]


def test_an_empty_shop_is_calm(db):
    call_command("import_history")
    assert not Event.objects.exists()
