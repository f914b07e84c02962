"""A living door for the demo's page of recommendations: what is the basket mostly for?"""

from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from personalization.storefront.block_form import languages
from personalization.storefront.doors.models import TITLE, DoorChoice, InterestDoor
from shop_demo.pictures.banners import DRAWN

SLOT, QUESTION = "home", _("What is your basket mostly for?")


@dataclass(frozen=True)
class Way:
    """A way in: what it is called, its picture, and the departments behind it."""

    title: str | Promise
    picture: str
    departments: tuple[str, ...]


WAYS = (
    Way(_("Cooking from scratch"), "greens", ("Fruit & vegetables", "Meat & fish")),
    Way(_("Something quick"), "supper", ("Pantry", "Frozen", "Deli")),
    Way(_("A home with animals"), "pets", ("Pets",)),
)


def make_door() -> int:
    """Opens it, if the shop has none yet and has the departments of two ways in; gives how many are new."""
    found = [(one, ids) for one in WAYS if (ids := _departments(one))]
    if InterestDoor.objects.exists() or len(found) < 2:
        return 0
    door = InterestDoor.objects.create(slot=SLOT, texts=_told(QUESTION))
    for position, (way, ids) in enumerate(found, start=1):
        choice = DoorChoice(door=door, position=position, texts=_told(way.title), categories=ids)
        choice.picture.save(f"demo-{way.picture}.png", ContentFile(DRAWN[way.picture]()), save=False)
        choice.save()
    return 1


def _departments(way: Way) -> list[int]:
    names = get_model("catalogue", "Category").objects.filter(name__in=way.departments).order_by("pk")
    return list(names.values_list("pk", flat=True))


def _told(words: str | Promise) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for code in languages():
        with translation.override(code):
            found[code] = {TITLE: str(words)}
    return found
