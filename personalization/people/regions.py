"""The regions that an owner can pick: those that people gave as theirs."""

from django.db.models import Count
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import MOST, Found, Words, choosables
from personalization.people.models import Preference

# A region that fewer people named than this would tell of one person where they live.
ENOUGH_PEOPLE = 3


@choosables.register
class Regions(Words):
    """Those that several shoppers gave as theirs."""

    name, label = "region", gettext_lazy("Add a region")

    def find(self, asked: str, *, of: str = "") -> list[Found]:
        """The most common first."""
        told = Preference.objects.filter(what=Preference.What.REGION, value__icontains=asked).order_by()
        rows = told.values("value").annotate(people=Count("pk")).filter(people__gte=ENOUGH_PEOPLE)
        return [Found(row["value"], row["value"]) for row in rows.order_by("-people", "value")[:MOST]]
