"""A field for several words in one line; kept as a list."""

from typing import Any

from django import forms

MOST, LONGEST = 50, 100


class WordsField(forms.CharField):
    """Words with commas between them. Reads a list too, as it is stored."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Each once."""
        parts = value if isinstance(value, list | tuple) else str(value or "").split(",")
        words = (str(one).replace("\0", "").strip()[:LONGEST] for one in parts)
        return list(dict.fromkeys(word for word in words if word))[:MOST]

    def prepare_value(self, value: Any) -> Any:
        """As one line."""
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def run_validators(self, value: Any) -> None:
        """They are for texts."""


def told(words: list[str]) -> str:
    """In quotation marks, one after the other."""
    return ", ".join(f"“{word}”" for word in words)


def patterns(words: list[str]) -> list[str]:
    """To be found anywhere in a text written small, whatever signs the words are made of."""
    return [f"%{word.lower().translate(_SIGNS)}%" for word in words]


_SIGNS = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})
