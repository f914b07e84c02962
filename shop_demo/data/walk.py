"""One made-up visit: from where, with what, and page by page as far as it goes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

# How likely the next step is, on a computer and from an address that was typed in.
VIEW, FILL, CHECK_OUT = 0.8, 0.26, 0.32
LANGUAGE = "en"


@dataclass(frozen=True)
class Source:
    """Whence visits come: their share of all, and how easily they go on to the next step."""

    name: str
    medium: str
    share: float
    ease: float
    campaign: str = ""


@dataclass(frozen=True)
class Device:
    """What they come with."""

    name: str
    share: float
    ease: float


@dataclass(frozen=True)
class Good:
    """A product by its code, and its aisle."""

    code: str
    category: int
    aisle: str


@dataclass
class Walk:
    """The rows of a visit, in the order of their time."""

    began_at: datetime
    rows: list[dict[str, object]] = field(default_factory=list)


SOURCES = (
    Source("", "", 0.36, 1.0),
    Source("google.com", "organic", 0.24, 0.95),
    Source("google", "cpc", 0.13, 0.75, "fresh-week"),
    Source("newsletter", "email", 0.12, 1.35, "weekly-flyer"),
    Source("facebook.com", "social", 0.09, 0.5),
    Source("recipes.example", "referral", 0.06, 0.85),
)
DEVICES = (Device("phone", 0.52, 0.8), Device("desktop", 0.39, 1.15), Device("tablet", 0.09, 1.0))


def walk(
    dice: np.random.Generator, who: Mapping[str, str], goods: Sequence[Good], source: Source, device: Device, *,
    began: datetime, ease: float = 1.0, ordered_at: datetime | None = None,
) -> Walk:  # fmt: skip
    """A visit of somebody who cares for these goods; one that ends with an order goes all the way."""
    steps = [*(_all_the_way(dice, goods) if ordered_at else _as_far_as_it_goes(dice, goods, ease))]
    landing = "/" if steps and steps[0].get("name") else "/catalogue/"
    told = {"source": source.name, "medium": source.medium, "campaign": source.campaign, "device": device.name}
    first: dict[str, object] = {"kind": "visit_started", "landing": landing, "language": LANGUAGE, **told}
    moment, made = began, Walk(began)
    # What has to be done by the time of the order is done a little faster.
    pause = (ordered_at - began).total_seconds() / (len(steps) + 1) if ordered_at else 40.0
    rows: list[dict[str, object]] = [first, *steps]
    for row in rows:
        made.rows.append({"at": moment.isoformat(), **who, **row})
        moment += timedelta(seconds=float(min(dice.exponential(pause), 2 * pause)) + 1 if not ordered_at else pause)
    return made


def _as_far_as_it_goes(dice: np.random.Generator, goods: Sequence[Good], ease: float) -> Iterator[dict[str, object]]:
    if dice.random() < 0.55:
        yield {"kind": "page_viewed", "name": "home"}
    if dice.random() > VIEW * ease**0.5:
        return
    filled = False
    for good in goods:
        yield from _found(dice, good)
        yield {"kind": "product_viewed", "product": good.code}
        if dice.random() < FILL * ease:
            filled = True
            yield {"kind": "basket_added", "product": good.code}
    if filled and dice.random() < CHECK_OUT * ease:
        yield {"kind": "checkout_step", "step": "shipping_address"}


def _all_the_way(dice: np.random.Generator, goods: Sequence[Good]) -> Iterator[dict[str, object]]:
    if dice.random() < 0.6:
        yield {"kind": "page_viewed", "name": "home"}
    for good in goods:
        yield from _found(dice, good)
        if dice.random() < 0.6:
            yield {"kind": "product_viewed", "product": good.code}
        yield {"kind": "basket_added", "product": good.code}
    for step in ("shipping_address", "payment_method", "preview", "thank_you"):
        yield {"kind": "checkout_step", "step": step}


def _found(dice: np.random.Generator, good: Good) -> Iterator[dict[str, object]]:
    """By its aisle, by its name, or as it lay on the way."""
    how = dice.random()
    if how < 0.4:
        yield {"kind": "category_viewed", "category": good.category}
    elif how < 0.62:
        yield {"kind": "searched", "query": good.aisle.lower().split(" & ")[0].split(",")[0]}
