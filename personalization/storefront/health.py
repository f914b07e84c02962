"""How a block does, and what is wrong with it: for a whole page of blocks in a few queries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, TextChoices
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.events.identifiers import first_id
from personalization.events.kinds import Traffic
from personalization.events.models import Event
from personalization.recommend.models import ServedModel
from personalization.recommend.probe import reads_model
from personalization.recommend.strategies.strategy import strategies
from personalization.storefront.models import Block

WEEK, FORTNIGHT = timedelta(days=7), timedelta(days=14)


class State(TextChoices):
    """Where a block stands in time."""

    LIVE = "live", gettext_lazy("live")
    SCHEDULED = "scheduled", gettext_lazy("scheduled")
    ENDED = "ended", gettext_lazy("ended")
    OFF = "off", gettext_lazy("off")


@dataclass(frozen=True)
class Impressions:
    """How often a block was shown to shoppers, and when anybody last saw it."""

    week: int = 0
    fortnight: int = 0
    last: datetime | None = None


@dataclass(frozen=True)
class Surroundings:
    """What the health of all blocks depends on."""

    has_model: bool
    impressions: Mapping[int, Impressions]


@dataclass(frozen=True)
class Health:
    """One block's state, its figures, and what is wrong, in sentences that say what to do."""

    state: State
    impressions: Impressions = field(default_factory=Impressions)
    problems: tuple[str, ...] = ()


def surroundings(*, now: datetime) -> Surroundings:
    """Reads what `health` needs, for any number of blocks."""
    return Surroundings(ServedModel.objects.exists(), impressions(now=now))


def impressions(*, now: datetime) -> dict[int, Impressions]:
    """The impressions of each block over the last two weeks."""
    shown = Event.objects.filter(kind="block_shown", id__gte=first_id(now - FORTNIGHT)).order_by()
    by_shopper = Q(traffic=Traffic.SHOPPER)
    rows = (
        shown.annotate(block=KeyTextTransform("block", "payload"))
        .values_list("block")
        .annotate(
            week=Count("pk", filter=by_shopper & Q(id__gte=first_id(now - WEEK))),
            fortnight=Count("pk", filter=by_shopper),
            last=Max("happened_at"),
        )
    )
    return {int(block): Impressions(*counts) for block, *counts in rows if block and block.isdecimal()}


def state_of(block: Block, *, now: datetime) -> State:
    """Where it stands."""
    if not block.is_active:
        return State.OFF
    if block.ends_at is not None and block.ends_at <= now:
        return State.ENDED
    if block.starts_at is not None and block.starts_at > now:
        return State.SCHEDULED
    return State.LIVE


def health(block: Block, around: Surroundings, *, now: datetime) -> Health:
    """The state of a block with all that is wrong with it."""
    state, seen = state_of(block, now=now), around.impressions.get(block.pk, Impressions())
    return Health(state, seen, tuple(_problems(block, state, seen, around, now)))


def _problems(block: Block, state: State, seen: Impressions, around: Surroundings, now: datetime) -> list[str]:
    if block.strategy not in strategies:
        return [_("The code of “%(name)s” is gone: choose another kind of list.") % {"name": block.strategy}]
    if state == State.ENDED:
        return [_("Its time is over: give it a new end, or switch it off.")]
    if state != State.LIVE:
        return []
    found = []
    if not around.has_model and reads_model(block.strategy):
        found.append(_("It needs a trained model, and none is served yet: start a training."))
    # Nobody is blamed for what had no time yet to be shown.
    is_new = now - max(block.created_at, block.starts_at or block.created_at) < WEEK
    if around.impressions and not seen.week and not is_new:
        found.append(_unseen(block))
    return found


def _unseen(block: Block) -> str:
    if "product" in block.strategy_object().needs:
        return _("Not shown for 7 days: it works on product pages only. Is the place %(place)s on one?") % {
            "place": block.slot
        }
    return _("Not shown for 7 days: is the place %(place)s on a page, and are there products for it?") % {
        "place": block.slot
    }
