"""Codes belong to the person whom they were given to; who gave one by hand stands beside it."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from personalization.campaigns.offers.models import PersonalCode
from personalization.campaigns.offers.publish import withdraw
from personalization.events.person import Person
from personalization.events.personal import AskedBy, PersonalTable, Row, Whole, tables
from personalization.people.persons import number_of


@tables.register
class Codes(PersonalTable):
    """Personal codes, with why they were given and in which order they were used."""

    name, label, model = "codes", _("personal codes that you were given"), PersonalCode
    stays = _("What was ordered with a code stays in that order.")

    def mine(self, whole: Whole) -> QuerySet[Any]:
        """The account's, and those of its browsers from before they signed in."""
        account = number_of(Person(user_id=whole.user_id)) if whole.user_id is not None else None
        return PersonalCode.objects.filter(person__in=[*whole.visitor_ids, *([account] if account else [])])

    def rows(self, whole: Whole) -> Iterator[Row]:
        """With the name of the offer; who of the staff gave it is not theirs to know."""
        for row in self.mine(whole).order_by("pk").values(
            "id", "code", "offer__title", "reason", "occasion", "issued_at", "expires_at", "reminded_at",
            "withdrawn_at", "used_at", "order_number",
        ):  # fmt: skip
            yield {**row, "offer": row.pop("offer__title")}

    def erase(self, whole: Whole) -> int:
        """A code that is nobody's works for nobody: it ends in the shop, too."""
        withdraw(self.mine(whole), now=timezone.now())
        return super().erase(whole)


@tables.register
class CodesGiven(AskedBy):
    """Codes that a member of staff gave by hand."""

    name, label, model = "codes_given", _("personal codes that you gave to others"), PersonalCode

    def rows(self, whole: Whole) -> Iterator[Row]:
        """When; whose it is is not theirs to keep."""
        yield from self.mine(whole).order_by("pk").values("id", "issued_at")
