"""The tag for developers: who is in a segment, in a template of the shop's own."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from personalization.people.segments import named
from personalization.people.segments.members import recount
from personalization.people.segments.models import Segment
from personalization.people.segments.now import Standing, kept
from tests.people.folk import known, rule
from tests.safety.faults import Failure

LINE = '{% in_segment "VIP" as is_vip %}{% if is_vip %}welcome{% endif %}'


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    kept.forget()
    monkeypatch.setattr(named, "_told", set())


@pytest.fixture
def vip(db, anna):
    known("Anna", anna, orders=5)
    made = Segment.objects.create(name="VIP", tree=rule("orders", least=3))
    recount(made, now=timezone.now())
    return made


@pytest.fixture
def seen(render, rf):
    def by(user=None, line=LINE):
        request = rf.get("/")
        request.user = user or AnonymousUser()
        return render(line, request=request)

    return by


def test_it_says_who_is_in_it(seen, vip, anna, boris):
    assert seen(anna) == "welcome"
    assert seen(boris) == seen() == ""


def test_without_a_request_nobody_is(render, vip):
    assert render(LINE) == ""


def test_an_unknown_name_is_told_once_and_breaks_nothing(seen, vip, anna, caplog):
    for _page in range(3):
        assert seen(anna, '{% in_segment "VIPs" as is_vip %}{{ is_vip }}') == "False"
    assert [one.levelname for one in caplog.records] == ["WARNING"]
    assert "“VIPs”" in caplog.text
    assert "Known: “VIP”" in caplog.text


def test_one_that_is_put_away_holds_nobody_without_a_word(seen, vip, anna, caplog):
    Segment.objects.update(is_active=False)
    assert seen(anna) == ""
    assert caplog.records == []


@pytest.mark.parametrize("line", ["{% in_segment nothing as x %}{{ x }}", '{% in_segment "" as x %}{{ x }}'])
def test_nonsense_is_no_segment(seen, vip, anna, line):
    assert seen(anna, line) == "False"


def test_a_failure_means_in_no_segment(seen, vip, anna, monkeypatch, caplog):
    monkeypatch.setattr(Standing, "holds", Failure(ZeroDivisionError))
    assert seen(anna) == ""
    assert len(caplog.records) == 1


def test_many_of_them_cost_two_queries(seen, vip, anna, full_shop):
    seen(anna)
    bare, many = (queries(seen, anna, line) for line in ("", LINE * 5 + LINE.replace("VIP", "other")))
    assert many == bare + 2, "the names, and where she stands"


def test_switched_off_it_asks_nothing(seen, vip, anna, settings):
    bare = queries(seen, anna, "")
    settings.PERSONALIZATION_ENABLED = False
    assert queries(seen, anna, LINE) == bare


def test_a_page_that_asks_is_one_person_s(open_shop, settings, vip, anna):
    settings.ROOT_URLCONF = "tests.storefront.pages"
    client = Client()
    client.force_login(anna)
    client.get("/for-vip/")
    answer = client.get("/for-vip/")
    assert answer.content == b"welcome"
    assert "private" in answer.headers["Cache-Control"]
    assert Client().get("/for-vip/").content == b""


def queries(seen, user, line):
    with CaptureQueriesContext(connection) as sent:
        seen(user, line)
    return len([one for one in sent if "SAVEPOINT" not in one["sql"]])
