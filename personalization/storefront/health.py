"""How a block does, and what is wrong with it: for a whole page of blocks in a few queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from personalization.campaigns import lint
from personalization.campaigns.audience_words import Known
from personalization.campaigns.lint import Around
from personalization.campaigns.state import State
from personalization.events.block_keys import owners_block
from personalization.events.daily import Figure, blocks_since_last_sum, figures
from personalization.events.days import day_of
from personalization.recommend.models import ServedModel, TrainingRun
from personalization.recommend.probe import reads_model
from personalization.recommend.rules.catalogue import read_catalogue
from personalization.recommend.rules.rule import rules_from
from personalization.recommend.rules.wording import names_in
from personalization.recommend.strategies.strategy import strategies
from personalization.storefront.block_form import languages
from personalization.storefront.models import Block
from personalization.storefront.rule_check import check, other_shop_rules

WEEK, DAYS_OF_WEEK, DAYS_OF_FORTNIGHT = timedelta(days=7), 7, 14
SHOWN, SEEN, CLICKED = KINDS = ("block_shown", "block_seen", "block_clicked")


@dataclass(frozen=True)
class Impressions:
    """How often a block was shown to shoppers, on which day last, and what came of it in two weeks."""

    week: int = 0
    fortnight: int = 0
    last: date | None = None
    seen: int = 0
    clicked: int = 0

    @property
    def click_rate(self) -> float | None:
        """Clicks per hundred showings."""
        return 100 * self.clicked / self.fortnight if self.fortnight else None


@dataclass(frozen=True)
class Surroundings:
    """What the health of all blocks depends on."""

    has_model: bool
    impressions: Mapping[int, Impressions]
    # What is wrong with the rules of each block that has any.
    rule_problems: Mapping[int, Sequence[str]] = field(default_factory=dict)
    # The segments that blocks are for, or not for, and what is known of them.
    about: Around = field(default_factory=Around)

    @property
    def segments(self) -> Known:
        """By their number."""
        return self.about.known


@dataclass(frozen=True)
class Health:
    """One block's state, its figures, and what is wrong, in sentences that say what to do."""

    state: State
    impressions: Impressions = field(default_factory=Impressions)
    problems: tuple[str, ...] = ()


def surroundings(*, now: datetime) -> Surroundings:
    """Reads what `health` needs, for any number of blocks."""
    special = list(Block.objects.exclude(rules=[], audience={}))
    problems, about = _rule_problems(special), lint.around(special)
    # As long as a training is under way, nobody need start one.
    runs = TrainingRun.objects.filter(pk__in=ServedModel.objects.values("run")) | TrainingRun.objects.under_way()
    has_model = runs.exists()
    return Surroundings(has_model, impressions(now=now), problems, about)


def _rule_problems(special: Sequence[Block]) -> dict[int, list[str]]:
    blocks = {block.pk: (rules_from(block.rules), block.limit) for block in special if block.rules}
    if not blocks:
        return {}
    goods, of_the_shop = read_catalogue(), other_shop_rules()
    names = names_in(rule for rules, _limit in blocks.values() for rule in rules)
    return {
        pk: check(rules, of_the_shop=of_the_shop, limit=limit, catalogue=goods, names=names, counts=False).problems
        for pk, (rules, limit) in blocks.items()
    }


def impressions(*, now: datetime) -> dict[int, Impressions]:
    """The impressions of each block over the last two weeks, today among them: daily figures, and the last hour."""
    of_blocks: dict[int, list[Figure]] = {}
    for one in lately(*KINDS, now=now):
        if (block := owners_block(str(one.key))) is not None:
            of_blocks.setdefault(block, []).append(one)
    return {block: _counted(rows, day_of(now)) for block, rows in of_blocks.items()}


def lately(*kinds: str, now: datetime, days: int = DAYS_OF_FORTNIGHT) -> list[Figure]:
    """What was shown, seen or clicked in so many days, today among them, by day and block; up to this moment."""
    today = day_of(now)
    since = today - timedelta(days=days - 1)
    summed = figures(*kinds, since=since, until=today + timedelta(days=1), by="block")
    return [*summed, *blocks_since_last_sum(*kinds, now=now, days_back=days - 1)]


def _counted(rows: list[Figure], today: date) -> Impressions:
    shown = [row for row in rows if row.kind == SHOWN]
    week = today - timedelta(days=DAYS_OF_WEEK - 1)
    return Impressions(
        week=sum(row.events for row in shown if row.day >= week),
        fortnight=sum(row.events for row in shown),
        last=max((row.day for row in shown), default=None),
        seen=sum(row.events for row in rows if row.kind == SEEN),
        clicked=sum(row.events for row in rows if row.kind == CLICKED),
    )


def health(block: Block, around: Surroundings, *, now: datetime) -> Health:
    """The state of a block with all that is wrong with it."""
    state, seen = block.state(now), around.impressions.get(block.pk, Impressions())
    return Health(state, seen, tuple(_problems(block, state, seen, around, now)))


def _problems(block: Block, state: State, seen: Impressions, around: Surroundings, now: datetime) -> list[str]:
    if block.strategy not in strategies:
        return [_("The code of “%(name)s” is gone: choose another kind of list.") % {"name": block.strategy}]
    if over := lint.over(block, now=now):
        return [over]
    if state not in (State.LIVE, State.SCHEDULED):
        return []
    found = lint.problems(block, around.about, now=now)
    if without := lint.without_words(block.titles, "", languages()):
        text = _("You wrote no heading in %(languages)s: whoever reads that gets the usual one.")
        found.append(text % {"languages": without})
    if state != State.LIVE:
        return found
    if not around.has_model and reads_model(block.strategy):
        found.append(_("It needs a trained model, and none is served yet: start a training."))
    # Nobody is blamed for what had no time yet to be shown.
    is_new = now - max(block.created_at, block.starts_at or block.created_at) < WEEK
    if around.impressions and not seen.week and not is_new:
        found.append(_unseen(block))
    return [*found, *around.rule_problems.get(block.pk, ())]


def _unseen(block: Block) -> str:
    if not block.for_whom.is_everybody:
        return _(
            "Not shown for 7 days: did any of those come whom it is for, and is the place %(place)s on a page?"
        ) % {"place": block.slot}
    if "product" in block.needs:
        return _("Not shown for 7 days: it works on product pages only. Is the place %(place)s on one?") % {
            "place": block.slot
        }
    return _("Not shown for 7 days: is the place %(place)s on a page, and are there products for it?") % {
        "place": block.slot
    }
