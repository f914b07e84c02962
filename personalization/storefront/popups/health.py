"""How a pop-up does, and what is wrong with it: for a whole page of pop-ups in two queries."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.translation import gettext as _

from personalization.campaigns import lint
from personalization.campaigns.audience_words import Known
from personalization.campaigns.lint import Around
from personalization.campaigns.state import State
from personalization.storefront.block_form import languages
from personalization.storefront.popups.models import ANSWERS, TITLE, Popup, PopupShowing

FORTNIGHT, WEEK = timedelta(days=14), timedelta(days=7)
# With fewer showings than this a rate says nothing.
ENOUGH = 30
MANY = 0.8


@dataclass(frozen=True)
class Figures:
    """What became of its showings in two weeks; those to the staff are left out."""

    shown: int = 0
    clicked: int = 0
    closed: int = 0
    answered: int = 0

    @property
    def click_rate(self) -> float | None:
        """Of a hundred showings, how many led on."""
        return 100 * (self.clicked + self.answered) / self.shown if self.shown else None


@dataclass(frozen=True)
class Health:
    """Its state, its figures, and what is wrong, in sentences that say what to do."""

    state: State
    figures: Figures = field(default_factory=Figures)
    problems: tuple[str, ...] = ()


def figures(*, now: datetime) -> dict[int, Figures]:
    """Of all pop-ups: one query."""
    rows = PopupShowing.objects.filter(is_counted=True, shown_at__gt=now - FORTNIGHT).order_by()
    counted: dict[int, Counter[str]] = {}
    for popup_id, outcome, number in rows.values_list("popup_id", "outcome").annotate(Count("pk")):
        counted.setdefault(popup_id, Counter())[outcome] = number
    ends = PopupShowing.Outcome
    return {
        pk: Figures(one.total(), one[ends.CLICKED], one[ends.CLOSED], one[ends.ANSWERED]) for pk, one in counted.items()
    }


def health_of(popups: Iterable[Popup], *, now: datetime) -> tuple[dict[int, Health], Known]:
    """Of each of these; and the segments that they name."""
    rows = list(popups)
    counted, about, live = figures(now=now), lint.around(rows), list(Popup.objects.live(now).defer("note"))
    return {one.pk: _health(one, counted, about, live, now) for one in rows}, about.known


def _health(
    popup: Popup, counted: Mapping[int, Figures], about: Around, live: Sequence[Popup], now: datetime
) -> Health:
    state, seen = popup.state(now), counted.get(popup.pk, Figures())
    return Health(state, seen, tuple(_problems(popup, state, seen, about, live, now)))


def _problems(
    popup: Popup, state: State, seen: Figures, about: Around, live: Sequence[Popup], now: datetime
) -> list[str]:
    if popup.design_object() is None or popup.trigger_object() is None:
        return [_("The code of what it holds, or of its moment, is gone: choose another.")]
    if over := lint.over(popup, now=now):
        return [over]
    if state not in (State.LIVE, State.SCHEDULED):
        return []
    found = lint.problems(popup, about, now=now)
    if without := lint.without_words(popup.texts, TITLE, languages()):
        text = _("It has no heading in %(languages)s: whoever reads that gets another language.")
        found.append(text % {"languages": without})
    if above := next((one for one in live if _stands_before(one, popup)), None):
        text = _(
            "“%(name)s” comes at the same moment, before it and to everybody: this one waits until people are done "
            "with that one."
        )
        found.append(text % {"name": above})
    if popup.design == "discount" and not popup.design_parameters.get("offer"):
        found.append(_("No offer is chosen, so it has no code to give: choose one that is live."))
    if popup.design == "survey" and not popup.words(ANSWERS):
        found.append(_("It has no answers to choose from, so it does not come: write them, one a line."))
    if seen.shown >= ENOUGH and seen.closed >= MANY * seen.shown:
        found.append(_("Most people close it: come later, to fewer people, or with something else."))
    is_new = now - max(popup.created_at, popup.starts_at or popup.created_at) < WEEK
    if state == State.LIVE and not seen.shown and not is_new:
        found.append(_("Not shown for 14 days: does its moment ever come, and is the tag of pop-ups in your pages?"))
    return found


def _stands_before(one: Popup, other: Popup) -> bool:
    comes_before = (one.priority, one.pk) < (other.priority, other.pk or 0) and one.pk != other.pk
    is_same = one.trigger == other.trigger and one.moment == other.moment and one.where in ("", other.where)
    return comes_before and is_same and lint.leaves_nobody(one)
