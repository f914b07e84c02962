"""What interrupted somebody is about them."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from personalization.events.personal import AskedBy, PersonalTable, Row, Whole, tables
from personalization.storefront.popups.models import PopupShowing
from personalization.storefront.popups.replay.models import PopupReplay


@tables.register
class Showings(PersonalTable):
    """The pop-ups that came up for them, and what they did with each."""

    name, label, model = "popups", _("the pop-ups that you were shown, and what you did with them"), PopupShowing

    def rows(self, whole: Whole) -> Iterator[Row]:
        """Without what is the shop's alone."""
        for row in super().rows(whole):
            yield {name: value for name, value in row.items() if name != "is_counted"}


@tables.register
class Replays(AskedBy):
    """Replays of pop-ups that a member of staff asked for."""

    name, label, model = "popup_replays", _("replays of pop-ups that you asked for"), PopupReplay
