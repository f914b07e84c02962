"""Who is in a segment is kept with as few writes as there are changes, and whoever comes or goes is noted."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction

from personalization.people.profiles.models import Profile
from personalization.people.segments import members
from personalization.people.segments.members import recount
from personalization.people.segments.models import Membership, MembershipChange, Segment
from personalization.people.segments.refresh import forget_changes, refresh_all_segments, refresh_segments
from tests.people import NOW
from tests.people.folk import known, names, rule

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BUYERS, OFTEN = rule("orders", least=1), rule("orders", least=5)


@pytest.fixture
def folk(db):
    known("Anna", orders=5)
    known("Boris", orders=1)
    known("Clara")


def segment(name: str, tree: object, **more: object) -> Segment:
    made = Segment.objects.create(name=name, tree=tree, **more)
    # What was changed now is due: the clock of these tests stands in another year.
    Segment.objects.update(changed_at=NOW)
    made.refresh_from_db()
    return made


def inside(one: Segment, part: int = 0) -> set[str]:
    return names(Membership.objects.filter(segment=one, part=part).values_list("person", flat=True))


def noted(one: Segment) -> list[tuple[str, bool]]:
    rows = MembershipChange.objects.filter(segment=one).order_by("pk").values_list("person", "is_entry")
    return [(next(iter(names([person]))), is_entry) for person, is_entry in rows]


def buys(name: str, orders: int, *, at=NOW) -> None:
    person = uuid.uuid5(uuid.NAMESPACE_DNS, name)
    Profile.objects.filter(person=person).update(orders=orders, changed_at=at)


class TestOneSegment:
    def test_the_first_filling_is_nobody_s_doing_and_starts_nothing(self, folk):
        buyers = segment("buyers", BUYERS)
        assert recount(buyers, now=NOW).entered == 2
        assert inside(buyers) == {"Anna", "Boris"}
        assert noted(buyers) == []

    def test_who_comes_and_who_leaves_is_noted(self, folk):
        buyers = segment("buyers", BUYERS)
        recount(buyers, now=NOW)
        buys("Clara", 1)
        buys("Boris", 0)
        found = recount(buyers, now=NOW + HOUR)
        assert (found.entered, found.left) == (1, 1)
        assert inside(buyers) == {"Anna", "Clara"}
        assert sorted(noted(buyers)) == [("Boris", False), ("Clara", True)]
        assert set(MembershipChange.objects.values_list("happened_at", flat=True)) == {NOW + HOUR}

    def test_who_stays_has_been_in_it_since_they_came(self, folk):
        buyers = segment("buyers", BUYERS)
        recount(buyers, now=NOW)
        buys("Clara", 1)
        recount(buyers, now=NOW + HOUR)
        since = {next(iter(names([person]))): at for person, at in Membership.objects.values_list("person", "since")}
        assert since == {"Anna": NOW, "Boris": NOW, "Clara": NOW + HOUR}

    def test_a_changed_tree_is_the_owner_s_doing_and_starts_nothing(self, folk):
        one = segment("one", BUYERS)
        recount(one, now=NOW)
        one.refresh_from_db()
        one.tree = {"not": BUYERS}
        one.save()
        found = recount(one, now=NOW + HOUR)
        assert (found.entered, found.left) == (1, 2)
        assert noted(one) == []

    def test_size_and_time_are_kept(self, folk):
        buyers = segment("buyers", BUYERS)
        recount(buyers, now=NOW)
        buyers.refresh_from_db()
        assert (buyers.size, buyers.counted_at, buyers.error, buyers.is_live) == (2, NOW, "", False)
        assert buyers.took_ms is not None
        assert buyers.counted_tree == BUYERS

    def test_a_segment_deleted_meanwhile_is_left_alone(self, folk):
        buyers = segment("buyers", BUYERS)
        Segment.objects.all().delete()
        assert recount(buyers, now=NOW) == members.Recounted()

    def test_an_unfinished_tree_has_nobody(self, folk):
        one = segment("one", {"not": rule("orders")})
        recount(one, now=NOW)
        assert inside(one) == set()

    def test_texts_with_signs_of_sql_are_only_texts(self, folk):
        one = segment("one", {"all": [BUYERS, {"not": rule("first_source", sources=["50%", "%(now)s", "a_b'"])},
                                      rule("share", percent="100", salt="%s")]})  # fmt: skip
        assert recount(one, now=NOW).error == ""
        assert inside(one) == {"Anna", "Boris"}


class TestNothingChanged:
    @pytest.mark.django_db(transaction=True)
    def test_then_no_row_is_written(self):
        for name in ("Anna", "Boris"):
            known(name, orders=5)
        buyers = segment("buyers", BUYERS)
        recount(buyers, now=NOW)
        before = self.versions()
        assert recount(buyers, now=NOW + HOUR) == members.Recounted()
        assert self.versions() == before, "each row is still the same version of itself"
        assert not MembershipChange.objects.exists()

    @staticmethod
    def versions() -> list[object]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ctid, xmin, xmax, person FROM personalization_membership ORDER BY person")
            return cursor.fetchall()


class TestFailures:
    def test_a_segment_that_fails_keeps_its_members_and_says_why(self, folk):
        one = segment("one", BUYERS)
        recount(one, now=NOW)
        one.refresh_from_db()
        one.tree = {"any": [BUYERS, rule("moon")]}
        one.save()
        assert "moon" in recount(one, now=NOW + HOUR).error
        one.refresh_from_db()
        assert one.error.startswith("The code for the rule “moon” is gone")
        assert (one.size, inside(one)) == (2, {"Anna", "Boris"})

    def test_a_circle_is_refused_by_name(self, folk):
        one = segment("one", BUYERS)
        two = segment("two", rule("segment", segments=[one.pk]))
        recount(one, now=NOW)
        Segment.objects.filter(pk=one.pk).update(tree=rule("segment", segments=[two.pk]))
        assert recount(one, now=NOW).error == ("“one” needs itself by way of other segments: take one of them out.")
        assert inside(one) == {"Anna", "Boris"}

    def test_what_takes_too_long_is_stopped(self, folk, monkeypatch):
        monkeypatch.setattr(members, "TIME_LIMIT", timedelta(milliseconds=50))
        monkeypatch.setattr(members, "_KEEP", members._KEEP.replace("SELECT (SELECT", "SELECT pg_sleep(3), (SELECT"))
        assert recount(segment("one", BUYERS), now=NOW).error.startswith("It took too long")

    def test_one_that_fails_holds_up_no_other(self, folk):
        broken, buyers = segment("a broken one", rule("moon")), segment("buyers", BUYERS)
        done = refresh_segments(now=NOW)
        assert (done["segments"], done["failed"]) == (2, 1)
        assert inside(buyers) == {"Anna", "Boris"}
        assert refresh_segments(now=NOW + HOUR)["segments"] == 0, "it waits for its owner, or for the night"
        broken.save()
        assert refresh_segments(now=NOW + 2 * HOUR)["failed"] == 1


class TestErasedMeanwhile:
    @pytest.mark.django_db(transaction=True)
    def test_whose_profile_goes_while_it_is_counted_does_not_come_back(self, monkeypatch):
        """The profile goes after the statement has read it and before its rows can be seen."""
        known("Anna", orders=5)
        known("Boris", orders=5)
        buyers = segment("buyers", BUYERS)
        recount(buyers, now=NOW)
        buys("Boris", 0)
        recount(buyers, now=NOW + HOUR)
        buys("Boris", 5)
        real = members._kept

        def erased_after(*args, **more):
            found = real(*args, **more)
            Profile.objects.filter(orders=5, person=uuid.uuid5(uuid.NAMESPACE_DNS, "Boris")).delete()
            return found

        monkeypatch.setattr(members, "_kept", erased_after)
        MembershipChange.objects.all().delete()
        recount(buyers, now=NOW + 2 * HOUR)
        assert inside(buyers) == {"Anna"}
        assert noted(buyers) == []

    def test_a_person_without_a_profile_leaves_without_a_note(self, folk):
        buyers = segment("buyers", BUYERS)
        recount(buyers, now=NOW)
        Profile.objects.filter(orders=5).delete()
        recount(buyers, now=NOW + HOUR)
        assert inside(buyers) == {"Boris"}
        assert noted(buyers) == []


class TestWhichAreDue:
    def test_new_ones_and_changed_ones_are(self, folk):
        one, other = segment("one", BUYERS), segment("other", OFTEN)
        assert refresh_segments(now=NOW)["segments"] == 2
        assert refresh_segments(now=NOW + HOUR)["segments"] == 0
        Segment.objects.filter(pk=one.pk).update(tree=OFTEN)
        assert refresh_segments(now=NOW + 2 * HOUR)["segments"] == 1
        assert (inside(one), inside(other)) == ({"Anna"}, {"Anna"})

    def test_all_are_when_a_profile_changed(self, folk):
        segment("one", BUYERS)
        refresh_segments(now=NOW)
        buys("Clara", 1, at=NOW + HOUR)
        assert refresh_segments(now=NOW + 2 * HOUR) == {"segments": 1, "entered": 1, "left": 0, "failed": 0}
        assert refresh_segments(now=NOW + 3 * HOUR)["segments"] == 0

    def test_one_that_is_not_in_use_is_not(self, folk):
        segment("one", BUYERS, is_active=False)
        assert refresh_all_segments(now=NOW)["segments"] == 0

    def test_at_night_all_are_because_windows_end_by_themselves(self, folk):
        seen = segment("seen lately", rule("last_seen", most=7))
        refresh_segments(now=NOW)
        assert inside(seen) == {"Anna", "Boris", "Clara"}
        assert refresh_segments(now=NOW + 8 * DAY)["segments"] == 0
        assert refresh_all_segments(now=NOW + 8 * DAY)["left"] == 3
        assert inside(seen) == set()

    def test_segments_within_segments_are_counted_in_their_order(self, folk):
        first = segment("z first", BUYERS)
        second = segment("m second", rule("segment", segments=[first.pk]))
        third = segment("a third", {"not": rule("segment", segments=[second.pk])})
        refresh_segments(now=NOW)
        assert (inside(second), inside(third)) == ({"Anna", "Boris"}, {"Clara"})
        Segment.objects.filter(pk=first.pk).update(tree=OFTEN)
        assert refresh_segments(now=NOW + HOUR)["segments"] == 3
        assert (inside(second), inside(third)) == ({"Anna"}, {"Boris", "Clara"})

    def test_old_changes_are_let_go(self, folk, settings):
        one = segment("one", BUYERS)
        for days in (1, 89, 91):
            MembershipChange.objects.create(segment=one, person=uuid.uuid4(), is_entry=True,
                                            happened_at=NOW - days * DAY)  # fmt: skip
        assert forget_changes(now=NOW) == 1
        settings.PERSONALIZATION_CHANGES_DAYS = 30
        assert refresh_all_segments(now=NOW)["changes_forgotten"] == 1


def test_a_recount_in_a_transaction_leaves_the_limit_of_time_as_it_was(folk):
    with transaction.atomic(), connection.cursor() as cursor:
        recount(segment("one", BUYERS), now=NOW)
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] == "0"


def test_what_an_owner_saves_undoes_no_count_that_ended_meanwhile(folk):
    one = segment("one", BUYERS)
    at_the_form = Segment.objects.get(pk=one.pk)
    recount(one, now=NOW)
    at_the_form.note = "for the spring"
    at_the_form.save(update_fields=Segment.DECIDED)
    one.refresh_from_db()
    assert (one.note, one.size, one.counted_tree) == ("for the spring", 2, BUYERS)
