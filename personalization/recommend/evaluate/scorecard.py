"""The door: a log in, the scorecard out, as plain values that can be stored, printed and sent."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from personalization.recommend.evaluate import figures
from personalization.recommend.evaluate.cases import Exam, exam
from personalization.recommend.evaluate.contenders import CONTENDERS, Parameters, Room, everybody, nowhere, padded
from personalization.recommend.evaluate.judged import JudgedBlock
from personalization.recommend.evaluate.listed import best_sellers
from personalization.recommend.train.log import Catalogue, Ids, Purchases, ShopLog, Visits
from personalization.recommend.train.model import LearnSettings, Progress, ignore, learn

K = 10
FEWEST_CASES = 20  # with fewer the intervals span everything
Card = dict[str, Any]


def scorecard(
    log: ShopLog,
    *,
    days: float,
    k: int = K,
    blocks: Sequence[JudgedBlock] = (),
    strategies: Sequence[str] = (),
    settings: LearnSettings,
    progress: Progress = ignore,
) -> Card:
    """Learns what came before the last `days`, and asks about them. `strategies` are those that the shop has."""
    dense = _dense(log)
    held_out = exam(dense, days=days)
    room = Room(held_out, learn(held_out.before, settings=settings, progress=progress))
    judged: list[Card] = []
    left_out: list[Card] = [{"name": name, "why": "no_history"} for name in strategies if name not in CONTENDERS]
    for place, name in enumerate(CONTENDERS):
        progress("judging", place / len(CONTENDERS))
        cases = len(held_out.kinds[CONTENDERS[name].kind])
        if cases < FEWEST_CASES:
            left_out.append({"name": name, "why": "few_cases", "cases": cases, "kind": CONTENDERS[name].kind})
            continue
        judged.append(_judged(room, name, k=k) | {"name": name})
    return {
        "k": k,
        "days": round(float(np.ptp(held_out.after.day)), 1) if len(held_out.after.day) else 0.0,
        "cut": round(held_out.day, 4),
        "facts": _facts(dense, held_out),
        "strategies": judged,
        "blocks": [_block(room, block) for block in blocks],
        "left_out": left_out,
    }


def _block(room: Room, block: JudgedBlock) -> Card:
    told: Card = {
        "number": block.number, "heading": block.heading, "slot": block.slot, "strategy": block.strategy,
        "k": block.limit, "unjudged": list(block.unjudged),
    }  # fmt: skip
    if block.strategy not in CONTENDERS:
        return told | {"why": "no_history"}
    cases = len(room.exam.kinds[CONTENDERS[block.strategy].kind])
    if cases < FEWEST_CASES:
        return told | {"why": "few_cases", "cases": cases, "kind": CONTENDERS[block.strategy].kind}
    found = _judged(room, block.strategy, k=block.limit, parameters=block.parameters, stand_ins=block.stand_ins)
    return told | found


def _judged(
    room: Room, name: str, *, k: int, parameters: Parameters | None = None, stand_ins: Sequence[str] = ()
) -> Card:
    cases = room.exam.kinds[CONTENDERS[name].kind]
    asked = cases.asked
    there = nowhere(asked) if cases.are_people else asked
    ours = CONTENDERS[name].answer(room, asked, k, parameters or {})
    for stand_in in stand_ins:
        ours = _filled_up(room, ours, stand_in, there, k)
    best = everybody(best_sellers(room.exam, {}), there, k)
    sold = np.bincount(_pairs(room.exam.before.purchases), minlength=len(room.exam.before.catalogue.product))
    return {
        "kind": CONTENDERS[name].kind,
        "k": k,
        "cases": len(cases),
        "figures": figures.compared(_wide(ours, k), best, cases, k=k, sold=sold.astype(np.float64)),
        "total": figures.totals(ours, best, cases, k=k),
    }


def _filled_up(room: Room, lists: Ids, stand_in: str, there: Sequence[Ids], k: int) -> Ids:
    anywhere = stand_in in ("trending", "bestsellers")
    beside = stand_in == "similar" and all(len(one) for one in there)
    if not (anywhere or beside) or (lists.shape[1] >= k and (lists[:, :k] >= 0).all()):
        return lists
    most = max(len(one) for one in there)
    more = CONTENDERS[stand_in].answer(room, there, 2 * k + most, {})
    rows = []
    for row, others, about in zip(lists, more, there, strict=True):
        own = row[row >= 0].tolist()
        rows.append([*own, *(one for one in others.tolist() if one >= 0 and one not in own and one not in about)])
    return padded(rows, k)


def _wide(lists: Ids, k: int) -> Ids:
    short = k - lists.shape[1]
    return np.pad(lists, ((0, 0), (0, short)), constant_values=-1) if short > 0 else lists


def _pairs(bought: Purchases) -> Ids:
    return np.asarray(np.unique(np.stack([bought.basket, bought.product]), axis=1)[1], dtype=np.int64)


def _facts(log: ShopLog, held_out: Exam) -> Mapping[str, Any]:
    bought = held_out.before.purchases
    return {
        "lines": len(log.purchases.product),
        "held_out": len(held_out.after.product),
        "baskets": len(np.unique(log.purchases.basket)),
        "shoppers": len(np.unique(log.purchases.shopper[log.purchases.shopper >= 0])),
        "products": len(np.unique(bought.product)),
        "views": len(log.visits.product),
        "first_day": round(float(log.purchases.day.min()), 4) if len(log.purchases.day) else 0.0,
        "last_day": round(log.last_day, 4),
    }


def _dense(log: ShopLog) -> ShopLog:
    """Products numbered from nought, those included that are sold no more: they were bought then."""
    product = np.unique(np.concatenate([log.catalogue.product, log.purchases.product, log.visits.product]))
    place = np.searchsorted(product, log.catalogue.product)
    bought, seen = log.purchases, log.visits
    text = [""] * len(product)
    for one, words in zip(place.tolist(), log.catalogue.text, strict=True):
        text[one] = words
    spread = (_spread(column, place, len(product)) for column in (log.catalogue.aisle, log.catalogue.maker))
    aisle, maker = spread
    category = _spread(log.catalogue.category, place, len(product))
    return ShopLog(
        Purchases(bought.shopper, bought.basket, np.searchsorted(product, bought.product), bought.day,
                  bought.quantity, bought.price),
        Visits(seen.visitor, np.searchsorted(product, seen.product), seen.day),
        Catalogue(np.arange(len(product)), category if category is not None else np.full(len(product), -1),
                  tuple(text), aisle=aisle, maker=maker),
    )  # fmt: skip


def _spread(column: Ids | None, place: Ids, count: int) -> Ids | None:
    if column is None:
        return None
    wide = np.full(count, -1, np.int64)
    wide[place] = column
    return wide
