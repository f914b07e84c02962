"""The blocks that an owner can pick."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import MOST, Choosable, Found, Key, choosables
from personalization.storefront.models import Block


@choosables.register
class Blocks(Choosable):
    """By their place and what they show."""

    name, label = "block", gettext_lazy("Add a block")

    def names(self, keys: Collection[Key]) -> Mapping[Key, str]:
        """Of those that are still there."""
        wanted = [one for one in keys if isinstance(one, int)]
        return {one.pk: str(one) for one in Block.objects.filter(pk__in=wanted)} if wanted else {}

    def find(self, asked: str, *, of: str = "") -> list[Found]:
        """Those of which a word is in the name: there are never many."""
        parts = asked.casefold().split()
        found = [Found(one.pk, str(one), f"#{one.pk}") for one in Block.objects.order_by("slot", "position")]
        return [one for one in found if all(part in one.label.casefold() for part in parts)][:MOST]
