"""What a page notes of itself for the toolbar of the staff. For anybody else nobody is asked, and nothing is noted."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from personalization.events.cookies import read
from personalization.recommend.context import Context
from personalization.recommend.rules.trace import FullTrace
from personalization.recommend.selection import Selection

COOKIE, SALT = "pz_toolbar", "personalization.toolbar"
RIGHT = "personalization.view_block"


@dataclass(frozen=True)
class BlockSeen:
    """A block that the page asked for: its wish, and what came of it; no selection, as it is for other people."""

    wish: Any
    selection: Selection | None = None
    trace: FullTrace = field(default_factory=FullTrace)
    context: Context | None = None
    seconds: float = 0.0
    is_shown: bool = False


@dataclass
class Watch:
    """All blocks and slots of a page, in their order."""

    blocks: list[BlockSeen] = field(default_factory=list)
    # The slot, and the number of the banner in it; None where the shop's own stands.
    slots: list[tuple[str, int | None]] = field(default_factory=list)


def may_look(request: HttpRequest) -> bool:
    """Whoever asks works here, and may see how blocks are made."""
    user: Any = getattr(request, "user", None)
    return bool(user is not None and user.is_active and user.is_staff and user.has_perm(RIGHT))


def is_on(request: HttpRequest) -> bool:
    """They switched the toolbar on in this browser; of a browser without our cookie nobody is asked about."""
    if COOKIE not in request.COOKIES:
        return False
    told = read(request, COOKIE, salt=SALT)
    return bool(told) and may_look(request) and told == str(getattr(request.user, "pk", ""))
