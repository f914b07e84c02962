"""How a banner does, and what is wrong with it: for a whole page of banners in a few queries."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from personalization.campaigns import lint
from personalization.campaigns.audience_words import Known
from personalization.campaigns.lint import Around
from personalization.campaigns.state import State
from personalization.events.block_keys import banner_of
from personalization.storefront.block_form import languages
from personalization.storefront.health import lately
from personalization.storefront.slots.models import ALT, TITLE, Banner, own_language

SHOWN, SEEN, CLICKED = KINDS = ("banner_shown", "banner_seen", "banner_clicked")
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Figures:
    """What became of it in two weeks, today among them; the staff and bots are left out."""

    shown: int = 0
    seen: int = 0
    clicked: int = 0

    @property
    def click_rate(self) -> float | None:
        """Clicks per hundred showings."""
        return 100 * self.clicked / self.shown if self.shown else None


@dataclass(frozen=True)
class Health:
    """Its state, its figures, and what is wrong, in sentences that say what to do."""

    state: State
    figures: Figures = field(default_factory=Figures)
    problems: tuple[str, ...] = ()


def figures(*, now: datetime) -> dict[int, Figures]:
    """Of all banners: daily figures, and what came since they were summed."""
    counted: dict[int, Counter[str]] = {}
    for one in lately(*KINDS, now=now):
        if (banner := banner_of(str(one.key))) is not None:
            counted.setdefault(banner, Counter())[one.kind] += one.events
    return {pk: Figures(one[SHOWN], one[SEEN], one[CLICKED]) for pk, one in counted.items()}


def health_of(banners: Iterable[Banner], *, now: datetime) -> tuple[dict[int, Health], Known]:
    """Of each of these; and the segments that they name."""
    rows = list(banners)
    counted, about, live = figures(now=now), lint.around(rows), list(Banner.objects.live(now).defer("note"))
    return {one.pk: _health(one, counted, about, live, now) for one in rows}, about.known


def _health(
    banner: Banner, counted: Mapping[int, Figures], about: Around, live: Sequence[Banner], now: datetime
) -> Health:
    state, seen = banner.state(now), counted.get(banner.pk, Figures())
    return Health(state, seen, tuple(_problems(banner, state, seen, about, live, now)))


def _problems(
    banner: Banner, state: State, seen: Figures, about: Around, live: Sequence[Banner], now: datetime
) -> list[str]:
    if over := lint.over(banner, now=now):
        return [over]
    if state not in (State.LIVE, State.SCHEDULED):
        return []
    found = [*lint.problems(banner, about, now=now), *_untranslated(banner)]
    if banner.picture and not banner.words(ALT):
        found.append(_("Its picture is not described: whoever cannot see it hears the heading alone."))
    above = next((one for one in live if _shadows(one, banner)), None)
    if above is not None:
        text = _("“%(name)s” comes before it in this place and is for everybody: nobody sees this one.")
        found.append(text % {"name": above})
    is_new = now - max(banner.created_at, banner.starts_at or banner.created_at) < WEEK
    if state == State.LIVE and above is None and not seen.shown and not is_new:
        found.append(
            _("Not shown for 14 days: did any of those come whom it is for, and is the place %(place)s on a page?")
            % {"place": banner.slot}
        )
    return found


def _untranslated(banner: Banner) -> list[str]:
    without = lint.without_words(banner.texts, TITLE, languages())
    if not without:
        return []
    words = {"languages": without, "own": languages().get(own_language(), own_language())}
    return [_("It has no heading in %(languages)s: whoever reads that is shown it in %(own)s.") % words]


def _shadows(one: Banner, other: Banner) -> bool:
    comes_before = (one.priority, one.pk) < (other.priority, other.pk) and one.slot == other.slot
    return comes_before and lint.leaves_nobody(one)
