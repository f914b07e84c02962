"""The banners that an owner can pick."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import MOST, Choosable, Found, Key, choosables
from personalization.storefront.slots.models import Banner


@choosables.register
class Banners(Choosable):
    """By what stands on them and their place."""

    name, label = "banner", gettext_lazy("Add a banner")

    def names(self, keys: Collection[Key]) -> Mapping[Key, str]:
        """Of those that are still there."""
        wanted = [one for one in keys if isinstance(one, int)]
        return {one.pk: str(one) for one in Banner.objects.filter(pk__in=wanted)} if wanted else {}

    def find(self, asked: str, *, of: str = "") -> list[Found]:
        """Those of which a word is in the name: there are never many."""
        parts = asked.casefold().split()
        found = [Found(one.pk, str(one), one.slot) for one in Banner.objects.order_by("slot", "pk")]
        return [one for one in found if all(part in f"{one.label} {one.more}".casefold() for part in parts)][:MOST]
