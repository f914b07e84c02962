"""A clickstream that tells its visits apart: they are visits here too, from their beginning to their order."""

from datetime import timedelta

from personalization.events.imports import chunks
from personalization.events.imports.analytics import import_noted
from personalization.events.models import AccountConsent, Event, Visitor
from personalization.people.journeys.follow import follow_visits
from personalization.people.journeys.models import Journey
from personalization.people.journeys.steps import Step
from tests.events.imports.files import counts, logged, read, write_csv
from tests.events.imports.test_oscars_analytics import viewed
from tests.people import NOW

HEADER = "at,kind,visitor,visit,product,quantity,step,source,medium,device,user"
ROWS = (
    "2026-03-02T10:00:00Z,visit_started,s-1,1,,,,newsletter,email,Mobile,",
    "2026-03-02T10:01:00Z,product_viewed,s-1,1,honey,,,,,,",
    "2026-03-02T10:02:00Z,basket_added,s-1,1,honey,2,,,,,",
    "2026-03-02T10:03:00Z,checkout_step,s-1,1,,,thank_you,,,,",
    "2026-03-03T09:00:00Z,visit_started,s-1,2,,,,,,desktop,",
    "2026-03-03T09:00:00Z,visit_started,s-2,1,,,,,,tablet,",
    "2026-03-03T09:05:00Z,product_viewed,s-1,2,oat-milk,,,,,,",
    "2026-03-03T09:06:00Z,product_viewed,s-2,7,oat-milk,,,,,,",
    "2026-03-03T09:07:00Z,product_viewed,s-2,,oat-milk,,,,,,",
)


def test_a_visit_holds_what_was_done_on_it(tmp_path, shop):
    assert counts(read(write_csv(tmp_path / "clicks.csv", HEADER, *ROWS))) == (9, 9, 0, 0)
    begun = dict(logged("id", "visit_id", kind="visit_started"))
    assert len(begun) == 3
    assert all(key == visit for key, visit in begun.items()), "a visit is its own first event"
    visits = [visit for (visit,) in logged("visit_id", kind="product_viewed")]
    assert set(visits[:2]) <= set(begun)
    assert visits[2:] == [None, None], "of one that never began, and of none"
    assert logged("payload", kind="visit_started")[0] == (
        {"source": "newsletter", "medium": "email", "device": "phone"},
    )


def test_the_journey_shows_it(tmp_path, shop):
    read(write_csv(tmp_path / "clicks.csv", HEADER, *ROWS))
    follow_visits(now=NOW)
    told = Journey.objects.order_by("pk").values_list("deepest", "source", "medium", "device", "path")
    assert told[0] == (Step.ORDER, "newsletter", "email", "phone", ["product", "basket", "order"])
    assert sorted((deepest, device) for deepest, *_, device, _path in told) == [
        (Step.VISIT, "tablet"), (Step.VIEW, "desktop"), (Step.ORDER, "phone"),
    ]  # fmt: skip


def test_read_twice_or_chunk_by_chunk_it_is_the_same(tmp_path, shop, monkeypatch):
    file = write_csv(tmp_path / "clicks.csv", HEADER, *ROWS)
    read(file, "--source", "old shop")
    once = logged("id", "visit_id", "visitor_id")
    assert counts(read(file, "--source", "old shop", "--restart")) == (9, 0, 9, 0)
    Event.objects.all().delete()
    monkeypatch.setattr(chunks, "ROWS", 1)
    read(file, "--source", "old shop", "--restart")
    assert logged("id", "visit_id", "visitor_id") == once


def test_a_visit_goes_on_in_the_next_file(tmp_path, shop):
    read(write_csv(tmp_path / "first.csv", HEADER, ROWS[0]), "--source", "old shop")
    read(write_csv(tmp_path / "second.csv", HEADER, ROWS[1]), "--source", "old shop")
    read(write_csv(tmp_path / "third.csv", HEADER, ROWS[1]), "--source", "another")
    (begun,), *others = logged("visit_id")
    assert begun is not None
    assert sorted(others, key=str) == sorted([(begun,), (None,)], key=str)


def test_whoever_may_not_be_named_was_on_no_visit(tmp_path, shop, anna):
    AccountConsent.objects.create(user_id=anna.pk, purposes=[], changed_at=NOW)
    rows = [f"{row}{anna.pk}" for row in ROWS[:4]]
    read(write_csv(tmp_path / "clicks.csv", HEADER, *rows))
    assert set(logged("user_id", "visitor_id", "visit_id")) == {(None, None, None)}
    assert not Visitor.objects.exists()


def test_oscar_s_own_notes_are_read_all_the_same(tmp_path, shop, anna):
    read(write_csv(tmp_path / "clicks.csv", HEADER, *ROWS))
    viewed(anna, shop["honey"], at=NOW - timedelta(hours=1))
    assert import_noted("product_viewed", now=NOW).stored == 1, "visits of a file are none of this app's own"


def test_a_till_says_in_which_store(tmp_path, shop, anna):
    file = write_csv(tmp_path / "till.csv", "date,sku,shop,email", "2026-03-02,honey,Podil,anna@example.com")
    read(file, "--kind", "purchased", "--map", "at=date,product=sku,store=shop,user=email")
    (payload,) = logged("payload")[0]
    assert (payload["store"], payload["source"]) == ("Podil", "till.csv")
