"""The pop-ups that an owner can pick."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import MOST, Choosable, Found, Key, choosables
from personalization.storefront.popups.models import Popup


@choosables.register
class Popups(Choosable):
    """By name or title."""

    name, label = "popup", gettext_lazy("Add a pop-up")

    def names(self, keys: Collection[Key]) -> Mapping[Key, str]:
        """Of those that are still there."""
        wanted = [one for one in keys if isinstance(one, int)]
        return {one.pk: str(one) for one in Popup.objects.filter(pk__in=wanted)} if wanted else {}

    def find(self, asked: str, *, of: str = "") -> list[Found]:
        """Those of which a word is in the name: there are never many."""
        parts = asked.casefold().split()
        found = [Found(one.pk, str(one), f"#{one.pk}") for one in Popup.objects.order_by("priority", "pk")]
        return [one for one in found if all(part in one.label.casefold() for part in parts)][:MOST]
