"""The pages among what somebody did, and how long each was looked at, as far as their browser said so."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.urls import Resolver404, resolve

from personalization.conf import conf
from personalization.people.visits import PAGES
from personalization.storefront.popups.replay.log import LEFT, Deed
from personalization.storefront.popups.tag import KINDS

PRODUCT, CATEGORY, SEARCH = "catalogue:detail", "catalogue:category", "search:search"
_NAMES = {"product_viewed": PRODUCT, "category_viewed": CATEGORY, "searched": SEARCH}


class Which(NamedTuple):
    """Which page it is: the name of its address, and what it is about."""

    name: str
    about: int | None = None


class End(NamedTuple):
    """How long it was really looked at, and how far down."""

    seconds: float
    scrolled: float


@dataclass(frozen=True)
class Seen:
    """A page that somebody looked at."""

    deed: Deed
    at: datetime
    which: Which
    end: End | None = None
    # When the next page of the visit was opened.
    next_at: datetime | None = None
    # The log knows it by its end alone, and so a visit does not count it among its pages.
    is_by_its_end: bool = False

    @property
    def visit_id(self) -> uuid.UUID | None:
        """Whose page it is."""
        return self.deed.visit_id

    @property
    def kind(self) -> str:
        """As pop-ups know pages."""
        return KINDS.get(self.which.name, "")

    @property
    def product_id(self) -> int | None:
        """Whose page it is."""
        return self.deed.product_id if self.which.name == PRODUCT else None

    @property
    def results(self) -> int | None:
        """How many goods a search found."""
        found = self.deed.told.get("results") if self.which.name == SEARCH else None
        return found if isinstance(found, int) else None

    @property
    def is_left_in_peace(self) -> bool:
        """A page on which nobody is interrupted."""
        *spaces, _name = self.which.name.split(":")
        return not self.which.name or bool({self.which.name, *spaces} & set(conf.POPUP_FREE_PAGES))


def pages_of(deeds: Sequence[Deed]) -> list[Seen]:
    """All pages of one person, in their order."""
    seen = [Seen(one, one.at, _which(one)) for one in deeds if one.kind in PAGES and one.visit_id is not None]
    open_pages: dict[tuple[uuid.UUID | None, Which], list[int]] = {}
    # A browser may hand in late what it saw early: each end takes the last page of its kind that was open by then.
    for number, deed in sorted(_in_time(deeds, seen), key=lambda one: (one[1].at, one[1].kind == LEFT)):
        key = (deed.visit_id, _which(deed))
        if deed.kind != LEFT:
            open_pages.setdefault(key, []).append(number)
        elif open_pages.get(key):
            place = open_pages[key].pop()
            seen[place] = replace(seen[place], end=_end(deed))
        else:
            end = _end(deed)
            began = deed.at - timedelta(seconds=end.seconds)
            seen.append(Seen(deed, began, _which(deed), end, is_by_its_end=True))
    return _with_next(sorted(seen, key=lambda one: one.at))


def _in_time(deeds: Sequence[Deed], seen: Sequence[Seen]) -> list[tuple[int, Deed]]:
    ends = [(-1, one) for one in deeds if one.kind == LEFT and one.visit_id is not None]
    return [*((number, one.deed) for number, one in enumerate(seen)), *ends]


def _with_next(seen: list[Seen]) -> list[Seen]:
    coming: dict[uuid.UUID | None, datetime] = {}
    for place in range(len(seen) - 1, -1, -1):
        one = seen[place]
        seen[place] = replace(one, next_at=coming.get(one.visit_id))
        coming[one.visit_id] = one.at
    return seen


def _which(deed: Deed) -> Which:
    if deed.kind == LEFT:
        return _at(str(deed.told.get("path", "")))
    if deed.kind == "product_viewed":
        return Which(PRODUCT, deed.product_id)
    if deed.kind == "category_viewed":
        category = deed.told.get("category")
        return Which(CATEGORY, category if isinstance(category, int) else None)
    name = deed.told.get("name") if deed.kind == "page_viewed" else _NAMES[deed.kind]
    return Which(name if isinstance(name, str) else "")


@lru_cache(maxsize=4096)
def _at(path: str) -> Which:
    try:
        match = resolve(path)
    except Resolver404:
        return Which("")
    about = match.kwargs.get("pk") if match.view_name in (PRODUCT, CATEGORY) else None
    return Which(match.view_name, int(about) if about is not None else None)


def _end(deed: Deed) -> End:
    return End(_number(deed.told.get("seconds")), _number(deed.told.get("scrolled")))


def _number(told: object) -> float:
    return float(told) if isinstance(told, (int, float)) else 0.0
