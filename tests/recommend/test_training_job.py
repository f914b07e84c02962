"""The gate: twelve ways to spoil a training, and the served version stays each time, with the reason told."""

import time
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from django.db import DatabaseError, transaction
from django.test import TestCase
from django.utils import timezone

from personalization.events.models import Event
from personalization.events.sweep import import_history
from personalization.jobs.models import JobRun
from personalization.recommend.models import NeighbourList, TrainingRun
from personalization.recommend.requests import request_training
from personalization.recommend.tables import Tables
from personalization.recommend.train import job
from personalization.recommend.train.answers import Lists, Neighbours, Vectors
from personalization.recommend.versions import NotServable, roll_back, served
from tests.shelves import open_shop

Status = TrainingRun.Status
_learned = {}


class Spoilt:
    """A model with some of its answers replaced."""

    def __init__(self, model, **spoilt):
        self._model, self._spoilt = model, spoilt

    def __getattr__(self, name):
        return self._spoilt.get(name) or getattr(self._model, name)


@pytest.mark.timeout(400)
class TrainingJobTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        open_shop()
        import_history(now=timezone.now())
        cls.now = timezone.now()
        cls.good = cls._train(cls)

    @pytest.fixture(autouse=True)
    def _patches(self, monkeypatch, settings):
        self.monkeypatch, self.settings = monkeypatch, settings

    def _train(self, learn=None):
        """One training to its end; what was really learned is learned once and kept, for speed."""
        run = request_training(asked_by="test", now=self.now)
        real, job.learn = job.learn, learn or _learn_once
        try:
            job.work_off_training()
        finally:
            job.learn = real
        run.refresh_from_db()
        return run

    def _refused(self, run, because, *, status=Status.REFUSED):
        assert run.status == status, run.verdict_told
        assert because in run.verdict_told
        assert served() == self.good
        assert not NeighbourList.objects.filter(run=run).exists()
        assert Tables().run_id == self.good.pk

    def _spoil(self, **spoilt):
        return self._train(lambda log, **more: Spoilt(_learn_once(log, **more), **spoilt))

    def test_a_good_run_is_served_with_its_figures(self):
        assert self.good.status == Status.PUBLISHED
        assert self.good.figures["lead"] > 1
        assert self.good.facts["baskets"] == 240
        assert self.good.progress == 1
        assert NeighbourList.objects.filter(run=self.good).exists()

    def test_empty_data_is_refused(self):
        Event.objects.all().delete()
        self._refused(self._train(), "Too few orders")

    def test_a_single_product_is_refused(self):
        Event.objects.exclude(product_id=Event.objects.first().product_id).delete()
        self.settings.PERSONALIZATION_TRAIN_MINIMUM_BASKETS = 2
        self._refused(self._train(), "Only one product")

    def test_vectors_that_are_no_numbers_are_refused(self):
        vectors = _vectors(spoil=lambda table: np.full_like(table, np.nan))
        self._refused(self._spoil(vectors=vectors), "no numbers")

    def test_vectors_of_a_wrong_dimension_are_refused(self):
        self._refused(self._spoil(vectors=_vectors(spoil=lambda table: table[:, :3])), "wrong shape")

    def test_ninety_percent_of_the_products_missing_is_refused(self):
        def learn(log, **more):
            model = _learn_once(log, **more)

            def together(products, k):
                found = model.together(products, k)
                neighbour = found.neighbour.copy()
                if len(products) == len(log.catalogue.product):
                    neighbour[len(products) // 10 :] = -1
                return replace(found, neighbour=neighbour)

            return Spoilt(model, together=together)

        self._refused(self._train(learn), "the served version knows")

    def test_shuffled_ids_are_refused(self):
        calls = []

        def learn(log, **more):
            calls.append(log)
            model = _learn_once(log, **more)
            return model if len(calls) == 1 else Spoilt(model, together=_shuffled(model, log))

        self._refused(self._train(learn), "mixed up")

    def test_running_out_of_memory_changes_nothing(self):
        self._refused(self._train(_raising(MemoryError("no more"))), "MemoryError", status=Status.FAILED)

    def test_a_full_disk_while_storing_changes_nothing(self):
        def full(*args, **kwargs):
            raise DatabaseError("could not extend file: No space left on device")

        self.monkeypatch.setattr(job, "store", full)
        self._refused(self._train(), "No space left", status=Status.FAILED)

    def test_a_hang_is_stopped_by_the_time_limit(self):
        def learn(log, *, progress, **more):
            for _ in range(1000):
                time.sleep(0.005)
                progress("item2vec", 0.1)

        self.settings.PERSONALIZATION_TRAIN_TIME_LIMIT = timedelta(milliseconds=20)
        self._refused(self._train(learn), "time limit")

    def test_a_worker_that_dies_every_time_is_given_up(self):
        run = request_training(asked_by="test", now=self.now)
        TrainingRun.objects.filter(pk=run.pk).update(status=Status.RUNNING)
        long_ago = timezone.now() - timedelta(hours=1)
        JobRun.objects.create(
            job="train", period=str(run.pk), attempts=3, token="0" * 32, started_at=long_ago, lease_until=long_ago
        )
        assert job.work_off_training() is None
        run.refresh_from_db()
        self._refused(run, "died 3 times", status=Status.FAILED)

    def test_a_fifth_worse_than_the_served_version_is_refused(self):
        lead = self.good.figures["lead"]
        TrainingRun.objects.filter(pk=self.good.pk).update(figures=self.good.figures | {"lead": lead / 0.8})
        self._refused(self._train(), "the served version led")

    def test_nothing_but_popularity_is_refused(self):
        def learn(log, **more):
            popular = np.unique(log.purchases.product, return_counts=True)
            best = popular[0][np.argsort(-popular[1], kind="stable")]
            return Spoilt(_learn_once(log, **more), together=_everybody(best), next=_everybody_shopper(best))

        run = self._train(learn)
        assert run.status == Status.REFUSED
        assert served() == self.good

    def test_rolling_back_twice_returns_to_the_start(self):
        second = self._train()
        assert served() == second
        self.good.refresh_from_db()
        roll_back(self.good, now=timezone.now())
        assert served() == self.good
        second.refresh_from_db()
        roll_back(second, now=timezone.now())
        assert served() == second

    def test_a_version_whose_tables_are_gone_cannot_be_served_again(self):
        second = self._train()
        self.good.refresh_from_db()
        NeighbourList.objects.filter(run=self.good).delete()
        with pytest.raises(NotServable), transaction.atomic():
            roll_back(self.good, now=timezone.now())
        assert served() == second

    def test_only_the_last_three_versions_keep_their_tables(self):
        runs = [self.good, *(self._train() for _ in range(3))]
        kept = [NeighbourList.objects.filter(run=run).exists() for run in runs]
        assert kept == [False, True, True, True]


def _learn_once(log, **more):
    key = (len(log.purchases.product), int(log.purchases.product.sum()))
    if key not in _learned:
        _learned[key] = _REAL_LEARN(log, **more)
    return _learned[key]


_REAL_LEARN = job.learn


def _vectors(*, spoil):
    size = 64
    products = np.arange(5, dtype=np.int64)
    table = np.ones((5, size), dtype=np.float32)
    return Vectors(products, spoil(table), spoil(table))


def _raising(error):
    def learn(log, **more):
        raise error

    return learn


def _shuffled(model, log):
    ids = log.catalogue.product
    to = dict(zip(ids.tolist(), np.random.default_rng(3).permutation(ids).tolist(), strict=True))

    def together(products, k):
        found = model.together(products, k)
        mixed = np.array([[to.get(one, -1) for one in row] for row in found.neighbour.tolist()], dtype=np.int64)
        return replace(found, neighbour=mixed)

    return together


def _everybody(best):
    def together(products, k):
        rows = np.tile(best[:k], (len(products), 1))
        return Neighbours(products, rows, np.ones(rows.shape, np.float32), np.ones(rows.shape, np.int32))

    return together


def _everybody_shopper(best):
    def following(shoppers, k, *, now_day):
        rows = np.tile(best[:k], (len(shoppers), 1))
        ones = np.ones(rows.shape)
        return Lists(shoppers, rows, ones.astype(np.float32), ones.astype(np.uint8), rows)

    return following
