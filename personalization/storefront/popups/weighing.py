"""Which pop-ups may come on this page, in the owner's order, and why the others may not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from itertools import islice
from uuid import UUID

from personalization.campaigns.audience import Audience
from personalization.campaigns.campaign import Goal
from personalization.campaigns.state import State
from personalization.people.persons import number_of
from personalization.people.rules.rule import Visit
from personalization.storefront.popups.ledger import Carried, Lines, Room
from personalization.storefront.popups.models import Popup
from personalization.storefront.popups.sight import AtHand, read
from personalization.storefront.request import Page
from personalization.storefront.triggers.trigger import Moment

# So many wait for their moment on a page; the first whose moment comes is shown.
ARMED = 5


@dataclass(frozen=True)
class Asked:
    """What the browser says of its page; none of it decides about money, or about whom."""

    kind: str = ""
    product_id: int | None = None
    results: int | None = None


@dataclass(frozen=True)
class Verdict:
    """A pop-up, and what stands in its way: the name of a reason, see `reasons.py`; empty where nothing does."""

    popup: Popup
    why_not: str = ""

    @property
    def may_come(self) -> bool:
        """Only its moment must come."""
        return not self.why_not


@dataclass(frozen=True)
class Scene:
    """The page in hand, with all that is known of whoever looks at it."""

    now: datetime
    moment: Moment
    kind: str
    lines: Lines
    at_hand: AtHand
    # Whoever it is, as arms of experiments draw them; empty of nobody.
    who: str
    visit_id: UUID | None
    is_for: Callable[[Audience], bool]

    @cached_property
    def room(self) -> Room:
        """What they were interrupted by so far leaves so much of it."""
        return Room(self.lines, now=self.now, visit_id=self.visit_id)


def scene_of(page: Page, asked: Asked, *, carried: Carried | None = None) -> Scene:
    """Three queries at the most: what is at hand, the visit so far, and if a pop-up is not for everybody, its segments.

    `carried`: what the visit's cookie says, of somebody who may not be known.
    """
    visit_id = page.gathered.visit.id if page.gathered and page.gathered.visit else None
    at_hand = read(page.request, page.person, visit_id=visit_id, product_id=asked.product_id, now=page.now)
    page.is_told(lying=at_hand.lying, region=at_hand.region)
    visit = page.visit if at_hand.popups and carried is None else Visit()
    moment = Moment(
        page=visit.pages or 0 if carried is None else carried.pages,
        visit=visit.number or 0,
        product_id=asked.product_id,
        results=asked.results,
        product_views=at_hand.product_views,
        basket_total=at_hand.lying.total,
        basket_seconds=at_hand.basket_seconds,
    )
    lines = at_hand.lines if carried is None else carried.lines
    who = str(number_of(page.person) or visit_id or "")
    is_for = partial(_is_for, page, at_hand)
    return Scene(page.now, moment, asked.kind, lines, at_hand, who, visit_id, is_for)


def _is_for(page: Page, at_hand: AtHand, whom: Audience) -> bool:
    # The first one that is asked about asks about all: hundreds of guards would cost more than all that they guard.
    page.read_once(
        "segments of pop-ups", lambda: page.ask({pk for one in at_hand.popups for pk in one.meant.segment_ids})
    )
    return whom.has(page.is_in)


def weigh(popups: Sequence[Popup], scene: Scene) -> list[Verdict]:
    """A verdict on each, in their order."""
    return [Verdict(popup, why_not(popup, scene)) for popup in popups]


def first(popups: Sequence[Popup], scene: Scene, *, most: int = ARMED) -> list[Popup]:
    """The first few that may come; those after them are not even looked at."""
    return list(islice((one for one in popups if not why_not(one, scene)), most))


def why_not(popup: Popup, scene: Scene) -> str:
    """What stands in its way, the plainest reason first; whom it is for is asked last, for that may cost a query."""
    trigger = popup.trigger_object()
    if trigger is None or popup.design_object() is None:
        return "code_gone"
    if not (popup.is_on(scene.now) if popup.hours else popup.state(scene.now) == State.LIVE):
        return "not_now"
    if popup.where and popup.where != scene.kind:
        return "elsewhere"
    if scene.moment.page <= 1:
        return "first_page"
    if not trigger.fires(scene.moment, popup.moment):
        return "not_its_moment"
    if full := scene.room.why_not(popup):
        return full
    if _is_reached(popup, scene):
        return "goal"
    if (
        popup.arm
        and not popup.in_arm.is_everybody
        and not (scene.who and popup.in_arm.has(scene.who, otherwise=f"popup-{popup.pk}"))
    ):
        return "other_arm"
    # The cheap way out first: of hundreds most are for everybody.
    return "" if not popup.audience or scene.is_for(popup.meant) else "not_for_them"


def _is_reached(popup: Popup, scene: Scene) -> bool:
    done = None if popup.goal in ("", Goal.CLICK) else scene.at_hand.deeds.get(popup.goal)
    shown = [one.at for one in scene.lines if one.popup_id == popup.pk] if done is not None else []
    return done is not None and bool(shown) and done >= min(shown)
