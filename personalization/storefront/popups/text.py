"""The words of a pop-up: data, never a template. Tags and addresses that are not on the list go."""

import re
from collections.abc import Mapping

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from personalization.storefront.paragraphs import paragraphs

# All that may stand in braces; whatever else does is shown as it was written.
PLACEHOLDERS = {
    "name": _("the shopper's first name; nothing where it is not known"),
    "total": _("what the basket comes to"),
    "left": _("what the basket lacks to free delivery"),
    "code": _("the discount code"),
}
_PLACE = re.compile(r"\{\s*(\w{1,20})\s*\}")
# Where nothing came in its place, the space before a comma or a full stop goes too.
_LEFT_OVER = re.compile(r"[ \t]+(?=[,.!?;:])|(?<=[ \t])[ \t]+")


def plain(text: str, values: Mapping[str, str]) -> str:
    """A line without any tags, its places filled; to be escaped like any other text."""
    return _tidied(_PLACE.sub(lambda found: _value(found, values), text)).strip()


def rich(text: str, values: Mapping[str, str]) -> SafeString:
    """Paragraphs with the few tags that are allowed, their places filled with escaped text.

    Cleaned when all is in its place: what is filled in may stand in the address of a link.
    """
    filled = _PLACE.sub(lambda found: escape(_value(found, values)), text)
    return mark_safe(_tidied(paragraphs(filled)))  # noqa: S308 - cleaned just now


def unknown_places(*texts: str) -> list[str]:
    """What stands in braces and is not on the list."""
    found = [name for text in texts for name in _PLACE.findall(text)]
    return [name for name in dict.fromkeys(found) if name not in PLACEHOLDERS]


def _value(found: re.Match[str], values: Mapping[str, str]) -> str:
    name = found[1]
    return values.get(name, "") if name in PLACEHOLDERS else found[0]


def _tidied(text: str) -> str:
    return _LEFT_OVER.sub("", text)
