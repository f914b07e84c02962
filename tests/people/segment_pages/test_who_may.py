"""Who may see segments, who may change them, and who may know whose accounts their people have."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from personalization.people.segments.models import Segment
from tests.people.segment_pages.conftest import staff
from tests.people.segment_pages.forms import address, orders, sent


def posts(segment: Segment) -> list[str]:
    """Every address that changes something, or is there for those who change."""
    return [
        address("change", segment.pk), address("add"), address("look"), address("part"), address("count", segment.pk),
        address("use", segment.pk), address("revert", segment.pk, 1, "after"),
    ]  # fmt: skip


def test_a_reader_sees_the_list_the_page_and_the_past(reader: Client, loyal: Segment) -> None:
    for page in (address(), address("page", loyal.pk), address("history", loyal.pk), address("changes", loyal.pk)):
        assert reader.get(page).status_code == 200
    assert reader.get(address("change", loyal.pk)).url == address("page", loyal.pk)
    shown = reader.get(address("page", loyal.pk)).content.decode()
    for button in ("Count now", "Change it", "Put away", "Delete", "Copy"):
        assert button not in shown


def test_a_reader_changes_nothing(reader: Client, loyal: Segment) -> None:
    form = sent(orders("r1", least=9))
    for one in posts(loyal):
        assert reader.post(one, form).status_code == 403, one
    assert reader.get(address("find", "category")).status_code == 403
    assert reader.post(address("delete", loyal.pk), {"post": "yes"}).status_code == 403
    was = loyal.tree
    loyal.refresh_from_db()
    assert loyal.tree == was


def test_a_clerk_sees_nothing(clerk: Client, loyal: Segment) -> None:
    pages = (address(), address("page", loyal.pk), address("changes", loyal.pk), address("members", loyal.pk))
    for page in (*pages, address("history", loyal.pk), address("change", loyal.pk)):
        assert clerk.get(page).status_code == 403, page
    for one in posts(loyal):
        assert clerk.post(one, sent(orders("r1", least=9))).status_code == 403, one


def test_a_stranger_is_asked_to_sign_in(client: Client, loyal: Segment) -> None:
    for page in (address(), address("page", loyal.pk), address("members", loyal.pk)):
        assert "/login/" in client.get(page).url


@pytest.mark.parametrize("page", ["page", "members"])
def test_whose_accounts_they_are_is_for_those_who_may_see_accounts(
    owner: Client, reader: Client, loyal: Segment, page: str
) -> None:
    assert "anna@example.com" in b"".join(owner.get(address(page, loyal.pk))).decode()
    answer = reader.get(address(page, loyal.pk))
    assert "anna@example.com" not in b"".join(answer).decode()
    assert answer.status_code == (200 if page == "page" else 403)


def test_who_may_see_segments_and_accounts_may_take_the_members_out(loyal: Segment) -> None:
    rita = staff("ruth", "view_segment", "view_user")
    lines = b"".join(rita.get(address("members", loyal.pk))).decode().splitlines()
    assert lines[0] == "id,e-mail,since"
    assert {one.split(",")[1] for one in lines[1:]} == {"anna@example.com", "boris@example.com"}


def test_the_sample_while_building_names_nobody_to_those_who_may_not_know(editor: Client, loyal: Segment) -> None:
    told = editor.post(address("look"), sent(orders("r1", least=3))).json()
    assert "somebody with an account" in told["panel"]
    assert "example.com" not in told["panel"]


def test_an_editor_without_the_right_to_delete_is_offered_none(editor: Client, loyal: Segment) -> None:
    assert "Delete" not in editor.get(address("page", loyal.pk)).content.decode()
    assert editor.get(address("delete", loyal.pk)).status_code == 403
    assert editor.get(address("change", loyal.pk)).status_code == 200


def test_a_form_of_another_site_is_refused(loyal: Segment) -> None:
    strict = Client(enforce_csrf_checks=True)
    owner = get_user_model().objects.create_superuser("otto", "otto@example.com", "secret")
    strict.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    for one in posts(loyal):
        assert strict.post(one, sent(orders("r1", least=9))).status_code == 403, one
