"""What comes next in a visit, as the page asks for it."""

import numpy as np

from personalization.recommend.train.log import Ids
from personalization.recommend.train.model import Model


def next_in_session(model: Model, session: Ids, k: int) -> Ids:
    """The best k after these products, oldest first."""
    if hasattr(model, "next_click"):
        return np.asarray(model.next_click(session, k)[0], dtype=np.int64)
    return _along(model, session, k)


STEP, STEPS = 0.8, 12


def _along(model: Model, session: Ids, k: int) -> Ids:
    """What is liked along with the last ones, newest loudest: as "For you" serves a stranger."""
    last = np.array(list(dict.fromkeys(session[::-1].tolist()))[:STEPS], dtype=np.int64)
    near = model.also(last, k + len(last))
    score = near.score * (STEP ** np.arange(len(last)))[:, None]
    found, place = np.unique(near.neighbour, return_inverse=True)
    total = np.bincount(place.ravel(), score.ravel(), len(found))
    total[np.isin(found, last) | (found < 0)] = 0.0
    best = np.lexsort((found, -total))
    return found[best[total[best] > 0]][:k]
