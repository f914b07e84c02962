"""What interrupted somebody is about them."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from personalization.events.personal import PersonalTable, Row, Whole, tables
from personalization.storefront.popups.models import PopupShowing


@tables.register
class Showings(PersonalTable):
    """The pop-ups that came up for them, and what they did with each."""

    name, label, model = "popups", _("the pop-ups that you were shown, and what you did with them"), PopupShowing

    def rows(self, whole: Whole) -> Iterator[Row]:
        """Without what is the shop's alone."""
        for row in super().rows(whole):
            yield {name: value for name, value in row.items() if name != "is_counted"}
