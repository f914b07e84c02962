"""Why a block shows what it shows: each candidate with its score and its fate, and why another one is not there."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from personalization import shop
from personalization.conf import conf
from personalization.guard import unhurried
from personalization.recommend.context import Context
from personalization.recommend.kept_out import kept_out
from personalization.recommend.level import level_told
from personalization.recommend.reasons import sentence
from personalization.recommend.rules.rule import Action, Rules
from personalization.recommend.rules.trace import FullTrace, Step
from personalization.recommend.selection import Choice, Selection
from personalization.recommend.strategies.strategy import strategies
from personalization.storefront.blocks import rules_of, select, wish_of
from personalization.storefront.explain_words import fate_told, moves_told, part_told, timing_told
from personalization.storefront.models import Block
from personalization.storefront.preview import as_product, imagined, not_shown

# More than this nobody reads; what was asked about by name is found among all of them.
MOST_LINES = 100
REMOVED = ("hidden", "preferences", "rule", "price", "reduced", "not_for_sale")
MOVED = ("moved", "lean", "alike", "tired")
MOVED_BACK = ("alike", "tired")


@dataclass(frozen=True)
class Line:
    """One candidate: where it came from, with which score, and what became of it."""

    product_id: int
    title: str
    by: str
    score: float
    parts: tuple[tuple[str, float], ...] = ()
    place: int = 0
    fate: str = ""
    moves: tuple[str, ...] = ()
    reason: str = ""

    @property
    def is_shown(self) -> bool:
        """It stands in the block."""
        return self.place > 0


@dataclass(frozen=True)
class Explanation:
    """All of it, best first; `level` says who filled the block, `about` answers "why is it not here"."""

    level: str
    lines: tuple[Line, ...] = ()
    more: int = 0
    timings: tuple[tuple[str, float], ...] = ()
    milliseconds: float = 0.0
    about: str = ""
    # Why this shopper would not see the block at all.
    not_shown: str = ""


@dataclass(frozen=True)
class _Traced:
    """What a choice left behind."""

    selection: Selection
    trace: FullTrace
    context: Context
    rules: Rules
    minimum: int
    not_shown: str = ""
    steps: Mapping[int, list[Step]] = field(default_factory=dict)


def explain(
    block: Block, *, now: datetime, user: Any = None, product_id: int | None = None, asked_id: int | None = None
) -> Explanation:
    """The choice for this shopper on the page of this product, taken to pieces; noted nowhere."""
    if block.strategy not in strategies:
        return Explanation(level=_("Its code is gone: choose another kind of list."))
    traced = _traced(block, now=now, user=user, product_id=product_id)
    places = {one.card.id: place for place, one in enumerate(traced.selection.choices, 1)}
    ids = sorted(traced.steps, key=lambda one: (places.get(one, len(places) + 1), _first(traced.steps[one])))
    kept = [one for one in ids if len(ids) <= MOST_LINES or one in places][:MOST_LINES]
    kept += [one for one in ids if one not in kept][: MOST_LINES - len(kept)]
    titles = shop.titles([*kept, asked_id])
    lines = tuple(_line(one, titles.get(one, f"#{one}"), traced, places.get(one, 0)) for one in kept)
    seconds = sorted(traced.trace.seconds.items(), key=lambda one: -one[1])
    return Explanation(
        level=level_of(traced.selection, strategy=block.strategy, minimum=block.minimum),
        lines=lines,
        more=len(ids) - len(kept),
        timings=tuple((timing_told(part), 1000 * spent) for part, spent in seconds),
        milliseconds=1000 * sum(traced.trace.seconds.values()),
        about=_about(asked_id, titles, traced, places) if asked_id else "",
        not_shown=traced.not_shown,
    )


def _traced(block: Block, *, now: datetime, user: Any, product_id: int | None) -> _Traced:
    page, trace = imagined(block, now=now, user=user, product_id=product_id), FullTrace()
    product, wish = as_product(product_id), wish_of(block)
    with unhurried():
        selection = select(wish, page, product=product, trace=trace)
        hidden = not_shown(block, page, user=user)
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in trace.steps:
        steps[step.product_id].append(step)
    context, rules = page.context(product=product), rules_of(wish, page)
    return _Traced(selection, trace, context, rules, block.minimum, hidden, steps)


def _first(steps: Sequence[Step]) -> float:
    return -max((step.score for step in steps if step.stage == "candidate"), default=0.0)


def _line(product_id: int, title: str, traced: _Traced, place: int) -> Line:
    steps = traced.steps[product_id]
    named = next((step for step in steps if step.stage == "candidate"), None)
    choice = traced.selection.choices[place - 1] if place else None
    return Line(
        product_id=product_id,
        title=title,
        by=str(strategies.get(named.strategy).label) if named else _("the owner's fixed place"),
        score=named.score if named else 0.0,
        parts=tuple((part_told(name), value) for name, value in named.parts) if named else (),
        place=place,
        fate=_("shown") if place else _fate(steps, traced),
        moves=tuple(moves_told(step) for step in steps if step.stage in MOVED),
        reason=reason_of(choice) if choice else "",
    )


def _fate(steps: Sequence[Step], traced: _Traced) -> str:
    if out := removal_of(steps):
        return out_told(out, traced.context)
    if not traced.selection.choices:
        told = _("fewer than %(minimum)s products may be shown, so the block hides itself")
        return told % {"minimum": traced.minimum}
    return _("enough others came first")


def removal_of(steps: Sequence[Step]) -> Step | None:
    """What took it out, if anything did."""
    return next((step for step in reversed(steps) if step.stage in REMOVED), None)


def out_told(out: Step, context: Context) -> str:
    """Why it is out, for this shopper on this page."""
    return _hidden_told(out.product_id, context) if out.stage == "hidden" else fate_told(out)


def _hidden_told(product_id: int, context: Context) -> str:
    if product_id == context.product_id:
        return _("it is the product of the page itself")
    if product_id in context.basket_ids:
        return _("it is in the basket")
    since = context.now - timedelta(days=conf.JUST_BOUGHT_DAYS)
    if product_id in context.history.products("purchased", since=since):
        return _("it was bought a few days ago")
    if product_id in context.shown_ids:
        return _("a block further up shows it")
    return _("it was bought before, and this list holds only what is new to the shopper")


def reason_of(choice: Choice) -> str:
    """Why it is there, as its card says it."""
    if choice.card.reason:
        return choice.card.reason
    usual = sentence(choice.candidate.reason)
    return _("no reason is given, for a rule takes it away (“%(usual)s”)") % {"usual": usual} if usual else ""


def level_of(selection: Selection, *, strategy: str, minimum: int) -> str:
    """Who filled the block: the list that was asked for, and whose; or which ones stood in for it."""
    if not selection.choices:
        return _("Nothing is shown: fewer than %(minimum)s products may be shown.") % {"minimum": minimum}
    by = list(dict.fromkeys(one.served_by for one in selection.choices))
    labels = [str(strategies.get(name).label) for name in by]
    if by == [strategy]:
        told = _("All products come from the list that was asked for: %(label)s.") % {"label": labels[0]}
        whose = level_told(selection.level) if selection.level else ""
        return f"{told} " + _("It is that of %(whose)s.") % {"whose": whose} if whose else told
    words = {"labels": ", ".join(labels), "minimum": minimum}
    return _("Its own list has fewer than %(minimum)s products to show. It is filled by: %(labels)s.") % words


def _about(asked_id: int, titles: Mapping[int, str], traced: _Traced, places: Mapping[int, int]) -> str:
    title = titles.get(asked_id)
    if title is None:
        return _("The shop has no such product.")
    words = {"product": title}
    if asked_id in places:
        return _("“%(product)s” is shown, at place %(place)s.") % {**words, "place": places[asked_id]}
    if asked_id in traced.steps:
        told = [*_moved_back(traced.steps[asked_id]), _fate(traced.steps[asked_id], traced)]
        return _("“%(product)s” was a candidate, but: %(fate)s.") % {**words, "fate": "; ".join(told)}
    return _("“%(product)s” was no candidate: %(why)s.") % {**words, "why": _why_no_candidate(asked_id, traced)}


def _moved_back(steps: Sequence[Step]) -> list[str]:
    """What put it behind others, where nothing took it out."""
    back = [step for step in steps if step.stage in MOVED_BACK or (step.rule and step.rule.action == Action.BURY)]
    return [] if removal_of(steps) else [moves_told(step) for step in back]


def _why_no_candidate(asked_id: int, traced: _Traced) -> str:
    cards, _titles = shop.cards([asked_id], buying=traced.context.buying)
    if not cards:
        return _("it can't be bought now: it is hidden, sold out or has no price")
    if asked_id == traced.context.product_id:
        return _("it is the product of the page itself")
    own = strategies.get(traced.selection.strategy)
    if out := kept_out(asked_id, traced.context, own=own, rules=traced.rules):
        return out_told(out, traced.context)
    if not any(step.stage == "candidate" for steps in traced.steps.values() for step in steps):
        return _("no list of this block had anything to say here")
    return _("other products suit this shopper and this page better, by what the lists know")
