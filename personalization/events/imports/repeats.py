"""Rows that say the same: two sponges on one receipt are two events, but a row read twice is one.

Without an id of its own a row is known by what it says, and by how many equal rows came before it in its file. Which
rows have equals is found in one pass beforehand, over parts on the disk: a file of any size takes no more memory.
"""

import sys
import tempfile
from array import array
from collections.abc import Iterable
from contextlib import ExitStack
from itertools import pairwise
from typing import IO

from personalization.events.imports.identity import KEY_BYTES

# Few enough for the number of files that a process may have open anywhere.
PARTS = 64


def repeated(digests: Iterable[bytes]) -> set[bytes]:
    """The keys of all digests that come more than once; a key is the first eight bytes."""
    with ExitStack() as stack:
        parts = [stack.enter_context(tempfile.TemporaryFile(buffering=1 << 14)) for _ in range(PARTS)]
        for digest in digests:
            parts[digest[0] % PARTS].write(digest[:KEY_BYTES])
        return {key for part in parts for key in _twice(part)}


def _twice(part: IO[bytes]) -> set[bytes]:
    part.seek(0)
    keys = array("Q", part.read())
    return {one.to_bytes(KEY_BYTES, sys.byteorder) for one, other in pairwise(sorted(keys)) if one == other}
