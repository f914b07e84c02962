"""Why a segment could not be counted, in the words of its owner."""

from django.db import OperationalError
from django.utils.translation import gettext as _

from personalization.people.segments.unfold import InACircle, TooLarge


class Unfinished(ValueError):
    """The code of one of its rules is gone."""


def fault_told(error: Exception) -> str:
    """What went wrong, and what to do."""
    if isinstance(error, Unfinished):
        return _("The code for the rule “%(name)s” is gone: take the rule out, or bring its code back.") % {
            "name": str(error)
        }
    if isinstance(error, InACircle | TooLarge):
        return str(error)
    if isinstance(error, OperationalError):
        return _("It took too long to count: make its windows of time shorter, or its rules fewer.")
    return _("It could not be counted (%(kind)s); the server's log says more.") % {"kind": type(error).__name__}
