"""Who stands on an owner's list by name can be told so, and is taken off it."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from personalization.events.personal import tables, whole_account
from personalization.people.segments import versions
from personalization.people.segments.models import Segment
from personalization.people.segments.settled import is_whole
from personalization.people.segments.tree import read
from tests.people.folk import known, meant, rule


@pytest.fixture
def listed(anna, boris):
    known("Anna", anna)
    known("Boris", boris)
    both, one = rule("named", accounts=[anna.pk, boris.pk]), rule("named", accounts=[anna.pk])
    Segment.objects.create(name="both", tree={"any": [{"not": {"all": [both]}}, rule("orders", least=1)]})
    Segment.objects.create(name="others", tree={"not": one}, counted_tree={"not": one})
    Segment.objects.create(name="buyers", tree=rule("orders", least=anna.pk))


TABLE = tables.get("named_in_segments")


def test_the_export_tells_the_list_and_nobody_else_on_it(listed, anna, boris):
    rows = list(TABLE.rows(whole_account(anna.pk)))
    assert [row["name"] for row in rows] == ["both", "others"]
    assert str(boris.pk) not in str([set(row) - {"id"} for row in rows])
    assert TABLE.count(whole_account(boris.pk)) == 1


def test_an_erasure_takes_the_account_off_and_leaves_the_others(listed, anna, boris):
    assert TABLE.erase(whole_account(anna.pk)) == 2
    assert TABLE.count(whole_account(anna.pk)) == 0
    assert TABLE.count(whole_account(boris.pk)) == 1
    assert TABLE.erase(whole_account(anna.pk)) == 0
    assert Segment.objects.get(name="buyers").tree == rule("orders", least=anna.pk), "that is a number of orders"


def test_a_list_that_lost_its_last_one_still_means_what_it_did(listed, anna):
    TABLE.erase(whole_account(anna.pk))
    others = Segment.objects.get(name="others")
    assert is_whole(read(others.tree))
    assert others.counted_tree == others.tree
    assert meant(others.tree) == {"Anna", "Boris"}, "all but nobody"


# --- the admin's own history ---

VERSIONS = tables.get("named_in_versions")


@pytest.fixture
def changed(listed, anna, boris):
    """The list of both was made of that of Anna: the admin tells it with both ends of the change."""
    both = Segment.objects.get(name="both")
    before, after = versions.version(Segment.objects.get(name="others")), versions.version(both)
    told = versions.message([], before=before, after=after)
    kind = ContentType.objects.get_for_model(Segment)
    entry = {"user": boris, "content_type": kind, "action_flag": 2}
    LogEntry.objects.create(object_id=str(both.pk), change_message=json.dumps(told), **entry)
    LogEntry.objects.create(object_id="7", change_message=f"Changed “named” by hand, {anna.pk} times.", **entry)
    return both


def test_earlier_versions_name_the_erased_no_more(changed, anna, boris):
    assert VERSIONS.count(whole_account(anna.pk)) == 1
    assert VERSIONS.erase(whole_account(anna.pk)) == 1
    assert VERSIONS.count(whole_account(anna.pk)) == 0
    assert VERSIONS.count(whole_account(boris.pk)) == 1
    change = versions.changes(changed)[0]
    assert change.before["tree"] == {"not": rule("named", accounts=[0])}
    assert change.after["tree"]["any"][0] == {"not": {"all": [rule("named", accounts=[0, boris.pk])]}}
    assert change.after["tree"]["any"][1] == rule("orders", least=1)
    assert LogEntry.objects.get(object_id="7").change_message == f"Changed “named” by hand, {anna.pk} times."


def test_the_export_tells_of_earlier_versions_and_of_nobody_else_on_them(changed, anna, boris):
    assert [set(row) for row in VERSIONS.rows(whole_account(anna.pk))] == [{"id", "object_repr", "action_time"}]
