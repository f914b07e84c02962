"""A believable, invented brand for each manufacturer number: always the same one, and never two alike."""

from typing import Final

from shop_demo.data.words import word_lists

OWN_BRAND: Final = "Journey Market"
_SCATTER: Final = 2693  # shares no factor with the number of names, so each number below it gets a name of its own


def brand_name(manufacturer: int, *, is_own: bool) -> str:
    """The brand that stands on this manufacturer's goods."""
    if is_own:
        return OWN_BRAND
    halves = word_lists("brands.txt")
    stems, endings = halves["stems"], halves["endings"]
    ending, stem = divmod(manufacturer * _SCATTER % (len(stems) * len(endings)), len(stems))
    word = endings[ending]
    return stems[stem] + (word[1:] if word.startswith("-") else f" {word}")
