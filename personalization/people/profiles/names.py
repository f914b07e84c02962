"""What the usual things that a shop knows of its customers are called, in the reader's language."""

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

# By the keys of PERSONALIZATION_DEMOGRAPHICS; whatever else a shop knows is called as the shop calls it.
NAMES: dict[str, str | Promise] = {
    "age": _("age"),
    "birthday": _("birthday"),
    "children": _("children"),
    "city": _("city"),
    "education": _("education"),
    "gender": _("gender"),
    "home_ownership": _("home"),
    "household_size": _("household size"),
    "income": _("income"),
    "marital_status": _("marital status"),
    "occupation": _("occupation"),
    "pets": _("pets"),
}


def known_told(key: str) -> str:
    """Within a sentence."""
    return str(NAMES.get(key.lower()) or key.replace("_", " "))


def known_heading(key: str) -> str:
    """At the head of a column or a list."""
    return str(capfirst(known_told(key)))
