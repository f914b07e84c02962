"""The page of a portrait in the admin."""

import uuid
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from personalization.people.profiles.models import Profile
from personalization.people.segments.models import Membership, Segment

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def two_segments() -> tuple[Segment, Segment]:
    found = tuple(Segment.objects.create(name=name, tree={"all": []}) for name in ("Loyal <b>", "Others"))
    for number, segment in enumerate(found, start=1):
        one = Profile.objects.create(
            person=uuid.UUID(int=number), user_id=number, first_seen_at=NOW, last_seen_at=NOW, changed_at=NOW,
            orders=number, revenue=10 * number, device="phone",
        )  # fmt: skip
        Membership.objects.create(segment=segment, person=one.person, since=NOW)
    return found


def address(segment: Segment, name: str = "portrait") -> str:
    return reverse(f"admin:personalization_segment_{name}", args=[segment.pk])


def test_a_portrait_stands_alone_or_beside_another_segment(admin_client: Client, two_segments):
    loyal, others = two_segments
    alone = admin_client.get(address(loyal)).content.decode()
    assert "1 person: 50 % of all whom the shop knows, and 33 % of its revenue." in alone
    assert "Loyal &lt;b&gt;" in alone
    assert "Loyal <b>" not in alone, "a name is a text"
    both = admin_client.get(address(loyal), {"beside": others.pk}).content.decode()
    assert "67 % of its revenue" in both


def test_its_table_can_be_taken_away(admin_client: Client, two_segments):
    answer = admin_client.get(address(two_segments[0], "portrait_csv"), {"beside": two_segments[1].pk})
    told = b"".join(answer.streaming_content).decode()
    assert answer["Content-Type"].startswith("text/csv")
    assert "How they buy,orders a person,1.0,2.0,67,133,1.5" in told


def test_a_segment_that_is_not_there_is_not_found(admin_client: Client, two_segments):
    assert admin_client.get(address(two_segments[0]), {"beside": "999999"}).status_code == 404
    assert admin_client.get(address(two_segments[0]), {"beside": "x"}).status_code == 200


def test_whoever_may_not_see_segments_sees_no_portrait(client: Client, django_user_model, two_segments):
    client.force_login(django_user_model.objects.create_user("olga", is_staff=True))
    assert client.get(address(two_segments[0])).status_code == 403
    assert client.get(address(two_segments[0], "portrait_csv")).status_code == 403
