"""Words of a search in the one form in which they are compared."""

import re
import unicodedata

LONGEST, MOST_WORDS = 200, 8


def normal(text: str) -> str:
    """The same for everybody who means the same: letters folded (NFKC, case), spaces collapsed."""
    folded = unicodedata.normalize("NFKC", text).replace("\0", " ").casefold()
    # Folding may take letters apart that belong together.
    return " ".join(unicodedata.normalize("NFKC", folded).split())[:LONGEST]


def single_words(words: str) -> list[str]:
    """Its different words in the order of the alphabet, without signs and single letters."""
    found = {one for one in re.findall(r"\w+", words) if len(one) > 1}
    return sorted(found)[:MOST_WORDS]
