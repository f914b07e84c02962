"""Where a person stands in the tables of people: what they told us, and what was worked out about them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from personalization.events.person import Person
from personalization.events.personal import AskedBy, PersonalTable, Whole, tables
from personalization.people.clusters.models import ClusterMember
from personalization.people.journeys.models import Journey
from personalization.people.models import Preference
from personalization.people.persons import number_of
from personalization.people.predict.models import PredictionRun
from personalization.people.profiles.models import Profile, ProfileNote
from personalization.people.segments.models import Membership, MembershipChange


@tables.register
class Preferences(PersonalTable):
    """Everything they told us."""

    name, label, model = "preferences", _("what you told us about your taste"), Preference


@tables.register
class Journeys(PersonalTable):
    """How far each of their visits went. Counting was agreed to apart, so it stays while that holds."""

    name, label, model = "journeys", _("how far you came on your visits"), Journey


class ByNumber(PersonalTable):
    """A table that knows people by their one number: the account's, or that of each of its visitors."""

    is_derived = True

    def mine(self, whole: Whole) -> QuerySet[Any]:
        """The account's rows, and those of its browsers from before they signed in."""
        account = number_of(Person(user_id=whole.user_id)) if whole.user_id is not None else None
        persons = [*whole.visitor_ids, *([account] if account else [])]
        return self.model._default_manager.filter(person__in=persons)


@tables.register
class Profiles(ByNumber):
    """The row that says what they buy, like and do."""

    name, label, model = "profiles", _("what we worked out from your visits and orders"), Profile


@tables.register
class ClusterMembers(ByNumber):
    """The group of people alike that they are in."""

    name, label, model = "clusters", _("the group of people alike that you are in"), ClusterMember


@tables.register
class Memberships(ByNumber):
    """The segments that they are in."""

    name, label, model = "memberships", _("groups of customers that you are in"), Membership

    def erase(self, whole: Whole) -> int:
        """In one go: there are no more of them than segments. Django locks no rows by a key of several columns."""
        return self.mine(whole).delete()[0]


@tables.register
class MembershipChanges(ByNumber):
    """When they came into a segment, and left it."""

    name, label, model = "membership_changes", _("when you came into such a group, or left it"), MembershipChange


@tables.register
class ProfileNotes(PersonalTable):
    """Marks that their profile is to be worked out anew; gone within minutes."""

    name, label, model = "profile_notes", _("a mark to look at your visits and orders again"), ProfileNote
    is_derived = True


@tables.register
class Predictions(AskedBy):
    """Learnings of what customers will do that a member of staff asked for."""

    name, label, model = "predictions", _("predictions that you asked for"), PredictionRun
