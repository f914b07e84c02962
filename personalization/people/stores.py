"""The stores that an owner can pick: those in which people bought."""

from django.db.models import Count
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import MOST, Found, Words, choosables
from personalization.people.profiles.models import Profile


@choosables.register
class Stores(Words):
    """Every store that is somebody's favourite."""

    name, label = "store", gettext_lazy("Add a store")

    def find(self, asked: str, *, of: str = "") -> list[Found]:
        """The one of most people first."""
        rows = Profile.objects.filter(store__icontains=asked).exclude(store="").order_by().values("store")
        counted = rows.annotate(people=Count("pk")).order_by("-people", "store")
        return [Found(row["store"], row["store"]) for row in counted[:MOST]]
