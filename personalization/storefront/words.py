"""Words that an owner wrote in several languages, for whoever reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language


@dataclass(frozen=True)
class Told:
    """Words, and the language they are in where it is not the reader's."""

    text: str = ""
    language: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)


def told(texts: Mapping[str, Any], part: str) -> Told:
    """What was written, in the reader's language; else in the shop's own, else in any."""
    language = (get_language() or "").split("-")[0]
    for code in (language, own_language(), *texts):
        written = texts.get(code, {})
        if isinstance(written, dict) and (text := str(written.get(part, "")).strip()):
            return Told(text, "" if code == language else code)
    return Told()


def own_language() -> str:
    """The language in which the shop is written, by its primary code."""
    return settings.LANGUAGE_CODE.split("-")[0]
