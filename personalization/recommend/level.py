"""Which list was used in the end: the one that was asked for, or one further up because that was too thin."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from personalization import shop
from personalization.recommend.context import Context
from personalization.recommend.groupings.grouping import group_told, scope_of
from personalization.recommend.tables import WHOLE_SHOP

THE_SHOP = ("", WHOLE_SHOP)
SEGMENTS = scope_of("segment", "")


@dataclass(frozen=True)
class Level:
    """`name` is stored with the impression; `told` is said beside the heading, where it says something."""

    name: str
    told: str = ""

    @property
    def is_shop(self) -> bool:
        """It is the list of the whole shop."""
        return self.name == "shop"


@dataclass(frozen=True)
class Ranked:
    """A list, best first, and whose it is."""

    product_ids: Sequence[int] = ()
    level: Level | None = None


def level_told(level: Level) -> str:
    """Whose list it is, for the owner: one look-up at most."""
    kind, _colon, rest = level.name.partition(":")
    if kind == "category":
        return level.told or shop.category_names([int(rest)]).get(int(rest), "?")
    if kind == "region":
        return level.told or rest
    if kind == "search":
        return level.told or _("those who searched for the same words")
    if kind == "group":
        return group_told(*rest.split(":", 1))
    return _("the whole shop")


def of_category(context: Context, *, measure: str, period: str) -> Ranked:
    """That of the category being viewed, else of the nearest above it that has one, else of the shop."""
    category_id = context.category_id
    if category_id is None:
        return of_shop(context, measure=measure, period=period)
    found = context.tables.lists(measure=measure, period=period, places=[("", category_id), THE_SHOP])
    if ids := found["", category_id]:
        return Ranked(ids, Level(f"category:{category_id}"))
    above = shop.categories_above(category_id) if found[THE_SHOP] else {}
    found |= context.tables.lists(measure=measure, period=period, places=[("", one) for one in above])
    for one, name in above.items():
        if found["", one]:
            return Ranked(found["", one], Level(f"category:{one}", name))
    return _shop_instead(found[THE_SHOP])


def of_region(context: Context, *, measure: str, period: str) -> Ranked:
    """That of the shopper's region, else of the shop."""
    region = context.region.strip()
    return _first(context, [(f"region:{region.lower()}", region)] if region else [], measure=measure, period=period)


def of_people_alike(context: Context, *, measure: str, period: str) -> Ranked:
    """That of the group which the shopper is in, else of the shop."""
    groups = context.tables.groups(context.person.user_id)
    return _first(context, [(one, "") for one in groups], measure=measure, period=period)


def of_segment(context: Context, *, measure: str, period: str) -> Ranked:
    """That of the smallest of the owner's segments which the shopper is in, else of the shop."""
    groups = [one for one in context.tables.groups(context.person.user_id) if one.startswith(SEGMENTS)]
    return _first(context, [(one, "") for one in groups], measure=measure, period=period)


def of_shop(context: Context, *, measure: str, period: str) -> Ranked:
    """That of the whole shop."""
    return Ranked(context.tables.ranked(measure=measure, period=period), Level("shop"))


def _first(context: Context, scopes: Iterable[tuple[str, str]], *, measure: str, period: str) -> Ranked:
    told = dict(scopes)
    places = [(one, WHOLE_SHOP) for one in told]
    found = context.tables.lists(measure=measure, period=period, places=[*places, THE_SHOP])
    for scope, words in told.items():
        if ids := found[scope, WHOLE_SHOP]:
            return Ranked(ids, Level(scope, words))
    return _shop_instead(found[THE_SHOP])


def _shop_instead(ids: Sequence[int]) -> Ranked:
    return Ranked(ids, Level("shop", _("in the whole shop")))
