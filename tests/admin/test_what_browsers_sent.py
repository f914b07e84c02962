"""What came from browsers, what became of it, and the messages that nobody could read."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from personalization.events.beacon.outcomes import REFUSALS
from personalization.events.models import QuarantinedPayload, Tally
from personalization.events.write import count
from tests.admin.stories import address
from tests.people import NOW

DAY = timedelta(days=1)


@pytest.fixture
def unreadable(db: None) -> QuarantinedPayload:
    """A message that was cut off."""
    body = b'{"events": [<b>'
    return QuarantinedPayload.objects.create(received_at=NOW, reason="unreadable", body=body, details="it was cut off")


@pytest.mark.parametrize("model", ["tally", "quarantinedpayload"])
class TestWhoMayLook:
    def test_a_stranger_is_sent_to_the_login(self, client: Client, db: None, model: str) -> None:
        assert client.get(address(model)).status_code == 302

    def test_staff_without_rights_is_refused(self, clerk: Client, model: str) -> None:
        assert clerk.get(address(model)).status_code == 403

    @pytest.mark.parametrize("language", ["en", "ru", "uk"])
    def test_the_owner_and_a_reader_see_it(self, owner: Client, reader: Client, model: str, language: str) -> None:
        for one in (owner, reader):
            assert one.get(address(model), headers={"Accept-Language": language}).status_code == 200


class TestReceived:
    def test_the_way_there_is_on_the_admin_s_first_page(self, owner: Client) -> None:
        assert f'href="{address("tally")}"' in owner.get("/admin/").content.decode()

    def test_an_empty_shop_is_told_why(self, owner: Client) -> None:
        assert "Nothing came from a browser" in owner.get(address("tally")).content.decode()

    def test_each_day_and_all_days_add_up(self, owner: Client) -> None:
        count({"stored": 90, "doubled": 8, "foreign": 2}, received=100, now=NOW)
        count({"stored": 40, "unreadable": 10}, received=50, now=NOW - DAY)
        count({"stored": 7}, received=7, now=NOW - 30 * DAY)
        page = owner.get(address("tally"))
        first, second = page.context["days"]
        assert (first.received, first.stored, first.refused_count) == (100, 90, 10)
        assert [(str(one.outcome.label), one.count, one.percent) for one in first.refused] == [
            ("sent twice", 8, 8.0), ("from another site", 2, 2.0),
        ]  # fmt: skip
        assert (second.received, second.stored, second.refused_count) == (50, 40, 10)
        total = page.context["total"]
        assert (total.received, total.stored, total.refused_count, total.is_balanced) == (150, 130, 20, True)
        told = page.content.decode()
        assert "unreadable: 10 (6.7 %)" in told
        assert "does not add up" not in told

    def test_what_vanished_is_cried_out(self, owner: Client) -> None:
        count({"stored": 9}, received=10, now=NOW)
        assert "does not add up" in owner.get(address("tally")).content.decode()

    def test_every_reason_is_explained(self, owner: Client) -> None:
        told = owner.get(address("tally")).context["outcomes"]
        assert told == REFUSALS

    def test_a_month_asks_no_more_queries_than_a_day(self, owner: Client) -> None:
        owner.get(address("tally"))
        queries = []
        for length in (1, 29):
            for ago in range(length):
                count({one.name: 1 for one in REFUSALS}, received=len(REFUSALS), now=NOW - ago * DAY)
            with CaptureQueriesContext(connection) as sent:
                owner.get(address("tally"))
            queries.append(len(sent))
        assert queries[0] == queries[1]

    def test_nobody_writes_it_by_hand(self, owner: Client) -> None:
        count({"stored": 1}, received=1, now=NOW)
        key = Tally.objects.first().pk
        for tail in ("add/", f"{key}/change/", f"{key}/delete/"):
            assert owner.post(address("tally") + tail, {"count": 5}).status_code in (403, 404)
        assert owner.post(address("tally"), {"action": "delete_selected", "_selected_action": [key]}).status_code == 200
        assert Tally.objects.count() == 2


class TestUnreadable:
    def test_it_is_shown_as_text(self, owner: Client, unreadable: QuarantinedPayload) -> None:
        told = owner.get(address("quarantinedpayload", "change", unreadable.pk)).content.decode()
        assert "&lt;b&gt;" in told
        assert "it was cut off" in told

    def test_trying_again_reads_what_can_be_read_now(self, owner: Client, unreadable: QuarantinedPayload) -> None:
        other = QuarantinedPayload.objects.create(received_at=NOW, reason="unreadable", body=b'{"events": [{}]}')
        form = {"action": "try_again_action", "_selected_action": [unreadable.pk, other.pk]}
        told = owner.post(address("quarantinedpayload"), form, follow=True).content.decode()
        assert "1 message could be read now." in told
        assert "1 message is still unreadable" in told
        assert QuarantinedPayload.objects.get() == unreadable

    def test_a_reader_may_look_and_not_try(self, reader: Client, unreadable: QuarantinedPayload) -> None:
        form = {"action": "try_again_action", "_selected_action": [unreadable.pk]}
        unreadable.body = b'{"events": []}'
        unreadable.save()
        assert "Try again" not in reader.get(address("quarantinedpayload")).content.decode()
        reader.post(address("quarantinedpayload"), form)
        assert QuarantinedPayload.objects.count() == 1

    def test_the_right_to_try_is_one_of_its_own(self, clerk: Client, unreadable: QuarantinedPayload) -> None:
        user = clerk.get(address("quarantinedpayload")).wsgi_request.user
        names = ("view_quarantinedpayload", "change_quarantinedpayload")
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        assert "Try again" in clerk.get(address("quarantinedpayload")).content.decode()
