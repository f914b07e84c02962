"""What the list and the page of a segment say, and what can be done there."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from personalization.people.segments.models import Membership, MembershipChange, Segment
from personalization.people.segments.refresh import refresh_segments
from tests.people import NOW
from tests.people.segment_pages.forms import address, leaf, orders, sent

pytestmark = pytest.mark.usefixtures("noon")
NASTY = "<script>alert(1)</script>\"'><img src=x>"


def page(client: Client, *where: Any) -> str:
    return client.get(address(*where)).content.decode()


class TestTheList:
    def test_says_of_each_who_how_many_what_they_paid_and_how_it_changes(self, owner: Client, loyal: Segment) -> None:
        shown = page(owner)
        assert "People who bought at least 3 times." in shown
        assert "2 people" in shown
        assert "50.0 % of all" in shown
        # Anna paid 90 and Boris 40 of 140.
        assert "92.9 %" in shown
        assert "+1</span>" in shown
        assert "−2</span>" in shown

    def test_asks_the_database_as_often_for_ten_as_for_one(self, owner: Client, loyal: Segment) -> None:
        page(owner)
        with CaptureQueriesContext(connection) as few:
            page(owner)
        for n in range(9):
            tree = {"all": [leaf(least=n, products=[n])]}
            made = Segment.objects.create(name=f"More {n}", tree=tree, size=n)
            Segment.objects.filter(pk=made.pk).update(counted_at=NOW)
        # The first look at new ones adds up what their people paid.
        page(owner)
        with CaptureQueriesContext(connection) as many:
            page(owner)
        # What is chosen in them is asked for by its names, all at once.
        assert len(many) <= len(few) + 1

    def test_what_was_put_away_is_found_by_its_filter(self, owner: Client, loyal: Segment) -> None:
        Segment.objects.create(name="Of old", tree={}, is_active=False)
        assert "Of old" not in page(owner)
        away = owner.get(address(), {"use": "away"}).content.decode()
        assert "Of old" in away
        assert ">Loyal<" not in away

    @pytest.mark.parametrize(
        ("state", "shown"),
        [("problem", "Broken"), ("empty", "Nobody"), ("waiting", "Waiting"), ("live", "Live")],
    )
    def test_filters_by_what_is_odd(self, owner: Client, loyal: Segment, state: str, shown: str) -> None:
        Segment.objects.create(name="Broken", error="It took too long.", size=3, counted_at=NOW)
        Segment.objects.create(name="Nobody", size=0, counted_at=NOW)
        Segment.objects.create(name="Waiting", size=4)
        Segment.objects.create(name="Live", is_live=True, counted_at=NOW)
        listed = owner.get(address(), {"state": state}).content.decode()
        names = {name for name in ("Broken", "Nobody", "Waiting", "Live", "Loyal") if f">{name}<" in listed}
        assert names == {shown}

    def test_says_what_is_wrong(self, owner: Client) -> None:
        Segment.objects.create(name="Slow", error="It took too long to count.", counted_at=NOW)
        shown = page(owner)
        assert "It took too long to count." in shown
        assert "problem" in shown

    def test_puts_away_and_takes_back_several(self, owner: Client, loyal: Segment) -> None:
        for action, is_active in (("put_away", False), ("take_into_use", True)):
            owner.post(f"{address()}?use=all", {"action": action, "_selected_action": [loyal.pk]})
            loyal.refresh_from_db()
            assert loyal.is_active is is_active


class TestThePage:
    def test_says_who_how_many_and_who_came_and_left(self, owner: Client, loyal: Segment) -> None:
        shown = page(owner, "page", loyal.pk)
        for told in ("People who bought at least 3 times.", "For the letter.", "50.0 % of all", "+1 −2"):
            assert told in shown
        assert "In the last four weeks 1 entered and 2 left." in shown
        assert shown.index("boris@example.com") < shown.index("anna@example.com"), "the newest come first"

    def test_turns_the_pages_of_its_members(self, owner: Client, loyal: Segment) -> None:
        Membership.objects.bulk_create(
            Membership(segment=loyal, person=UUID(int=10**6 + n), since=NOW - timedelta(days=50 + n)) for n in range(60)
        )
        first, second = page(owner, "page", loyal.pk), owner.get(address("page", loyal.pk), {"p": 2}).content.decode()
        assert "1 to 50" in first
        assert "?p=2" in first
        assert "51 to 62" in second
        assert "?p=1" in second
        assert "?p=3" not in second
        for odd in ("0", "-1", "x", "99999999"):
            assert owner.get(address("page", loyal.pk), {"p": odd}).status_code == 200

    def test_leads_to_each_customer_those_who_may_see_customers(
        self, owner: Client, reader: Client, loyal: Segment, buyers: Any
    ) -> None:
        where = reverse("admin:personalization_customer_page", args=[buyers["Anna"].person])
        assert f'href="{where}"' in page(owner, "page", loyal.pk)
        assert owner.get(where).status_code == 200
        assert where not in page(reader, "page", loyal.pk)

    def test_its_days_are_a_table_too(self, owner: Client, loyal: Segment) -> None:
        lines = b"".join(owner.get(address("changes", loyal.pk))).decode().splitlines()
        assert lines[0] == "day,entered,left"
        assert lines[-2:] == ["2026-03-09,1,2", "2026-03-10,0,0"]
        assert len(lines) == 29

    def test_its_members_are_a_table_in_which_nothing_is_a_formula(self, owner: Client, loyal: Segment) -> None:
        get_user_model().objects.filter(username="anna").update(email="=cmd()@example.com")
        text = b"".join(owner.get(address("members", loyal.pk))).decode()
        assert ",'=cmd()@example.com," in text
        assert "boris@example.com,2026-03-09T12:00:00+00:00" in text

    def test_asks_for_a_count_by_a_row_which_the_job_takes_up(self, owner: Client, loyal: Segment, buyers: Any) -> None:
        Segment.objects.filter(pk=loyal.pk).update(
            counted_at=NOW - timedelta(hours=1), changed_at=NOW - timedelta(days=9)
        )
        refresh = refresh_segments(now=NOW - timedelta(minutes=30))
        assert refresh["segments"] == 0, "nothing has changed"
        answer = owner.post(address("count", loyal.pk), follow=True).content.decode()
        assert "It is asked for" in answer
        assert refresh_segments(now=NOW + timedelta(minutes=5))["segments"] == 1

    def test_says_what_uses_it(self, owner: Client, loyal: Segment) -> None:
        Segment.objects.create(name="Letters", tree={"all": [{"rule": "segment", "params": {"segments": [loyal.pk]}}]})
        assert "Letters" in page(owner, "page", loyal.pk)
        question = page(owner, "delete", loyal.pk)
        assert "It is used." in question
        assert "Letters" in question

    def test_is_put_away_and_taken_back(self, owner: Client, loyal: Segment) -> None:
        for sent_, is_active in (({}, False), ({"use": "yes"}, True)):
            owner.post(address("use", loyal.pk), sent_)
            loyal.refresh_from_db()
            assert loyal.is_active is is_active
        assert LogEntry.objects.count() == 2

    def test_is_deleted_with_its_members_after_a_question(self, owner: Client, loyal: Segment) -> None:
        assert "Loyal" in page(owner, "delete", loyal.pk)
        owner.post(address("delete", loyal.pk), {"post": "yes"})
        assert not Segment.objects.exists()
        assert not Membership.objects.exists()
        assert not MembershipChange.objects.exists()

    def test_several_are_deleted_after_a_question_that_says_what_uses_them(self, owner: Client, loyal: Segment) -> None:
        Segment.objects.create(name="Letters", tree={"all": [{"rule": "segment", "params": {"segments": [loyal.pk]}}]})
        asked = owner.post(address(), {"action": "delete_selected", "_selected_action": [loyal.pk]}).content.decode()
        assert "“Letters” has a rule about it" in asked
        assert "Memberships: 2" in asked

    def test_is_copied_as_a_form_that_is_not_saved_yet(self, owner: Client, loyal: Segment) -> None:
        shown = owner.get(address("add"), {"copy": loyal.pk}).content.decode()
        assert 'value="Loyal (copy)"' in shown
        assert 'name="r1-orders-least" value="3"' in shown
        assert Segment.objects.count() == 1
        for odd in ("0", "x", "9" * 30):
            assert owner.get(address("add"), {"copy": odd}).status_code == 200


class TestThePast:
    def change(self, owner: Client, segment: Segment, least: int, **more: Any) -> None:
        answer = owner.post(address("change", segment.pk), sent(orders("r1", least=least), **more))
        assert answer.status_code == 302
        segment.refresh_from_db()

    def test_a_change_is_told_as_two_sentences_and_taken_back_by_one_click(self, owner: Client, loyal: Segment) -> None:
        self.change(owner, loyal, 5, name="Very loyal")
        shown = page(owner, "history", loyal.pk)
        before, after = (
            shown.index("People who bought at least 3 times."),
            shown.index("People who bought at least 5 times."),
        )
        assert before < after
        assert "Renamed: Loyal → Very loyal" in shown
        entry = LogEntry.objects.get()
        assert json.loads(entry.change_message)[0]["changed"]["fields"] == ["Name", "Note", "who belongs to it"]
        owner.post(address("revert", loyal.pk, entry.pk, "before"))
        loyal.refresh_from_db()
        assert (loyal.name, loyal.note, loyal.tree) == ("Loyal", "For the letter.", {"all": [leaf(least=3)]})
        owner.post(address("revert", loyal.pk, entry.pk, "after"))
        loyal.refresh_from_db()
        assert loyal.tree == {"all": [leaf(least=5)]}, "to take it back can be taken back"

    def test_the_version_that_counts_is_not_offered(self, owner: Client, loyal: Segment) -> None:
        self.change(owner, loyal, 5)
        self.change(owner, loyal, 6)
        shown = page(owner, "history", loyal.pk)
        assert shown.count("Back to this") == 1
        assert shown.count("Back to what was before") == 1

    def test_a_name_that_is_taken_meanwhile_stays_with_whoever_has_it(self, owner: Client, loyal: Segment) -> None:
        self.change(owner, loyal, 5, name="Very loyal")
        Segment.objects.create(name="Loyal", tree={})
        owner.post(address("revert", loyal.pk, LogEntry.objects.get().pk, "before"))
        loyal.refresh_from_db()
        assert (loyal.name, loyal.tree) == ("Very loyal", {"all": [leaf(least=3)]})

    def test_the_past_of_another_segment_is_not_put_here(self, owner: Client, loyal: Segment) -> None:
        other = Segment.objects.create(name="Other", tree={"all": [leaf(least=1)]})
        self.change(owner, loyal, 5)
        owner.post(address("revert", other.pk, LogEntry.objects.get().pk, "before"))
        other.refresh_from_db()
        assert other.tree == {"all": [leaf(least=1)]}

    def test_an_entry_of_which_nothing_is_kept_is_only_told(self, owner: Client, loyal: Segment) -> None:
        owner.post(address("use", loyal.pk))
        LogEntry.objects.update(change_message="Changed by hand.")
        assert "Changed by hand." in page(owner, "history", loyal.pk)
        answer = owner.post(address("revert", loyal.pk, LogEntry.objects.get().pk, "before"), follow=True)
        assert "Nothing is kept of that version." in answer.content.decode()


class TestNamesThatAreCode:
    def test_never_run(self, owner: Client, buyers: Any) -> None:
        lines = (orders("r1", least=1, brands=[NASTY]),)
        assert owner.post(address("add"), sent(*lines, name=NASTY[:100], note=NASTY)).status_code == 302
        nasty = Segment.objects.get()
        owner.post(address("change", nasty.pk), sent(*lines, name="x" + NASTY[:99]))
        where = ((), ("page", nasty.pk), ("change", nasty.pk), ("history", nasty.pk), ("delete", nasty.pk))
        for one in where:
            shown = page(owner, *one)
            assert "<script>alert" not in shown, one
            assert "<img src=x" not in shown, one
        told = owner.post(address("look"), sent(*lines)).json()
        assert "<img src=x" not in told["panel"]


class TestTheReadyMade:
    def test_an_empty_list_offers_them_each_with_its_meaning_and_its_people(self, owner: Client, buyers: Any) -> None:
        shown = page(owner)
        assert "There is no segment yet." in shown
        assert "The best fifth by money" in shown
        assert "4 people" in shown or "0 people" in shown
        assert "By state" not in shown, "there is nothing to filter"

    def test_one_click_adds_one_and_the_list_stays_quick(self, owner: Client, buyers: Any) -> None:
        answer = owner.post(address("ready"), {"name": "vip"}, follow=True).content.decode()
        assert "is added, and is counted within ten minutes." in answer
        assert Segment.objects.get().origin == "ready:vip"
        assert "VIP" in page(owner)
        assert "The best fifth" not in page(owner), "the others have a page of their own"
        others = page(owner, "ready")
        assert "At risk" in others
        assert 'value="vip"' not in others

    def test_what_is_not_there_is_said(self, owner: Client) -> None:
        answer = owner.post(address("ready"), {"name": "aristocrats"}, follow=True).content.decode()
        assert "There is no such ready-made segment any more." in answer
        assert not Segment.objects.exists()

    def test_whoever_may_only_look_is_offered_none(self, reader: Client) -> None:
        assert "There is no segment yet." in page(reader)
        assert "Add it" not in page(reader)
        assert reader.get(address("ready")).status_code == 403
        assert reader.post(address("ready"), {"name": "vip"}).status_code == 403
