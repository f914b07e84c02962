"""The edge: a request becomes a `Context`. Below this file nobody sees a request."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from personalization import shop
from personalization.campaigns.campaign import Campaign
from personalization.events import history, showings
from personalization.events.history import Happening, History
from personalization.events.landing import region_of
from personalization.events.pages import words_of
from personalization.events.person import STRANGER, Person
from personalization.events.record import Gathered, in_hand
from personalization.guard import guarded
from personalization.people import carried, preferences
from personalization.people.preferences import Preferences
from personalization.people.rules.rule import Visit
from personalization.people.segments.named import ids_by_name, unknown_name
from personalization.people.segments.now import Standing
from personalization.recommend.context import Context
from personalization.recommend.rules.models import shop_rules
from personalization.recommend.rules.rule import Rule
from personalization.recommend.tables import Tables
from personalization.shop import Buying, baskets
from personalization.shop.baskets import Lying
from personalization.storefront.models import Block
from personalization.storefront.visiting import VisitNow
from personalization.storefront.watch import Watch, is_on

ATTRIBUTE = "_personalization_page"
# Of a request that is answered for somebody else: what makes its page; see `seen_as/`.
MAKER = "_personalization_page_maker"
# Oscar's own; a shop with another page of results names the words in the tag.
SEARCHES = ("search:search",)


@dataclass
class Page:
    """What all blocks of one page share: read once, when the first block asks, and what they have shown so far."""

    request: HttpRequest | None
    person: Person
    buying: Buying
    now: datetime
    basket_from_request: bool = True
    tables: Tables = field(default_factory=Tables)
    shown_ids: set[int] = field(default_factory=set)
    slugs: list[str] = field(default_factory=list)
    # What the log gathers on this very request.
    gathered: Gathered | None = None
    # What it notes of itself, for staff who asked for that.
    watch: Watch | None = None
    # Whom staff see it as; None on any page of a shopper's own.
    seen_as: Any = None
    # What is read once for all that asks for it on this page.
    _read: dict[str, Any] = field(default_factory=dict)
    _in_segment: dict[int, bool] = field(default_factory=dict)

    @cached_property
    def history(self) -> History:
        """What this person did lately; of somebody who is not known, what the request itself carries."""
        read = partial(history.recent, self.person, now=self.now)
        known = guarded(read, doing="reading a history", fallback=History())
        return known if known.happenings else replace(self._carried, is_refused=known.is_refused)

    @property
    def _carried(self) -> History:
        # Read for this page and kept nowhere: what Oscar's own cookie says was looked at, and the basket.
        if self.request is None or not self.basket_from_request:
            return History()
        viewed = shop.viewed_product_ids(self.request)
        deeds = [("basket_added", one) for one in self.basket_ids] + [("product_viewed", one) for one in viewed]
        return History(tuple(Happening(kind, product_id, self.now, 1) for kind, product_id in deeds))

    @cached_property
    def preferences(self) -> Preferences:
        """What this person told us; where it can't be read, nothing."""
        read = partial(preferences.read, self.person)
        told = guarded(read, doing="reading preferences", fallback=Preferences())
        # Of whom nothing may be kept, the browser carries through the visit what they chose at a door.
        if self.request is None or not self.basket_from_request or self.person.is_known:
            return told
        return preferences.with_doors(told, carried.read(self.request))

    @cached_property
    def lying(self) -> Lying:
        """What lies in the basket now, and what it comes to."""
        if self.request is None or not self.basket_from_request:
            return Lying()
        return guarded(partial(baskets.lying, self.request), doing="reading the basket", fallback=Lying())

    @cached_property
    def basket_ids(self) -> tuple[int, ...]:
        """What is in the basket now."""
        return self.lying.product_ids

    @cached_property
    def shop_rules(self) -> tuple[Rule, ...]:
        """What the owner asks of every block of the shop."""
        return guarded(shop_rules, doing="reading the shop's rules", fallback=())

    @cached_property
    def region(self) -> str:
        """Where the shopper says to be, else where the shop thinks."""
        request = self.request
        return self._region_told or (
            guarded(lambda: region_of(request), doing="asking for the region", fallback="") if request else ""
        )

    @cached_property
    def _region_told(self) -> str:
        return self.preferences.region

    @cached_property
    def visit(self) -> Visit:
        """The visit going on; on a page that is made for somebody else nobody is on one."""
        if self.request is None or not self.basket_from_request:
            return Visit()
        return VisitNow(
            self.request, self.gathered, self.person, now=self.now,
            lying=lambda: self.lying, region=lambda: self.region,
        )  # fmt: skip

    @cached_property
    def standing(self) -> Standing:
        """Where this person stands among the segments; asks nothing until it is asked, and `is_in` stands guard."""
        return Standing.of(self.person, self.visit)

    def read_once(self, name: str, read: Callable[[], Any]) -> Any:
        """What `read` gives, asked for by the first who wants it on this page."""
        if name not in self._read:
            self._read[name] = read()
        return self._read[name]

    def is_for(self, campaign: Campaign) -> bool:
        """The campaign is for this person; of one that is for everybody nobody is asked."""
        audience = campaign.for_whom
        return audience.is_everybody or audience.has(self.is_in)

    def is_in(self, segment_ids: Iterable[int]) -> bool:
        """Any of these segments holds this person, now; one that can't be asked holds nobody."""
        return any(self._is_in(one) for one in segment_ids)

    def ask(self, segment_ids: Iterable[int]) -> None:
        """Asks of all of these at once; if one of them can't be asked, each is by itself when its turn comes."""
        wanted = [one for one in segment_ids if one not in self._in_segment]
        held = guarded(lambda: self.standing.those_of(wanted), doing="asking for segments", fallback=None)
        if held is not None:
            self._in_segment.update(dict.fromkeys(wanted, False) | dict.fromkeys(held, True))

    def is_told(self, *, lying: Lying, region: str) -> None:
        """Another query has read what lies in the basket, and where they told us to be; nobody need ask again."""
        if self.basket_from_request:
            vars(self).setdefault("lying", lying)
            vars(self).setdefault("_region_told", region)

    def is_in_named(self, name: str) -> bool:
        """The segment of that name holds this person, now; of a name that there is none of, it is told once."""
        if name not in self._named_segments:
            unknown_name(name, known=self._named_segments)
            return False
        return self.is_in([self._named_segments[name]])

    @cached_property
    def _named_segments(self) -> dict[str, int]:
        return ids_by_name()

    def _is_in(self, segment_id: int) -> bool:
        if segment_id not in self._in_segment:
            ask = partial(self.standing.holds, segment_id)
            self._in_segment[segment_id] = guarded(ask, doing=f"asking for the segment {segment_id}", fallback=False)
        return self._in_segment[segment_id]

    @cached_property
    def search(self) -> str:
        """What is searched for on this page; empty on any page that is none of a search."""
        match = self.request.resolver_match if self.request else None
        if self.request is None or match is None or match.view_name not in SEARCHES:
            return ""
        return words_of(self.request.GET.get("q"))

    @cached_property
    def _unclicked(self) -> dict[int, int]:
        read = partial(showings.unclicked, self.person, now=self.now)
        return guarded(read, doing="reading what was shown", fallback={})

    @cached_property
    def blocks(self) -> dict[str, list[Block]]:
        """The live blocks of every place of the shop."""
        found: dict[str, list[Block]] = {}
        for block in Block.objects.live(self.now):
            if block.is_on(self.now):
                found.setdefault(block.slot, []).append(block)
        return found

    def once(self, slug: str) -> str:
        """The slug, with a number if another block of the page has it: an id of HTML must be the only one."""
        self.slugs.append(slug)
        count = self.slugs.count(slug)
        return slug if count == 1 else f"{slug}-{count}"

    def context(self, *, product: Any = None, category: Any = None) -> Context:
        """The context of the next block."""
        return Context(
            buying=self.buying,
            now=self.now,
            # Who has said no on another device is a stranger here too.
            person=STRANGER if self.history.is_refused else self.person,
            history=self.history,
            preferences=self.preferences,
            basket_ids=self.basket_ids,
            product_id=(getattr(product, "parent_id", None) or product.pk) if product else None,
            category_id=category.pk if category else None,
            shown_ids=frozenset(self.shown_ids),
            region=self.region,
            search=self.search,
            tables=self.tables,
            unclicked=lambda: self._unclicked,
            is_in=self.is_in,
        )


def page_of(request: HttpRequest | None, *, user: Any = None) -> Page:
    """The page in hand; a request has one, and it may no longer be kept by a cache, for it is one person's."""
    if request is None:
        return Page(None, Person(user_id=_user_id(user)), shop.buying(user=user), timezone.now())
    page = getattr(request, ATTRIBUTE, None)
    if page is None:
        make = getattr(request, MAKER, _own_page)
        page = make(request)
        setattr(request, ATTRIBUTE, page)
        # Django's page caches store what the first visitor saw; this keeps one shopper's blocks from another.
        request._cache_update_cache = False  # type: ignore[attr-defined]
        if gathered := in_hand():
            gathered.is_personal = True
    if user and _user_id(user) != _user_id(getattr(request, "user", None)):
        # Somebody else, as on a page for the staff: their own history, and nothing of this browser or its basket.
        return replace(page, person=Person(user_id=_user_id(user)), basket_from_request=False, _in_segment={})
    return page


def _own_page(request: HttpRequest) -> Page:
    watch = Watch() if is_on(request) else None
    return Page(request, _person(request), shop.buying(request), timezone.now(), gathered=in_hand(), watch=watch)


def _person(request: HttpRequest) -> Person:
    gathered = in_hand()
    if gathered and not gathered.consent.may_use:
        return STRANGER
    visitor_id = gathered.person.visitor_id if gathered else None
    return Person(visitor_id=visitor_id, user_id=_user_id(getattr(request, "user", None)))


def _user_id(user: Any) -> int | None:
    # A template gives '' for a name that it does not know.
    return user.pk if getattr(user, "is_authenticated", False) else None
