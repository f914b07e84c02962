"""Publishing and rolling back: one flip, and a page sees one version."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from personalization.recommend.models import ItemVector, NeighbourList, ServedModel, TrainingRun
from personalization.recommend.tables import Tables
from personalization.recommend.versions import NotServable, clear_old_versions, publish, roll_back, served
from tests.people import NOW

Status = TrainingRun.Status


def trained(neighbour: int) -> TrainingRun:
    """A version that says of product 1 only this."""
    run = TrainingRun.objects.create(status=Status.RUNNING, asked_by="test", asked_at=NOW)
    NeighbourList.objects.create(
        run=run, relation="similar", product_id=1, neighbour_ids=[neighbour], scores=[1.0], supports=[1]
    )
    return run


def said(tables: Tables) -> list[int]:
    return [one.product_id for one in tables.neighbours("similar", [1])]


@pytest.fixture
def three(db) -> list[TrainingRun]:
    """Three nights, each published."""
    runs = [trained(neighbour) for neighbour in (11, 12, 13)]
    for night, run in enumerate(runs):
        publish(run, now=NOW + timedelta(days=night))
    return [TrainingRun.objects.get(pk=run.pk) for run in runs]


def test_the_last_published_is_served_and_those_before_are_kept(three):
    assert [run.status for run in three] == [Status.RETIRED, Status.RETIRED, Status.PUBLISHED]
    assert served() == three[2]
    assert said(Tables()) == [13]


def test_rolling_back_is_one_flip_and_twice_returns_to_the_start(three):
    roll_back(three[0], now=NOW)
    assert (served(), said(Tables())) == (three[0], [11])
    roll_back(TrainingRun.objects.get(pk=three[2].pk), now=NOW)
    assert (served(), said(Tables())) == (three[2], [13])
    assert TrainingRun.objects.filter(status=Status.PUBLISHED).count() == 1


@pytest.mark.parametrize("status", [Status.FAILED, Status.REFUSED, Status.WAITING, Status.PUBLISHED])
def test_what_was_not_served_before_can_t_be_rolled_back_to(three, status):
    TrainingRun.objects.filter(pk=three[2].pk).update(status=Status.RETIRED)
    TrainingRun.objects.filter(pk=three[0].pk).update(status=status)
    with pytest.raises(NotServable):
        roll_back(TrainingRun.objects.get(pk=three[0].pk), now=NOW)


def test_a_version_without_its_tables_can_t_be_rolled_back_to(three):
    NeighbourList.objects.filter(run=three[0]).delete()
    with pytest.raises(NotServable):
        roll_back(three[0], now=NOW)
    assert served() == three[2]


def test_a_publication_that_breaks_leaves_the_one_before(three, monkeypatch):
    def die(*args, **kwargs):
        raise MemoryError

    new = trained(14)
    monkeypatch.setattr(type(ServedModel.objects.all()), "update_or_create", die)
    with pytest.raises(MemoryError), transaction.atomic():
        publish(new, now=NOW)
    assert served() == three[2]
    assert TrainingRun.objects.get(pk=new.pk).status == Status.RUNNING


def test_a_page_sees_one_version_although_another_is_published_meanwhile(three):
    page = Tables()
    assert said(page) == [13]
    NeighbourList.objects.create(
        run=three[2], relation="similar", product_id=2, neighbour_ids=[23], scores=[1.0], supports=[1]
    )
    publish(trained(14), now=NOW)
    assert [one.product_id for one in page.neighbours("similar", [1, 2])] == [13, 23]
    assert said(Tables()) == [14]


def test_a_page_reads_nothing_twice(three, django_assert_num_queries):
    page = Tables()
    said(page)
    with django_assert_num_queries(0):
        said(page)


def test_old_versions_are_cleared_but_never_the_served_one(three, settings):
    settings.PERSONALIZATION_KEPT_VERSIONS = 2
    roll_back(three[0], now=NOW + timedelta(days=9))
    roll_back(TrainingRun.objects.get(pk=three[2].pk), now=NOW + timedelta(days=10))
    ItemVector.objects.create(run=three[1], product_id=1, inward=b"", outward=b"")
    assert clear_old_versions() == 1
    assert set(NeighbourList.objects.values_list("run_id", flat=True)) == {three[0].pk, three[2].pk}
    assert not ItemVector.objects.exists()
    assert TrainingRun.objects.count() == 3


def test_what_is_being_trained_is_not_cleared(three):
    run = trained(14)
    clear_old_versions()
    assert NeighbourList.objects.filter(run=run).exists()


@pytest.mark.usefixtures("transactional_db")
def test_eight_publications_at_once_leave_one_version_served():
    runs, door = [trained(10 + night) for night in range(8)], Barrier(8)

    def flip(run: TrainingRun) -> None:
        try:
            door.wait()
            publish(run, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(flip, runs))
    assert TrainingRun.objects.get(status=Status.PUBLISHED) == served()
    assert TrainingRun.objects.filter(status=Status.RETIRED).count() == 7
