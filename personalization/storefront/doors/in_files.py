"""What the ways in of a door are called in files; doors themselves are not kept in any."""

from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import gettext_lazy

from personalization.campaigns.files.naming import Naming, namings
from personalization.chosen.choosable import Key
from personalization.storefront.doors.models import DoorChoice
from personalization.storefront.words import own_language


@namings.register
class OfDoors(Naming):
    """By what is asked and what is answered, in the shop's own language."""

    name, label = "door", gettext_lazy("door")

    def names(self) -> Mapping[Key, str]:
        """Of all."""
        with translation.override(own_language()):
            return {one.pk: f"{one.door}: {one}" for one in DoorChoice.objects.select_related("door")}
