"""The owner builds a segment with the buttons of the form alone."""

from typing import Any

import pytest
from django.test import Client

from personalization.people.segments.models import Segment
from tests.people.segment_pages.forms import address, leaf, line, orders, sent


def press(owner: Client, order: str, *lines: Any, **more: Any) -> str:
    """One of the builder's buttons: the form comes back as it then stands."""
    answer = owner.post(address("add"), sent(*lines, **more) | {"_do": order})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_segment_is_built_button_by_button(owner: Client, buyers: Any) -> None:
    page = owner.get(address("add")).content.decode()
    assert 'name="node" value="r1"' in page, "there is a line to begin with"
    page = press(owner, "look:r1", line("r1", rule="orders"))
    assert 'name="r1-orders-least" value="1"' in page, "the rule that was chosen brings its fields"
    page = press(owner, "group:g0", orders("r1", least=3))
    assert 'name="r1-orders-least" value="3"' in page, "what was written stays"
    assert 'name="node" value="g2"' in page
    assert 'name="node" value="r3"' in page
    lines = (orders("r1", least=3), line("g2", join="any"), orders("r3", "g2", least=1, days=30), line("r4", "g2"))
    page = press(owner, "look", *lines)
    assert "People who bought at least 3 times, and who bought at least 1 time in the last 30 days." in page
    assert not Segment.objects.exists(), "looking saves nothing"
    assert owner.post(address("add"), sent(*lines) | {"_save": "Save"}).status_code == 302
    made = Segment.objects.get()
    assert (made.name, made.tree) == ("Loyal", {"all": [leaf(least=3), {"any": [leaf(least=1, days=30)]}]})


def test_enter_in_a_field_presses_a_button_that_saves_nothing(owner: Client) -> None:
    page = owner.get(address("add")).content.decode()
    form = page[page.index('id="segment_form"') :]
    first = form[form.index('type="submit"') - 20 :][:80]
    assert 'name="_do" value="look"' in first


def test_looking_says_how_many_who_and_with_whom_they_are(owner: Client, loyal: Segment) -> None:
    page = press(owner, "look", orders("r1", least=1))
    assert "3 people" in page
    assert "75.0 % of all people" in page
    assert "100.0 % of what all people paid" in page
    for name in ("anna", "boris", "clara"):
        assert f"{name}@example.com" in page
    assert "dmytro@example.com" not in page
    assert "2 of them, 67 %" in page, "Anna and Boris are loyal"


def test_what_was_taken_out_is_put_back(owner: Client) -> None:
    lines = (orders("r1", least=3), orders("r2", least="many"))
    page = press(owner, "out:r2", *lines)
    assert "Taken out:" in page
    assert 'value="many"' in page, "it is hidden, not gone"
    assert owner.post(address("add"), sent(*lines, **{"r2-out": "1"})).status_code == 302
    assert Segment.objects.get().tree == {"all": [leaf(least=3)]}
    back = press(owner, "back:r2", *lines, **{"r2-out": "1"})
    assert 'name="r2-out" value=""' in back


def test_an_error_is_said_at_its_field_and_on_top_and_nothing_is_lost(owner: Client) -> None:
    lines = (orders("r1", least=5, most=2), line("g2", join="any"), orders("r3", "g2", least="", most=""))
    page = owner.post(address("add"), sent(*lines, name="", note="Keep me")).content.decode()
    assert "This field is required." in page
    assert page.count("This is less than the first: exchange them.") == 2
    assert '<a href="#id_r1-orders-most">' in page
    assert '<a href="#id_r3-rule">' in page
    assert 'aria-invalid="true"' in page
    for kept in ('name="r1-orders-least" value="5"', 'name="r1-orders-most" value="2"', "Keep me"):
        assert kept in page
    assert not Segment.objects.exists()


@pytest.mark.parametrize("lines", [(), (line("r1"),), (line("g1", join="none"), line("r2", "g1"))])
def test_a_segment_without_a_rule_is_not_saved(owner: Client, lines: Any) -> None:
    page = owner.post(address("add"), sent(*lines)).content.decode()
    assert "choose at least one rule" in page
    assert not Segment.objects.exists()


def test_adding_a_line_blames_nobody(owner: Client) -> None:
    page = press(owner, "rule:g0", orders("r1", least="", most=""), name="")
    assert "Please correct" not in page
    assert "This field is required" not in page
    assert "Fill in at least one" not in page


def test_an_unsaved_change_leaves_the_stored_segment_alone(owner: Client, loyal: Segment) -> None:
    page = owner.post(address("change", loyal.pk), sent(orders("r1", least=8), name="Very loyal") | {"_do": "look"})
    assert b'value="Very loyal"' in page.content
    assert b"1 person" in page.content
    loyal.refresh_from_db()
    assert (loyal.name, loyal.tree) == ("Loyal", {"all": [leaf(least=3)]})


def test_a_rule_whose_code_is_gone_is_kept_until_its_owner_takes_it_out(owner: Client) -> None:
    tree = {"all": [{"rule": "palm_reading", "params": {"stars": ["leo"]}}, leaf(least=3)]}
    lost = Segment.objects.create(name="Lost", tree=tree)
    page = owner.get(address("change", lost.pk)).content.decode()
    assert "The shop no longer knows this rule" in page
    kept = {"r1-kept": '{"stars": ["leo"]}'}
    owner.post(address("change", lost.pk), sent(line("r1", rule="palm_reading"), orders("r2", least=3), **kept))
    lost.refresh_from_db()
    assert lost.tree == tree


def test_a_name_is_given_once(owner: Client, loyal: Segment) -> None:
    page = owner.post(address("add"), sent(orders("r1", least=3), name="Loyal")).content.decode()
    assert "already exists" in page
    assert Segment.objects.count() == 1
