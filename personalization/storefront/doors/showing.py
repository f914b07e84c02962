"""Draws doors for whoever looks: open, or with what they chose and the way to change it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.template.context_processors import csrf
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from personalization.storefront.doors.models import DoorChoice, InterestDoor
from personalization.storefront.request import Page
from personalization.storefront.words import Told

TEMPLATE = "personalization/door.html"
NOTHING = mark_safe("")
FEWEST = 2


@dataclass(frozen=True)
class Way:
    """What the template gets of each way in."""

    id: int
    title: Told
    picture: str
    is_chosen: bool


@dataclass(frozen=True)
class Drawn:
    """What the template gets as `door`."""

    slug: str
    title: Told
    ways: list[Way]

    @property
    def chosen(self) -> Way | None:
        """The one that they went in by."""
        return next((one for one in self.ways if one.is_chosen), None)


def door(page: Page, slot: str) -> SafeString:
    """The door of this place; nothing where there is none, or where it has fewer than two ways in."""
    return _drawn(page, _open().filter(slot=slot))


def all_doors(page: Page) -> SafeString:
    """Every door, where somebody looks through what they said."""
    return _drawn(page, _open())


def _open() -> QuerySet[InterestDoor]:
    return InterestDoor.objects.filter(is_active=True).prefetch_related("choices")


def _drawn(page: Page, doors: Iterable[InterestDoor]) -> SafeString:
    return SafeString("".join(_html(page, one) for one in doors))


def _html(page: Page, door: InterestDoor) -> str:
    request, mine = page.request, page.preferences.doors
    ways = [_way(one, mine) for one in door.choices.all() if one.category_ids]
    if len(ways) < FEWEST or request is None:
        return ""
    told = Drawn(page.once(slugify(f"pz-door-{door.slot}")), door.title, ways)
    return render_to_string(TEMPLATE, {"door": told, "next": request.get_full_path()} | csrf(request))


def _way(choice: DoorChoice, mine: frozenset[int]) -> Way:
    picture = choice.picture.url if choice.picture else ""
    return Way(choice.pk, choice.title, picture, choice.pk in mine)
