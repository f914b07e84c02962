"""Spark learns a small shop: its counts by hand, its answers by what the shop is like, its tables through the gate."""

from dataclasses import replace

import numpy as np
import pytest
from django.utils import timezone

from personalization.events.sweep import import_history
from personalization.recommend.models import ItemVector, NeighbourList, ShopperList, TrainingRun
from personalization.recommend.requests import request_training
from personalization.recommend.train import job
from personalization.recommend.train.model import ignore
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.spark import counts, lesson
from personalization.recommend.train.spark.learn import learn
from personalization.recommend.train.trial import hold_out, trial
from personalization.recommend.versions import served
from tests.recommend.train.shops import BREAD, BUTTER, CANDLE, FOOD, HOME, JAM, MILK, SOAP, log_of, weekly_shop
from tests.shelves import open_shop

pytestmark = [pytest.mark.spark, pytest.mark.timeout(900)]

STRANGER, BREAKFAST, AT_HOME = 999, 1, 2
BOTH, EVERYTHING = {BREAD, BUTTER, JAM}, np.array([MILK, BREAD, BUTTER, JAM, CANDLE, SOAP])
_learned = {}


def taught(log, *, settings=None, **more):
    """Learned once and kept: Spark takes its time."""
    key = (len(log.purchases.day), float(log.purchases.day.sum()))
    if key not in _learned:
        more = {"progress": ignore} | {name: value for name, value in more.items() if name in ("blends", "progress")}
        _learned[key] = learn(log, settings=settings or LearnSettings(), **more)
    return _learned[key]


@pytest.fixture(scope="module")
def weekly(spark):
    """Twenty weeks of people who want breakfast, and people who want a nice home."""
    log = weekly_shop()
    before, after = hold_out(log, days=14)
    return taught(before), before, after


def test_pairs_and_chances_are_those_counted_by_hand(spark, tmp_path):
    log = log_of()
    lesson.hand_over(spark, log, str(tmp_path))
    counts.count(spark, now=100.0)
    pairs = {(row.product, row.other): row.support for row in spark.table("pairs").collect()}
    chance = {(row.product, row.other): row.chance for row in spark.table("companions").collect()}
    beside = {(row.category, row.product): row.seen for row in spark.table("beside").collect()}
    assert pairs[MILK, BREAD] == pairs[BREAD, MILK] == 4
    assert pairs[CANDLE, SOAP] == 1
    assert (MILK, JAM) not in pairs
    # Beside food lay milk in the baskets 1 (twice), 2, 4 and 8; beside things for the home in 6 and 8.
    assert (beside[FOOD, MILK], beside[HOME, MILK]) == (5, 2)
    # Food: 5 + 6 + 3 + 2 baskets. Bread is in 6 of 8; beside food it lay 2 + 1 + 1 + 2 + 2 + 1 times.
    prior = (9 + 20 * 6.5 / 8) / (16 + 20)
    assert chance[MILK, BREAD] == pytest.approx((4 + 20 * prior) / (5 + 20))


def test_nothing_that_came_later_is_counted(spark, tmp_path):
    lesson.hand_over(spark, log_of(), str(tmp_path))
    counts.count(spark, now=11.0)
    assert spark.table("lines").count() == 7


def test_it_beats_popularity_on_days_it_has_not_seen(weekly):
    model, before, after = weekly
    figures = trial(model, before=before, after=after, seen=before.visits)
    assert figures.cases > 50
    assert figures.next > figures.next_popularity
    assert figures.together > figures.together_popularity
    assert {one.stored()["kind"] for one in model.blends.values()} <= {"logistic regression", "priors"}
    assert model.blends["next"].stored()["kind"] == "logistic regression"


def test_neighbours_are_of_the_same_kind(weekly):
    model, _, _ = weekly
    for near in (model.together, model.also, model.similar):
        found = near(EVERYTHING, 3)
        assert set(found.of(BREAD)[:2].tolist()) <= {BUTTER, JAM, MILK}, near
        assert SOAP in found.of(CANDLE)[:2]
        assert (found.neighbour != found.product[:, None]).all()
    support = model.together(np.array([CANDLE]), 1)
    assert support.support[0, 0] > 100


def test_each_gets_what_they_want_and_a_stranger_what_sells(weekly):
    model, _, _ = weekly
    lists = model.next(np.array([BREAKFAST, AT_HOME, STRANGER]), 3, now_day=0)
    assert set(lists.of(BREAKFAST)) <= {MILK} | BOTH
    assert set(lists.of(AT_HOME)) == {MILK, CANDLE, SOAP}
    assert lists.of(STRANGER)[0] == MILK
    new = model.novel(np.array([BREAKFAST, AT_HOME]), 3, now_day=0)
    assert set(new.of(AT_HOME)) == BOTH
    assert set(new.of(BREAKFAST)) == {CANDLE, SOAP}


def test_clicks_and_sums_are_told_as_far_as_they_are_known(weekly):
    model, _, _ = weekly
    product, score = model.next_click(np.array([BREAD, BUTTER]), 2)
    assert set(product.tolist()) <= {JAM, MILK}
    assert (np.diff(score) <= 0).all()
    assert model.next_clicks([np.array([BREAD]), np.array([], np.int64)], 2)[0][1].tolist() == [-1, -1]
    told = model.told(BREAKFAST, task="next", now_day=0)
    assert told.product[:3].tolist() == model.next(np.array([BREAKFAST]), 3, now_day=0).product[0].tolist()


def test_the_same_log_gives_the_same_model(weekly):
    model, before, _ = weekly
    again = learn(before, settings=LearnSettings(), blends=model.blends, progress=ignore)
    assert (again.vectors.into == model.vectors.into).all()
    assert (again.together(EVERYTHING, 5).neighbour == model.together(EVERYTHING, 5).neighbour).all()
    assert (
        again.next(np.arange(1, 31), 5, now_day=0).product == model.next(np.arange(1, 31), 5, now_day=0).product
    ).all()


@pytest.fixture
def shelves(db, spark, settings, tmp_path):
    """The shop of the other training tests; Spark is its trainer."""
    settings.PERSONALIZATION_TRAINER = "spark"
    settings.PERSONALIZATION_SPARK_FOLDER = str(tmp_path)
    open_shop(now=timezone.now())
    import_history(now=timezone.now())
    return tmp_path


def test_the_job_publishes_the_same_tables_and_refuses_what_is_spoilt(shelves, monkeypatch):
    now = timezone.now()
    run = trained(now)
    assert run.status == TrainingRun.Status.PUBLISHED, run.verdict_told
    assert run.facts["engine"] == "spark"
    assert run.figures["lead"] > 1
    assert served() == run
    for relation in NeighbourList.Relation:
        assert NeighbourList.objects.filter(run=run, relation=relation).count() == 60, relation
    assert set(ShopperList.objects.filter(run=run).values_list("task", flat=True)) == {"next", "novel"}
    row = ShopperList.objects.filter(run=run, task="next").first()
    assert all(0 < score < 1 for score in row.scores)
    assert list(row.scores) == sorted(row.scores, reverse=True)
    assert ItemVector.objects.filter(run=run).count() == 60
    assert not list(shelves.iterdir()), "the log does not stay behind"

    monkeypatch.setattr(job, "learn", lambda log, **more: spoilt(learn(log, **without(more, "engine"))))
    refused = trained(now)
    assert refused.status == TrainingRun.Status.REFUSED
    assert "no numbers" in refused.verdict_told
    assert served() == run


def trained(now):
    run = request_training(asked_by="test", now=now)
    job.work_off_training()
    run.refresh_from_db()
    return run


def without(values, name):
    return {key: value for key, value in values.items() if key != name}


def spoilt(model):
    return replace(model, vectors=replace(model.vectors, into=np.full_like(model.vectors.into, np.nan)))
