"""The gate: a worse or broken version is refused with its reason, and the served one stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation.trans_null import gettext_noop as _  # the other one reads settings

from personalization.conf import conf
from personalization.recommend.train.answers import Neighbours, Vectors
from personalization.recommend.train.log import ShopLog
from personalization.recommend.train.trial import Figures

MINIMUM_CASES = 20
# Two products taken at random share a companion or two; lists that are all but equal come from popularity alone.
MOST_SAMENESS = 0.9


class Refused(Exception):
    """The version is not good enough to be served. `text` says why, and is translated when it is read."""

    def __init__(self, text: str, **words: object) -> None:
        super().__init__(text % words)
        self.text, self.words = text, words


@dataclass(frozen=True)
class Served:
    """What is known of the version that a new one has to match."""

    figures: Mapping[str, Any]
    products: int


def check_data(log: ShopLog) -> None:
    """There is enough to learn from. Raises Refused."""
    baskets, products = len(np.unique(log.purchases.basket)), len(np.unique(log.purchases.product))
    if baskets < conf.TRAIN_MINIMUM_BASKETS:
        text = _("Too few orders to learn from: %(found)s, at least %(needed)s are needed.")
        raise Refused(text, found=baskets, needed=conf.TRAIN_MINIMUM_BASKETS)
    if products < 2:
        raise Refused(_("Only one product was ever bought: there is nothing to compare it with."))


def check_vectors(vectors: Vectors, *, size: int) -> None:
    """Every vector is a vector. Raises Refused."""
    for table in (vectors.into, vectors.out):
        if table.shape != (len(vectors.product), size if len(vectors.product) else table.shape[-1]):
            raise Refused(_("The vectors have a wrong shape."))
        if not np.isfinite(table).all():
            raise Refused(_("The vectors hold numbers that are no numbers."))


def check_figures(figures: Figures, *, served: Served | None) -> None:
    """It beats popularity, and comes up to the served version. Raises Refused."""
    lead = f"{figures.lead():.2f}"
    if figures.cases >= MINIMUM_CASES and figures.lead() < 1:
        raise Refused(_("On the held-out days it is no better than plain popularity (%(lead)s times)."), lead=lead)
    if figures.sameness > MOST_SAMENESS:
        raise Refused(_("It tells everybody the same: its lists hardly differ from product to product."))
    before = float(served.figures.get("lead", 0)) if served else 0.0
    if figures.cases >= MINIMUM_CASES and figures.lead() < before * conf.GATE_QUALITY:
        text = _("On the held-out days it leads popularity %(lead)s times, the served version led %(before)s times.")
        raise Refused(text, lead=lead, before=f"{before:.2f}")
    _check_clicks(figures, served=served)


def check_coverage(neighbours: Neighbours, *, served: Served | None) -> None:
    """It knows about as many products as the served version. Raises Refused."""
    known = products_known(neighbours)
    if known == 0:
        raise Refused(_("It found no neighbours for any product."))
    if served and known < served.products * conf.GATE_COVERAGE:
        text = _("It knows %(known)s products, the served version knows %(before)s.")
        raise Refused(text, known=known, before=served.products)


def check_memory(figures: Figures, *, recalled: float) -> None:
    """The final version, asked about days it has seen, does no worse than the trial did unseen. Raises Refused."""
    if figures.cases >= MINIMUM_CASES and recalled < figures.together * conf.GATE_QUALITY:
        raise Refused(_("It does not know the baskets that it learned from: its ids or vectors were mixed up."))


def _check_clicks(figures: Figures, *, served: Served | None) -> None:
    """Only where the next click of both was measured. Raises Refused."""
    led, before = figures.click_lead(), Figures.of(served.figures).click_lead() if served else None
    if led is not None and before is not None and led < before * conf.GATE_QUALITY:
        text = _("The next click leads popularity %(lead)s times, that of the served version led %(before)s times.")
        raise Refused(text, lead=f"{led:.2f}", before=f"{before:.2f}")


def products_known(neighbours: Neighbours) -> int:
    """How many products have at least one neighbour."""
    return int((neighbours.neighbour >= 0).any(axis=1).sum())
