"""The shop before this one had a tracker of its own: its export becomes looks, baskets and searches."""

import pytest

from personalization.events.models import Event, Visitor
from personalization.events.totals import visits
from tests.events.imports.files import CLICKS, counts, logged, read, write_csv
from tests.people import NOW, person

HEADER = "event_id\ttime\ttype\titem\tsession\twords\tagent"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.fixture
def stream(tmp_path, shop):
    return write_csv(
        tmp_path / "clicks.tsv",
        HEADER,
        f"e1\t1772445600\tview\toat-milk\ts-1\t\t{FIREFOX}",
        f"e2\t1772445660123\tcart\toat-milk\ts-1\t\t{FIREFOX}",
        f'e3\t2026-03-02T10:02:00+00:00\tsearch\t\ts-2\t"oat  milk\nbarista"\t{FIREFOX}',
        f"e4\t2026-03-02T11:03:00+01:00\tview\tapron-small\ts-3\t\t{GOOGLE}",
        f"e1\t1772445600\tview\toat-milk\ts-1\t\t{FIREFOX}",
    )


def test_each_kind_finds_its_way(stream, shop):
    assert counts(read(stream, *CLICKS)) == (5, 4, 1, 0)
    told = [(kind, product, str(at)[11:23]) for kind, product, at in logged("kind", "product_id", "happened_at")]
    assert told == [
        ("product_viewed", shop["oat milk"].pk, "10:00:00+00:"),
        ("basket_added", shop["oat milk"].pk, "10:01:00.123"),
        ("searched", None, "10:02:00+00:"),
        ("product_viewed", shop["apron"].pk, "10:03:00+00:"),
    ]
    assert logged("payload", kind="searched") == [({"query": "oat milk barista"},)]
    assert logged("quantity", kind="basket_added") == [(1,)]


def test_a_session_is_one_visitor_whenever_it_is_read(stream, tmp_path):
    read(stream, *CLICKS, "--source", "old shop")
    first, second, third, _ = [visitor for (visitor,) in logged("visitor_id")]
    assert first == second != third
    more = write_csv(tmp_path / "more.tsv", HEADER, f"e9\t1772532000\tview\thoney\ts-1\t\t{FIREFOX}")
    read(more, *CLICKS, "--source", "old shop")
    assert logged("visitor_id")[-1] == (first,)
    read(more, *CLICKS, "--source", "another shop")
    assert {visitor for (visitor,) in logged("visitor_id")} > {first}
    seen = Visitor.objects.get(pk=first)
    assert (str(seen.first_seen_at)[:10], str(seen.last_seen_at)[:10]) == ("2026-03-02", "2026-03-03")


def test_bots_are_known_by_what_they_call_themselves(stream):
    read(stream, *CLICKS)
    assert [traffic for (traffic,) in logged("traffic")] == ["shopper", "shopper", "shopper", "bot"]


def test_no_browser_calls_itself_nothing(tmp_path, shop):
    read(write_csv(tmp_path / "c.tsv", HEADER, "e1\t1772445600\tview\toat-milk\ts-1\t\t"), *CLICKS)
    assert logged("traffic") == [("bot",)]


def test_staff_is_no_shopper(tmp_path, shop):
    person("Olga", is_staff=True)
    file = write_csv(tmp_path / "c.csv", "at,product,user", "2026-03-02,honey,olga@example.com")
    read(file, "--kind", "product_viewed")
    assert logged("traffic") == [("staff",)]


def test_learning_sees_the_visits(stream):
    read(stream, *CLICKS)
    rows = [row for batch in visits(since=NOW.replace(month=2), until=NOW) for row in batch]
    assert len(rows) == 2


def test_a_visitor_who_signed_in_is_linked_to_the_account(tmp_path, shop, anna, boris):
    file = write_csv(
        tmp_path / "c.csv",
        "at,product,user,visitor",
        "2026-03-02,honey,,s-1",
        f"2026-03-03,honey,{anna.pk},s-1",
        "2026-03-04,honey,nobody@example.com,s-2",
    )
    read(file, "--kind", "product_viewed")
    assert [user for (user,) in logged("user_id")] == [None, anna.pk, None]
    first, _, third = [visitor for (visitor,) in logged("visitor_id")]
    assert Visitor.objects.get(pk=first).user_id == anna.pk
    assert Visitor.objects.get(pk=third).user_id is None


def test_lines_count_even_where_cells_hold_new_lines(tmp_path, shop):
    file = write_csv(
        tmp_path / "c.csv",
        "at,kind,query",
        '2026-03-02,searched,"one\ntwo\nthree"',
        "never,searched,x",
        '2026-03-02,searched,"a ""quoted"" word"',
    )
    done = read(file)
    assert counts(done) == (3, 2, 0, 1)
    assert (done.position, done.lines, done.percent) == (6, 6, 100)
    assert (tmp_path / "c.csv.rejected.csv").read_text().splitlines()[1] == "5,“never” is no time,never,searched,x"
    assert Event.objects.filter(payload={"query": 'a "quoted" word'}).count() == 1


def test_a_category_and_a_custom_event_keep_what_they_say(tmp_path, shop):
    file = write_csv(
        tmp_path / "c.csv", "at,kind,category,name", "2026-03-02,category_viewed,12,x", "2026-03-03,custom,,quiz\\taken"
    )
    read(file)
    assert [payload for (payload,) in logged("payload")] == [{"category": 12}, {"name": "quiz\\taken"}]
