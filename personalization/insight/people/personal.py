"""That somebody of the staff looked at a customer is about that customer, too."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from personalization.events.personal import PersonalTable, Row, Whole, batches, tables
from personalization.insight.people.models import CustomerLook


@tables.register
class Looks(PersonalTable):
    """When the staff opened the page about them."""

    name, label, model = "looks", _("when our staff looked at your data"), CustomerLook
    stays = _("That a member of staff looked at a customer is kept, without saying at whom.")

    def rows(self, whole: Whole) -> Iterator[Row]:
        """When, and by what they were found; which of the staff it was stays in the shop."""
        for row in super().rows(whole):
            yield {name: value for name, value in row.items() if name != "reader_id"}

    def erase(self, whole: Whole) -> int:
        """Takes the customer out of the lines; of another account's line there is nothing to take."""
        return sum(rows.update(user_id=None, visitor_id=None) for rows in batches(self.mine(whole)))
