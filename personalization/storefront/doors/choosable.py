"""The ways in that an owner can pick for a segment."""

from collections.abc import Collection, Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import MOST, Choosable, Found, Key, choosables
from personalization.storefront.doors.models import DoorChoice


@choosables.register
class Doors(Choosable):
    """By what is asked and what is answered."""

    name, label = "door", gettext_lazy("Add a door")

    def names(self, keys: Collection[Key]) -> Mapping[Key, str]:
        """Of those that are still there."""
        wanted = [one for one in keys if isinstance(one, int)]
        return {one.pk: _called(one) for one in _all().filter(pk__in=wanted)} if wanted else {}

    def find(self, asked: str, *, of: str = "") -> list[Found]:
        """Those of which all words are in the name: there are never many."""
        parts = asked.casefold().split()
        found = [Found(one.pk, _called(one), f"#{one.pk}") for one in _all()]
        return [one for one in found if all(part in one.label.casefold() for part in parts)][:MOST]


def _all() -> QuerySet[DoorChoice]:
    return DoorChoice.objects.select_related("door").order_by("door__slot", "position", "pk")


def _called(choice: DoorChoice) -> str:
    return f"{choice.door}: {choice}"
