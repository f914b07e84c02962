"""The figure of the next click: visits worked out by hand, and what the gate makes of it."""

import numpy as np
import pytest

from personalization.recommend.train import gate
from personalization.recommend.train.answers import Scores
from personalization.recommend.train.click_trial import CASES, ClickFigures, click_trial
from personalization.recommend.train.clicks import learn_clicks
from personalization.recommend.train.cooccurrence import Cooccurrence
from personalization.recommend.train.log import Ids, Visits
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import number
from personalization.recommend.train.trial import Figures
from tests.recommend.train.shops import BREAD, BUTTER, CANDLE, JAM, MILK, SHELVES, SOAP, log_of

# Looks: candle and soap 500 each, bread 400, the others 200 each.
KNOWN = [(MILK, BREAD, JAM)] * 200 + [(BREAD, BUTTER)] * 200 + [(CANDLE, SOAP)] * 500
GOODS = np.array(sorted(SHELVES), dtype=np.int64)


def visits(*paths: tuple[int, ...], first: int = 0) -> Visits:
    rows = [
        (first + name, one, first + name + place / 100)
        for name, path in enumerate(paths)
        for place, one in enumerate(path)
    ]
    name, product, day = zip(*rows, strict=True)
    return Visits(np.array(name), np.array(product), np.array(day, float))


def both(one: Visits, other: Visits) -> Visits:
    return Visits(
        *(np.concatenate([getattr(one, name), getattr(other, name)]) for name in ("visitor", "product", "day"))
    )


def tried(before: Visits, after: Visits) -> ClickFigures:
    log = log_of(visits=zip(before.visitor.tolist(), before.day.tolist(), before.product.tolist(), strict=True))
    shop = number(log)
    settings = LearnSettings(item2vec=False, threads=1)
    clicks = learn_clicks(log, shop, Cooccurrence.learn(shop).together, settings=settings)
    return click_trial(clicks.next_clicks, before=before, after=after, products=GOODS)


def test_the_model_popularity_and_item_knn_are_asked_the_same() -> None:
    found = tried(visits(*KNOWN), visits(*[(MILK, BREAD)] * 100, first=5000))
    # After milk comes bread. It is looked at third most. The cosine with milk: jam 1, bread 200 / sqrt(200 x 400).
    assert found == ClickFigures(100, 1.0, pytest.approx(1 / 3), 0.5)


def test_too_few_visits_are_no_figure() -> None:
    assert tried(visits(*KNOWN), visits(*[(MILK, BREAD)] * 99, first=5000)) == ClickFigures()


def test_a_visit_begun_before_is_no_question() -> None:
    before = both(visits(*KNOWN), visits((MILK, BREAD, JAM), first=6000))
    after = both(visits(*[(MILK, BREAD)] * 100, first=5000), visits((CANDLE, SOAP), first=6000))
    assert tried(before, after).cases == 100


def test_the_next_night_asks_mostly_the_same() -> None:
    """Else the lead of two versions would differ by chance alone."""
    asked: list[set[tuple[int, ...]]] = []

    def note(begun: list[Ids], k: int) -> tuple[Ids, Scores]:
        asked.append({tuple(one.tolist()) for one in begun})
        return np.full((len(begun), k), -1), np.zeros((len(begun), k), np.float32)

    paths = [(one, one + 1) for one in range(0, 8400, 2)]
    for night in (0, 300):
        held = visits(*paths[night : night + 3900], first=night)
        assert click_trial(note, before=visits(*KNOWN, first=9000), after=held, products=np.arange(8400)).cases == CASES
    assert len(asked[0] & asked[1]) > 0.85 * CASES


@pytest.mark.parametrize(("click", "is_refused"), [(0.30, False), (0.28, False), (0.26, True)])
def test_the_gate_refuses_a_next_click_that_fell(click: float, is_refused: bool) -> None:
    now = Figures(clicks=500, click=click, click_popularity=0.1)
    served = gate.Served(Figures(clicks=500, click=0.3, click_popularity=0.1).stored(), products=6)
    if is_refused:
        with pytest.raises(
            gate.Refused, match=r"leads popularity 2.14 times, that of the served version led 2.43 times"
        ):
            gate.check_figures(now, served=served)
    else:
        gate.check_figures(now, served=served)


@pytest.mark.parametrize(("click", "is_refused"), [(0.2, False), (0.19, False), (0.16, True)])
def test_next_to_nothing_by_popularity_makes_no_huge_lead(click: float, is_refused: bool) -> None:
    """One visit more that popularity finds is chance, and no reason to refuse a model that is as good as before."""
    served = gate.Served(Figures(clicks=1000, click=0.2, click_popularity=0.0005).stored(), products=6)
    now = Figures(clicks=1000, click=click, click_popularity=0.0015)
    assert served.figures["click_lead"] < 11  # and not 400
    if is_refused:
        with pytest.raises(gate.Refused, match="The next click leads popularity"):
            gate.check_figures(now, served=served)
    else:
        gate.check_figures(now, served=served)


def test_a_next_click_that_popularity_never_finds_is_compared_too() -> None:
    served = gate.Served(Figures(clicks=1000, click=0.2).stored(), products=6)
    with pytest.raises(gate.Refused):
        gate.check_figures(Figures(clicks=1000, click=0.1), served=served)


def test_the_gate_compares_only_what_both_have() -> None:
    measured, not_measured = Figures(clicks=500, click=0.1, click_popularity=0.1), Figures()
    gate.check_figures(measured, served=gate.Served(not_measured.stored(), products=6))
    gate.check_figures(not_measured, served=gate.Served(measured.stored(), products=6))
    gate.check_figures(measured, served=None)
