"""The headings under which the builder offers the rules."""

from django.utils.translation import gettext_lazy as _

ORDERS = _("Orders")
BEHAVIOUR = _("Behaviour")
TASTE = _("Taste and prices")
PERSON = _("The person")
VALUE = _("Value and predictions")
LISTS = _("Lists and shares")
CONTACT = _("Contact")
VISIT = _("The visit going on")
