"""What a dial of a block costs and brings: the block is chosen for some shoppers on some pages, at each step of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import zip_longest
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from personalization.charts.lines import Line, Lines
from personalization.charts.scale import number_told
from personalization.conf import conf
from personalization.guard import unhurried
from personalization.recommend.facts.fact import Fact
from personalization.recommend.models import ServedModel, ShopperList
from personalization.recommend.periods import MEASURES, PERIODS
from personalization.recommend.rules.lean import fit, leaned, margin_of
from personalization.recommend.strategies.strategy import Candidate, strategies
from personalization.recommend.tables import Tables
from personalization.storefront.block_form import DIALS
from personalization.storefront.blocks import select, wish_of
from personalization.storefront.models import Block
from personalization.storefront.preview import as_product, imagined

LOOKS = 10  # at so many pages; each is a whole choice, and the owner waits for it
PLACES = range(0, 101, 10)
WIDTH, RIGHT = 470, 390  # beside the preview there is no room for more


@dataclass(frozen=True)
class Pool:
    """What could be shown in one look, best first."""

    candidates: Sequence[Candidate]
    facts: Mapping[int, Fact]

    @cached_property
    def fits(self) -> dict[int, float]:
        """How well each product fits, best first."""
        return dict(zip((one.product_id for one in self.candidates), fit(self.candidates), strict=True))


@dataclass(frozen=True)
class Curve:
    """Of one dial: the chart, and in words what each of its places comes to. No chart where nothing is known."""

    dial: str
    chart: Lines | None
    told: Sequence[tuple[int, str]] = ()
    why_not: str = ""


def trade_offs(block: Block, *, now: datetime) -> list[Curve]:
    """The curve of each dial, the other one at nought."""
    if block.strategy not in strategies:
        return []
    with unhurried():
        pools = list(_pools(block, now=now))
    if not pools:
        return [Curve(DIALS[0], None, why_not=_("It showed nothing to the shoppers that it was tried with."))]
    return [_margin(pools, block), _stock(pools, block)]


def _margin(pools: Sequence[Pool], block: Block) -> Curve:
    known = _weighed(pools, block, dial=DIALS[0], known=margin_of)
    if known is None:
        why = _("No margin is known of these goods: name in PERSONALIZATION_MARGIN what knows them.")
        return Curve(DIALS[0], None, why_not=why)
    words = _(
        "At %(place)s: %(kept)s of what fits is kept; of the price you keep %(value)s, without the dial %(none)s."
    )
    name, axis = _("margin"), _("dial towards margin")
    return _curve(DIALS[0], known, words, value=_percent, name=name, axis=axis, scale=1.0)


def _stock(pools: Sequence[Pool], block: Block) -> Curve:
    known = _weighed(pools, block, dial=DIALS[1], known=lambda fact: None if fact.left is None else float(fact.left))
    if known is None:
        return Curve(DIALS[1], None, why_not=_("The shop does not count how many of these goods are left."))
    words = _(
        "At %(place)s: %(kept)s of what fits is kept; of each %(value)s pieces are left, without the dial %(none)s."
    )
    top = max(value for _kept, value in known) or 1.0
    name, axis = _("stock"), _("dial towards full shelves")
    return _curve(DIALS[1], known, words, value=number_told, name=name, axis=axis, scale=1.0 / top)


def _curve(
    dial: str, known: Sequence[tuple[float, float]], words: str, *, value: Callable[[float], str], name: str, axis: str,
    scale: float,
) -> Curve:  # fmt: skip
    none = value(known[0][1])
    told = [
        (place, words % {"place": place, "kept": _percent(kept), "value": value(brought), "none": none})
        for place, (kept, brought) in zip(PLACES, known, strict=True)
    ]
    lines = [
        Line(_("what fits"), [kept for kept, _brought in known]),
        Line(name, [brought * scale for _kept, brought in known]),
    ]
    chart = Lines(
        key=f"pz-{dial}", title=axis[:1].upper() + axis[1:], what=axis, value=_("share"),
        places=[str(one) for one in PLACES], lines=lines, told=_percent, width=WIDTH, right=RIGHT,
    )  # fmt: skip
    return Curve(dial, chart, told)


def _weighed(
    pools: Sequence[Pool], block: Block, *, dial: str, known: Callable[[Fact], float | None]
) -> list[tuple[float, float]] | None:
    """For each place of the dial: which share of what fits is kept, and the mean of what is asked for."""
    points = []
    for place in PLACES:
        kept, brought = [], []
        for pool in pools:
            margin, stock = (place, 0) if dial == DIALS[0] else (0, place)
            row = leaned(pool.candidates, margin=margin, stock=stock, facts=pool.facts)[: block.limit]
            best = sum(list(pool.fits.values())[: block.limit])
            kept.append(sum(pool.fits[one.product_id] for one in row) / best if best else 1.0)
            told = [known(pool.facts[one.product_id]) for one in row if one.product_id in pool.facts]
            brought += [one for one in told if one is not None]
        if not brought:
            return None
        points.append((sum(kept) / len(kept), sum(brought) / len(brought)))
    return points


def _pools(block: Block, *, now: datetime) -> Iterator[Pool]:
    """Best sellers' pages as opened by shoppers whom the served model knows; a stranger's where there are none."""
    products = _best_sellers() if {"product", "basket"} & set(block.needs) else []
    shoppers = _shoppers()
    # The same block, longer, and as it is without its dials; never saved.
    wish = wish_of(block.copied(pk=block.pk, limit=conf.CANDIDATES, **dict.fromkeys(DIALS, 0)))
    for product_id, user in list(zip_longest(products, shoppers))[:LOOKS] or [(None, None)]:
        page = imagined(block, now=now, user=user, product_id=product_id)
        chosen = select(wish, page, product=as_product(product_id)).choices
        if chosen:
            facts = page.tables.facts({one.card.id for one in chosen})
            yield Pool([one.candidate for one in chosen], facts)


def _best_sellers() -> Sequence[int]:
    return Tables().ranked(measure=MEASURES.UNITS, period=PERIODS.MONTH)[:LOOKS]


def _shoppers() -> list[Any]:
    served = ServedModel.objects.first()
    lists = ShopperList.objects.filter(run_id=served.run_id, task=ShopperList.Task.NEXT) if served else None
    ids = list(lists.order_by("user_id").values_list("user_id", flat=True)[:LOOKS]) if lists is not None else []
    return list(get_user_model()._default_manager.filter(pk__in=ids))


def _percent(value: float) -> str:
    return f"{number_format(100 * value, 0)} %"
