"""What hangs on a segment is known wherever it stands, also in a shop's own code."""

import pytest

from personalization.people.segments.models import Segment
from personalization.people.segments.uses import Use, Uses, used_by, uses
from tests.people.folk import rule


@pytest.fixture
def vip(db):
    return Segment.objects.create(name="VIP", tree=rule("orders", least=3))


def test_a_segment_that_names_another(vip):
    inner = Segment.objects.create(name="Inner", tree={"not": rule("segment", segments=[vip.pk])})
    assert [use.name for use in used_by([vip])[vip.pk]] == ["Inner"]
    assert used_by([inner]) == {inner.pk: []}


def test_those_that_are_deleted_together_do_not_hang_on_each_other(vip):
    inner = Segment.objects.create(name="Inner", tree=rule("segment", segments=[vip.pk]))
    assert used_by([vip, inner]) == {vip.pk: [], inner.pk: []}


def test_a_use_of_the_shop_s_own_needs_one_class(vip):
    @uses.register
    class Letters(Uses):
        """A newsletter."""

        name, label = "letters", "letters"

        def of(self, wanted):
            return {pk: [Use("Spring", "The letter “Spring” goes to nobody then.", "/letters/1/")] for pk in wanted}

    try:
        assert [use.told for use in used_by([vip])[vip.pk]] == ["The letter “Spring” goes to nobody then."]
    finally:
        del uses._entries["letters"]


def test_nothing_is_asked_about_no_segment(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert used_by([]) == {}


def test_each_kind_of_thing_costs_one_query(vip, django_assert_num_queries):
    others = [Segment.objects.create(name=f"no {turn}", tree=rule("segment", segments=[vip.pk])) for turn in range(5)]
    with django_assert_num_queries(len(list(uses))):
        assert len(used_by([vip])[vip.pk]) == len(others)
