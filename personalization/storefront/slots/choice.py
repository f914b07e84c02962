"""Which banner of a slot is for whoever looks: the first of those whose audience holds them, now."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from personalization.guard import guarded
from personalization.storefront.request import Page
from personalization.storefront.slots.models import Banner

Slots = Mapping[str, list[Banner]]


def banner_for(page: Page, slot: str) -> Banner | None:
    """The banner of this slot; one that can't be asked about is passed over, and the next one has its turn."""
    slots: Slots = page.read_once("banners", partial(_live, page))
    return next(iter(_those_for(page, slots.get(slot, ()))), None)


def is_in_share(banner: Banner, page: Page) -> bool:
    """The person is of the share that it is for; of whom nothing may be known is of none."""
    arm = banner.in_arm
    if arm.is_everybody:
        return True
    who = str(page.person.user_id or page.person.visitor_id or "")
    return bool(who) and arm.has(who, otherwise=f"banner-{banner.pk}")


def _those_for(page: Page, banners: Sequence[Banner]) -> Iterable[Banner]:
    for number, banner in enumerate(banners):
        if banner.audience and number < len(banners) - 1:
            # The first one that is not for everybody asks for all of the slot: fifty guards would cost more.
            page.read_once(f"segments of {banner.slot}", partial(_ask_for_all, page, banners))
        ask = partial(_is_for, banner, page)
        if guarded(ask, doing=f"asking whom the banner {banner.pk} is for", fallback=False):
            yield banner


def _is_for(banner: Banner, page: Page) -> bool:
    return is_in_share(banner, page) and page.is_for(banner)


def _ask_for_all(page: Page, banners: Sequence[Banner]) -> None:
    page.ask({pk for banner in banners for pk in banner.for_whom.segment_ids})


def _live(page: Page) -> Slots:
    # Of all slots at once: a page with five of them asks no more than a page with one.
    found: dict[str, list[Banner]] = {}
    for banner in Banner.objects.live(page.now).defer("note"):
        if banner.is_on(page.now):
            found.setdefault(banner.slot, []).append(banner)
    return found
