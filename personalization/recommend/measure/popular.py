"""What sells lately: what strangers are shown, and what fills a list that is too short."""

import numpy as np

from personalization.recommend.train.log import Ids, ShopLog

HALF_LIFE = 28.0  # days; what sold long ago follows, so that even a sleepy shop fills its lists
OF_A_LOOK = 1e-3  # looks put goods in order that nobody bought


def popular(log: ShopLog) -> Ids:
    """Every product that was ever bought or looked at, the best liked of late first."""
    bought, seen, products = log.purchases, log.visits, len(log.catalogue.product)
    pairs = np.unique(np.stack([bought.basket, bought.product]), axis=1, return_index=True)[1]
    score = _faded(bought.product[pairs], bought.day[pairs], products, log.last_day)
    looks = _faded(seen.product, seen.day, products, log.last_day)
    score += OF_A_LOOK * looks / max(float(looks.max(initial=0.0)), 1e-9)
    order = np.argsort(-score, kind="stable")
    return order[score[order] > 0].astype(np.int64)


def filled(lists: Ids, best: Ids, k: int, *, barred: list[set[int]]) -> list[Ids]:
    """The first k of each list, and then of the popular what is neither in it nor barred."""
    return [_filled(row[row >= 0][:k], best, k, others) for row, others in zip(lists, barred, strict=True)]


def _filled(row: Ids, best: Ids, k: int, barred: set[int]) -> Ids:
    missing = k - len(row)
    if missing <= 0:
        return row
    out = {*row.tolist(), *barred}
    spare = [one for one in best[: missing + len(out)].tolist() if one not in out]
    return np.concatenate([row, np.array(spare[:missing], dtype=np.int64)])


def _faded(product: Ids, day: np.ndarray, products: int, now_day: float) -> np.ndarray:
    return np.bincount(product, np.exp2((day - now_day) / HALF_LIFE), minlength=products).astype(np.float64)
