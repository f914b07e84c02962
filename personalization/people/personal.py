"""What people told us is theirs: exported, and erased."""

from django.utils.translation import gettext_lazy as _

from personalization.events.personal import PersonalTable, tables
from personalization.people.models import Preference


@tables.register
class Preferences(PersonalTable):
    """Everything they told us."""

    name, label, model = "preferences", _("what you told us about your taste"), Preference
