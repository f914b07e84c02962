"""Living banners for the demo's home: one for homes with animals, one for lovers of greens, one for the evening."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from personalization.people.segments.members import recount
from personalization.people.segments.models import Segment
from personalization.storefront.block_form import languages
from personalization.storefront.slots.models import ALT, BUTTON, TEXT, TITLE, Banner
from shop_demo.pictures.banners import DRAWN

HERO = "home-hero"
Words = Mapping[str, str | Promise]


@dataclass(frozen=True)
class Plan:
    """A banner to be made: its picture, the department that it leads to, its words, and to whom and when."""

    picture: str
    department: str
    words: Words
    # Whom it is for: the name of a segment of those who like the department, and by how much they must.
    liked_by: str | Promise = ""
    percent: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)


PLANS = (
    Plan(
        "pets", "Pets",
        {TITLE: _("Fill the bowl for the whole week"), TEXT: _("Food, treats and litter, brought along with the rest."),
         BUTTON: _("To the pets' shelf"), ALT: _("A full bowl with a ball and a bone beside it")},
        _("Homes with animals"), 10,
    ),
    Plan(
        "greens", "Fruit & vegetables",
        {TITLE: _("Something crisp for every day"),
         TEXT: _("Salads, tomatoes, carrots: choose what you cook with."), BUTTON: _("See what is fresh"),
         ALT: _("Green leaves, carrots and tomatoes")},
        _("Lovers of greens"), 25,
    ),
    Plan(
        "supper", "Pantry",
        {TITLE: _("What is for supper?"), TEXT: _("Pasta, sauce and something green: done in twenty minutes."),
         BUTTON: _("Find an idea"), ALT: _("A plate of pasta on a table in the evening")},
        more={"hours": {"since": "16:00", "until": "23:00"}},
    ),
    Plan(
        "week", "",
        {TITLE: _("The whole week in one basket"), TEXT: _("Fill it once, and have the evenings to yourself."),
         BUTTON: _("Start shopping"), ALT: _("A paper bag full of groceries")},
    ),
)  # fmt: skip


def make_banners() -> int:
    """Puts them live, if the shop has none yet; gives how many are new."""
    if Banner.objects.exists():
        return 0
    made = [one for number, plan in enumerate(PLANS, start=1) if (one := _banner(plan, number * 10)) is not None]
    for one in made:
        one.save()
    return len(made)


def _banner(plan: Plan, priority: int) -> Banner | None:
    category = get_model("catalogue", "Category").objects.filter(name=plan.department).first()
    if plan.department and category is None:
        return None
    audience = {"in": [_segment(plan, category).pk]} if plan.liked_by else {}
    banner = Banner(
        slot=HERO, name=f"demo: {plan.picture}", texts=_texts(plan.words), audience=audience, priority=priority,
        link=category.get_absolute_url() if category else "/catalogue/", focus_y=60, **plan.more,
    )  # fmt: skip
    banner.picture.save(f"demo-{plan.picture}.png", ContentFile(DRAWN[plan.picture]()), save=False)
    return banner


def _segment(plan: Plan, category: Any) -> Segment:
    likes = {"rule": "taste", "params": {"categories": [category.pk], "brands": [], "least": plan.percent}}
    segment, is_new = Segment.objects.get_or_create(name=str(plan.liked_by), defaults={"tree": {"all": [likes]}})
    if is_new:
        recount(segment, now=timezone.now())
    return segment


def _texts(words: Words) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for code in languages():
        with translation.override(code):
            found[code] = {part: str(told) for part, told in words.items()}
    return found
