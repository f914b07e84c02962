"""What every registered kind of event promises."""

import pytest
from django.db import connection
from django.utils.functional import Promise

from personalization.events.identifiers import event_id
from personalization.events.kinds import EventKind, kind_choices, kinds
from personalization.events.models import Event
from personalization.events.record import record
from personalization.events.write import NewEvent, write
from personalization.registry import Registry, UnknownName
from tests.people import NOW


@pytest.fixture(params=[kind.name for kind in kinds])
def kind(request) -> EventKind:
    return kinds.get(request.param)


def test_it_has_a_label_that_can_be_translated(kind):
    assert isinstance(kind.label, Promise)
    assert str(kind.label).strip()


def test_its_name_fits_the_column(kind):
    assert kind.name.isidentifier()
    assert len(kind.name) <= Event._meta.get_field("kind").max_length


def test_it_says_how_much_it_teaches_how_long_it_is_kept_and_how_it_is_erased(kind):
    assert 0 <= kind.training_weight <= 10
    assert 1 <= kind.days_kept <= 3660
    assert str(kind.erased).strip()
    assert isinstance(kind.is_fact, bool)


def test_it_can_be_written_and_read_back(db, kind):
    payload = dict.fromkeys(kind.payload, "x")
    write([NewEvent(id=event_id(NOW), kind=kind.name, happened_at=NOW, payload=payload)])
    event = Event.objects.get()
    assert (event.kind, event.get_kind_display(), event.payload) == (kind.name, str(kind.label), payload)


def test_recording_it_waits_on_nothing(db, kind, django_assert_num_queries):
    with django_assert_num_queries(0):
        record(kind.name)


def test_a_kind_that_nobody_registered_is_refused(db):
    with pytest.raises(UnknownName, match=r"'danced'.*product_viewed"):
        record("danced")


def test_a_kind_of_the_shop_s_own_needs_one_class(db):
    @kinds.register
    class Danced(EventKind):
        """Somebody danced before the shelf."""

        name, label = "danced", "Danced"

    try:
        assert ("danced", "Danced") in kind_choices()
        record("danced", product_id=1)
        assert ("danced", "Danced") in Event._meta.get_field("kind").flatchoices
    finally:
        del kinds._entries["danced"]
    assert connection.needs_rollback is False


class TestRegistry:
    def test_a_name_taken_twice_is_refused(self):
        fruit: Registry = Registry("fruit")

        @fruit.register
        class Apple:
            name, label = "apple", "Apple"

        with pytest.raises(ValueError, match="Two classes for the fruit 'apple'"):

            @fruit.register
            class Other:
                name, label = "apple", "Other"

        fruit.register(Apple)
        assert fruit.choices() == [("apple", "Apple")]

    def test_an_empty_one_says_so(self):
        with pytest.raises(UnknownName, match="Known: none"):
            Registry("fruit").get("apple")
