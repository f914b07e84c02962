"""Segments that are ready to use: one click adds one, and from then on it is the owner's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from personalization.people.profiles.models import Profile
from personalization.people.rules.demographics import BIRTHDAY
from personalization.people.rules.lifecycle import Stage
from personalization.people.rules.price_tier import Tier
from personalization.people.segments.demographic import groups
from personalization.people.segments.models import Segment
from personalization.people.weather.models import Weather

Words = str | Promise
PREFIX = "ready:"


@dataclass(frozen=True)
class Ready:
    """One of them. `name` keeps it apart from the others and is never changed; the other words are translated."""

    name: str
    label: Words
    note: Words
    tree: dict[str, Any]

    @property
    def origin(self) -> str:
        """What its segment is known by, whatever the owner calls it."""
        return f"{PREFIX}{self.name}"[:64]


class NoneOfThatName(LookupError):
    """No ready-made segment is called so, or the shop does not know any more what it asks for."""


def offered() -> list[Ready]:
    """All that this shop can fill: birthdays, households and weather only where something is known of them."""
    found = [*ALWAYS, *map(_of_group, groups())]
    if Profile.objects.filter(demographics__has_key=BIRTHDAY).exists():
        found.append(_BIRTHDAY)
    if Weather.objects.exists():
        found += _BY_WEATHER
    return found


def not_added() -> list[Ready]:
    """Those of which there is no segment yet."""
    added = set(Segment.objects.filter(origin__startswith=PREFIX).values_list("origin", flat=True))
    return [one for one in offered() if one.origin not in added]


def add(name: str) -> Segment:
    """Makes the segment, in the language of whoever adds it; gives the one that is there if it was made before.

    Raises NoneOfThatName.
    """
    ready = next((one for one in offered() if one.name == name), None)
    if ready is None:
        raise NoneOfThatName(NoneOfThatName.__doc__)
    for label in _free_names(str(ready.label)):
        if (made := Segment.objects.filter(origin=ready.origin).first()) is not None:
            return made
        try:
            with transaction.atomic():
                return Segment.objects.create(name=label, tree=ready.tree, note=str(ready.note), origin=ready.origin)
        except IntegrityError:
            # The owner calls another one so, or somebody clicks at the same moment.
            continue
    raise NoneOfThatName(NoneOfThatName.__doc__)


def _free_names(label: str) -> Iterable[str]:
    return (label[:90] if turn == 1 else f"{label[:90]} ({turn})" for turn in range(1, 20))


def _rule(name: str, **params: Any) -> dict[str, Any]:
    return {"rule": name, "params": params}


def _all(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"all": list(nodes)}


def _stage(name: str, label: Words, note: Words, *stages: Stage) -> Ready:
    return Ready(name, label, note, _all(_rule("lifecycle", stages=[stage.value for stage in stages])))


def _tier(name: str, label: Words, tier: Tier) -> Ready:
    note = _("A third of the customers, by what they pay against what is usual in each category.")
    return Ready(name, label, note, _all(_rule("price_tier", tiers=[tier.value])))


def _of_group(group: Any) -> Ready:
    return Ready(group.name, group.label, _("By what the shop knows of its customers."), _all(group.rule))


ALWAYS = (
    _stage("new", _("New visitors"), _("Came first within the last month, and bought nothing yet."), Stage.NEW),
    _stage("first", _("First-time buyers"), _("Bought once, not long ago: the second order decides."), Stage.FIRST),
    _stage("active", _("Active customers"), _("Buy again and again, in their own rhythm."), Stage.ACTIVE),
    _stage("loyal", _("Loyal customers"), _("Five orders or more, and still in their rhythm."), Stage.LOYAL),
    Ready(
        "vip", _("VIP"), _("The best fifth by money, who buy often and were here not too long ago."),
        _all(_rule("rfm", monetary_least=5, frequency_least=4, recency_least=3)),
    ),
    _stage("at_risk", _("At risk"), _("Have not bought for twice as long as usual for them."), Stage.AT_RISK),
    _stage("lost", _("Lost customers"), _("Have not bought for four times as long as usual for them."), Stage.LOST),
    Ready(
        "discounts", _("Discount hunters"), _("Most of what they buy is below its usual price."),
        _all(_rule("orders", least=2), _rule("discount_share", least=60)),
    ),
    Ready(
        "window_shoppers", _("Window shoppers"), _("Come back and look at much, and never bought."),
        _all(_rule("visits", least=3), _rule("behaviour", deed="product_viewed", least=10, days=30),
             _rule("orders", most=0)),
    ),
    Ready(
        "abandoned_basket", _("Abandoned basket"), _("Left something in the basket within two weeks."),
        _all(_rule("basket_left", hours=4, days=14)),
    ),
    _tier("low_prices", _("Buy at low prices"), Tier.LOW),
    _tier("middle_prices", _("Buy at middle prices"), Tier.MIDDLE),
    _tier("high_prices", _("Buy at high prices"), Tier.HIGH),
)  # fmt: skip
_BIRTHDAY = Ready(
    "birthday", _("Birthday within a week"), _("For a greeting in time."), _all(_rule("birthday", days=7))
)
_BY_WEATHER = (
    Ready(
        "heat", _("Heat where they are"), _("28 °C or more at this moment: for fans, water and ice."),
        _all(_rule("weather", least=28)),
    ),
    Ready(
        "frost", _("Frost where they are"), _("0 °C or less at this moment: for what warms."),
        _all(_rule("weather", most=0)),
    ),
    Ready(
        "wet", _("Rain or snow where they are"), _("At this moment: for a quiet day at home."),
        _all(_rule("weather", signs=["rain", "snow"])),
    ),
)  # fmt: skip
