"""A shop chooses its trainer; where Spark is chosen and is not there, the run says what to do, and nothing changes."""

import sys

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from personalization.conf import conf
from personalization.events.sweep import import_history
from personalization.recommend.models import NeighbourList, TrainingRun
from personalization.recommend.requests import request_training
from personalization.recommend.train import model
from personalization.recommend.train.job import work_off_training
from personalization.recommend.train.spark import session
from personalization.recommend.train.trainer import trainer
from personalization.recommend.versions import publish, served
from tests.shelves import open_shop

asked = []


def own_engine(log, **more):
    """A trainer that a shop wrote itself."""
    asked.append(sorted(more))
    return model.learn(log, **more)


@pytest.fixture
def served_run(db):
    """A shop with a version that is served."""
    open_shop()
    import_history(now=timezone.now())
    run = TrainingRun.objects.create(asked_by="test", asked_at=timezone.now())
    NeighbourList.objects.create(
        run=run, relation="together", product_id=1, neighbour_ids=[2], scores=[1.0], supports=[1]
    )
    publish(run, now=timezone.now())
    return run


def refused(settings, master="local[2]"):
    settings.PERSONALIZATION_TRAINER = "spark"
    settings.PERSONALIZATION_SPARK_MASTER = master
    run = request_training(asked_by="test", now=timezone.now())
    work_off_training()
    run.refresh_from_db()
    assert run.status == TrainingRun.Status.REFUSED, run.verdict_told
    return run.verdict_told


def test_without_pyspark_the_run_names_the_package_and_the_served_model_stays(served_run, settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert "pip install 'django-oscar-personalization[spark]'" in refused(settings)
    assert served() == served_run


@pytest.mark.spark
def test_without_java_the_run_names_the_package_and_the_served_model_stays(served_run, settings, monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert "openjdk-17" in refused(settings)
    assert served() == served_run


@pytest.mark.spark
@pytest.mark.timeout(600)
# pyspark leaves the pipe to a Java that did not start to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_master_that_is_none_is_told_in_its_own_words(served_run, settings):
    assert "Spark did not start" in refused(settings, master="nonsense://cluster")
    assert served() == served_run


@pytest.mark.spark
@pytest.mark.timeout(600)
def test_after_a_training_no_java_is_left():
    from pyspark import SparkContext

    with session.opened() as spark:
        assert spark.range(3).count() == 3
        java = SparkContext._gateway.proc
        with session.opened() as inner:
            assert inner is spark
        assert java.poll() is None
    assert java.poll() is not None
    assert SparkContext._gateway is None


def test_an_engine_of_the_shop_s_own_trains_by_its_path(served_run, settings):
    TrainingRun.objects.filter(pk=served_run.pk).update(figures={})
    settings.PERSONALIZATION_GATE_COVERAGE = 0.0
    asked.clear()
    call_command("personalization_train", engine=f"{__name__}.own_engine")
    assert asked == [["progress", "settings"], ["blends", "previous", "progress", "settings"]]
    assert served() != served_run


def test_a_trainer_that_there_is_not_is_nonsense(settings):
    assert trainer() is model.learn
    settings.PERSONALIZATION_TRAINER = "hadoop"
    assert any("PERSONALIZATION_TRAINER" in fault for fault in conf.faults())


def test_a_command_whose_engine_there_is_not_says_so(served_run):
    with pytest.raises(CommandError, match="hadoop"):
        call_command("personalization_train", engine="hadoop")
