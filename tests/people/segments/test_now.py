"""Where a person stands on a request: right at once, with one query, however many segments there are."""

import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.events.person import STRANGER, Person
from personalization.people.rules.rule import Visit
from personalization.people.rules.this_visit import VisitNumber
from personalization.people.segments import live
from personalization.people.segments.members import recount
from personalization.people.segments.models import Membership, Segment
from personalization.people.segments.now import Standing, kept
from tests.people import NOW
from tests.people.folk import DAY, known, rule

BUYERS, THIRD = rule("orders", least=1), rule("visit_number", least=3)
ANNA = Person(user_id=1_000_001)
BORIS = Person(visitor_id=uuid.uuid5(uuid.NAMESPACE_DNS, "Boris"))


class Account:
    pk = 1_000_001


@pytest.fixture(autouse=True)
def folk(db):
    kept.forget()
    known("Anna", Account(), orders=2)
    known("Boris", first_seen_at=NOW - DAY)


def counted(name: str, tree: object, *, at=NOW, **more: object) -> int:
    made = Segment.objects.create(name=name, tree=tree, **more)
    recount(made, now=at)
    return made.pk


def holds(segment_id: int, person: Person = ANNA, **visit: object) -> bool:
    return Standing.of(person, Visit(**visit)).holds(segment_id)


class TestWhoIsMeant:
    def test_members_are_and_others_are_not(self):
        buyers = counted("buyers", BUYERS)
        assert holds(buyers)
        assert not holds(buyers, BORIS)
        assert not holds(buyers, STRANGER)

    def test_the_third_visit_counts_on_the_third_visit(self):
        third = counted("third", THIRD)
        assert not holds(third, number=2)
        assert holds(third, number=3)
        assert holds(third, STRANGER, number=3)

    @pytest.mark.parametrize(
        ("tree", "anna", "boris"),
        [
            ({"all": [BUYERS, THIRD]}, True, False),
            ({"any": [BUYERS, THIRD]}, True, True),
            ({"all": [THIRD, {"not": BUYERS}]}, False, True),
            ({"not": {"all": [THIRD, BUYERS]}}, False, True),
            ({"not": {"any": [THIRD, BUYERS]}}, False, False),
            ({"all": [THIRD, rule("orders", most=0)]}, False, True),
            ({"all": [THIRD, rule("lifecycle", stages=["new"])]}, False, True),
            (
                {"all": [THIRD, {"any": [rule("visits", least=5), {"not": rule("orders", least=1, days=30)}]}]},
                True,
                True,
            ),
            (
                {"all": [{"any": [rule("visits", least=9), BUYERS]}, {"any": [THIRD, rule("orders", least=7)]}]},
                True,
                False,
            ),
        ],
    )
    def test_what_is_known_and_what_happens_now_go_together(self, tree, anna, boris):
        mixed = counted("mixed", tree)
        assert holds(mixed, ANNA, number=3) is anna
        assert holds(mixed, BORIS, number=3) is boris
        assert holds(mixed, STRANGER, number=3) is boris, "a stranger is like somebody who never bought"

    def test_what_stands_side_by_side_is_one_part(self):
        mixed = counted("mixed", {"all": [BUYERS, THIRD, rule("orders", most=9)]})
        assert set(Membership.objects.filter(segment=mixed).values_list("part", flat=True)) == {1}

    def test_a_basket_over_fifty_counts_at_once(self):
        rich = counted("rich", rule("basket_total", least=50))
        assert not holds(rich, basket_total=Decimal("49.99"))
        assert holds(rich, basket_total=Decimal(50))
        assert not holds(rich), "without a basket nobody has one of fifty"

    def test_one_that_is_not_in_use_holds_nobody(self):
        buyers, third = counted("buyers", BUYERS), counted("third", THIRD)
        assert holds(third, number=3)
        Segment.objects.update(is_active=False)
        assert not holds(buyers)
        assert not holds(third, number=3)

    def test_an_unfinished_live_segment_holds_nobody(self):
        unfinished = counted("unfinished", {"all": [THIRD, rule("orders")]})
        assert not holds(unfinished, number=3)
        assert not holds(counted("negated", {"not": rule("visit_number")}), number=3)

    def test_a_live_segment_within_another_is_right_at_once(self):
        third = counted("third", {"all": [THIRD, BUYERS]})
        outer = counted("outer", {"any": [rule("segment", segments=[third]), rule("visit_device", devices=["phone"])]})
        assert holds(outer, ANNA, number=3)
        assert not holds(outer, BORIS, number=3)
        assert holds(outer, BORIS, number=1, device="phone")

    def test_all_that_hold_are_told(self):
        buyers, third, _never = counted("buyers", BUYERS), counted("third", THIRD), counted("never", {"not": BUYERS})
        assert Standing.of(ANNA, Visit(number=3)).all_held() == [buyers, third]

    @pytest.mark.parametrize("person", [ANNA, BORIS, STRANGER])
    @pytest.mark.parametrize("number", [1, 3])
    def test_all_that_hold_are_those_that_hold_one_by_one(self, person, number):
        trees = [THIRD, rule("visit_number", least=3, most=None), rule("visit_number", most=2), BUYERS,
                 {"all": [BUYERS, THIRD]}, {"any": [BUYERS, THIRD]}, {"not": {"any": [THIRD, BUYERS]}},
                 {"all": [THIRD, {"not": rule("visit_device", devices=["phone"])}]}, {"all": [THIRD, {}]}]  # fmt: skip
        ids = [counted(f"{turn}", tree) for turn, tree in enumerate(trees)]
        for device in ("phone", "desktop", "phone"):
            standing = Standing.of(person, Visit(number=number, device=device))
            assert standing.all_held() == standing.those_of(ids)


class TestARuleAndItsMembersBelongTogether:
    def test_a_tree_that_was_changed_is_in_force_once_it_is_counted(self):
        one = counted("one", {"all": [THIRD, BUYERS]})
        Segment.objects.filter(pk=one).update(tree={"all": [THIRD, {"not": BUYERS}]})
        assert holds(one, ANNA, number=3), "the members are still those of the old tree"
        assert not holds(one, BORIS, number=3)
        recount(Segment.objects.get(pk=one), now=NOW + DAY)
        assert not holds(one, ANNA, number=3)
        assert holds(one, BORIS, number=3)

    def test_a_segment_that_is_live_no_more_leaves_no_parts(self):
        one = counted("one", {"all": [THIRD, BUYERS]})
        Segment.objects.filter(pk=one).update(tree=BUYERS)
        recount(Segment.objects.get(pk=one), now=NOW + DAY)
        assert set(Membership.objects.values_list("part", flat=True)) == {0}
        assert holds(one)


class TestWhatItCosts:
    def test_one_query_at_first_and_ever_after(self):
        third = counted("third", {"all": [THIRD, BUYERS]})
        assert self.queries(third) == 1
        assert self.queries(third) == 1

    def test_nothing_is_asked_until_somebody_asks(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            Standing.of(ANNA, Visit())

    def test_five_hundred_segments_cost_no_more_queries_than_one(self):
        ids = [counted(f"{turn}", {"all": [THIRD, BUYERS]} if turn % 2 else BUYERS) for turn in range(20)]
        assert self.queries(*ids) == 1
        assert self.queries(*ids) == 1

    def test_a_rule_is_asked_once_for_all_visits_alike_whatever_number_of_segments_has_it(self, monkeypatch):
        asked = []
        monkeypatch.setattr(VisitNumber, "holds", lambda _self, values, visit: asked.append(values) or True)
        ids = [counted(f"{turn}", {"all": [THIRD, BUYERS]} if turn % 2 else THIRD) for turn in range(9)]
        for pages in range(3):
            assert Standing.of(ANNA, Visit(number=3, pages=pages)).all_held() == ids
        assert len(asked) == 1
        Standing.of(ANNA, Visit(number=4)).all_held()
        assert len(asked) == 2

    def test_answers_are_not_kept_without_end(self, monkeypatch):
        monkeypatch.setattr(live, "MOST_ANSWERS", 3)
        third = counted("third", THIRD)
        for number in (*range(1, 9), 3):
            assert Standing.of(ANNA, Visit(number=number)).all_held() == ([third] if number >= 3 else [])

    def test_a_live_segment_out_of_use_is_known_on_the_next_request(self):
        first = counted("first", THIRD)
        assert self.queries(first) == 1
        Segment.objects.update(is_active=False)
        assert not holds(first, number=3)
        Segment.objects.update(is_active=True, note="for the summer")
        assert self.queries(first) == 1
        known = kept.live
        Segment.objects.update(note="for the winter")
        assert self.queries(first) == 1
        assert kept.live is known, "a note changes nothing of whom it holds"

    def test_a_new_live_segment_is_known_on_the_next_request(self):
        first = counted("first", THIRD)
        assert self.queries(first) == 1
        second = counted("second", THIRD, at=NOW + DAY)
        assert holds(second, number=3)
        Segment.objects.filter(pk=second).delete()
        assert not holds(second, number=3)

    def test_a_segment_that_is_not_live_changes_nothing_of_that(self):
        first = counted("first", THIRD)
        self.queries(first)
        counted("buyers", BUYERS, at=NOW + DAY)
        assert self.queries(first) == 1

    @staticmethod
    def queries(*segment_ids: int) -> int:
        with CaptureQueriesContext(connection) as sent:
            standing = Standing.of(ANNA, Visit(number=3))
            assert all(standing.holds(one) for one in segment_ids)
        return len(sent)
