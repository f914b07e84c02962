"""The owner asks for a training, watches it, reads what became of it, and goes back to an older version."""

import inspect
from datetime import timedelta

import pytest
from django.test import Client

from personalization.recommend.models import NeighbourList, ServedModel, TrainingRun
from personalization.recommend.quality_chart import chart_of, measured_runs
from personalization.recommend.train import blend, tune
from personalization.recommend.versions import publish
from personalization.recommend.ways import WHYS
from tests.admin.stories import address, job, run_of
from tests.people import NOW, Shop

Status = TrainingRun.Status


def test_the_button_leaves_a_row_that_waits_for_the_worker(owner: Client) -> None:
    owner.post(address("trainingrun", "train"))
    owner.post(address("trainingrun", "train"))
    run = TrainingRun.objects.get()
    assert (run.status, run.asked_by) == (Status.WAITING, "olga")


def test_a_training_is_asked_for_by_a_button_and_not_by_a_link(owner: Client) -> None:
    assert owner.get(address("trainingrun", "train")).status_code == 405


def test_progress_is_told_while_it_runs(owner: Client) -> None:
    run = run_of(Status.RUNNING, finished_at=None, stage="learning: item2vec", progress=0.42)
    (told,) = owner.get(address("trainingrun", "progress")).json()["runs"]
    assert (told["id"], told["percent"], told["stage"]) == (run.pk, 42, "learning from everything")


def test_a_training_that_nobody_takes_up_is_noticed(owner: Client) -> None:
    job("refresh rankings")
    run_of(Status.WAITING, asked_at=NOW - timedelta(minutes=1))
    assert "no worker takes it up" not in owner.get(address("trainingrun")).content.decode()
    TrainingRun.objects.update(asked_at=NOW - timedelta(minutes=3))
    page = owner.get(address("trainingrun")).content.decode()
    assert "no worker takes it up" in page
    assert "celery -A" in page


def test_a_worker_that_fell_silent_is_noticed(owner: Client) -> None:
    job("refresh rankings", hours_ago=2)
    assert "The worker does not answer" in owner.get(address("trainingrun")).content.decode()


def test_quality_is_told_in_words(owner: Client) -> None:
    run_of(Status.RETIRED, lead=2.44)
    run_of(Status.REFUSED, lead=0.8)
    page = owner.get(address("trainingrun")).content.decode()
    assert "2.4 times as good as plain best sellers" in page
    assert "no better than plain best sellers" in page
    assert "1,234 order lines, 321 baskets, 45 shoppers, 67 products, 89 days" in page


def test_the_next_click_is_told_where_it_was_measured(owner: Client) -> None:
    run_of(Status.RETIRED, lead=2.44)
    assert "next click" not in owner.get(address("trainingrun")).content.decode()
    run_of(Status.RETIRED, figures={"lead": 2.44, "cases": 50, "click_lead": 3.26, "clicks": 800})
    page = owner.get(address("trainingrun")).content.decode()
    assert "the next click 3.3 times as good as what is looked at most" in page
    assert "3.26,800" in owner.get(address("trainingrun", "csv")).content.decode()


def test_it_says_what_puts_goods_in_order_and_why(owner: Client) -> None:
    few = "not enough visits (3 of 200): what is looked at follows what was bought"
    facts = {
        "blends": {
            "next": {"kind": "habit alone", "why": "too few purchases in the weeks held out"},
            "together": {"kind": "linear", "why": "LightGBM cannot be used here: libgomp.so.1 <gone>"},
        },
        "clicks": {"kind": "baskets", "why": few},
        "plan": {"steps": ["two windows", "80 rounds of trees"]},
    }
    run = run_of(Status.PUBLISHED, facts=facts)
    page = owner.get(address("trainingrun", "change", run.pk)).content.decode()
    assert "For you</strong>: habit" in page
    assert "the newest weeks have too few purchases to learn weights" in page
    assert "worker&#x27;s machine: libgomp.so.1 &lt;gone&gt;" in page
    assert "only 3 visits are known, 200 are needed" in page
    assert "2 parts of the practice were cut down" in page


@pytest.mark.parametrize(
    ("pace", "told"),
    [(1.0, "as fast as in most shops"), (4.0, "4 times as slow as"), (0.5, "2 times as fast as in most shops")],
)
def test_it_says_how_fast_interest_fades_here(owner: Client, pace: float, told: str) -> None:
    marks = {"pace": {"1": 1.0, "0.5": 0.98, "4": 1.1}}
    run = run_of(Status.PUBLISHED, facts={"searched": {"pace": pace, "taste_penalty": 100.0, "marks": marks}})
    page = owner.get(address("trainingrun", "change", run.pk)).content.decode()
    assert told in page
    assert "3 paces were tried on the shop&#x27;s own past" in page


@pytest.mark.parametrize("facts", [{}, {"blends": {"next": {"kind": "of your own", "why": "because"}}}])
def test_a_run_of_another_engine_is_told_as_far_as_it_tells(owner: Client, facts: dict[str, object]) -> None:
    run = run_of(Status.PUBLISHED, facts=facts)
    page = owner.get(address("trainingrun", "change", run.pk)).content.decode()
    assert ("of your own" in page) == ("blends" in facts)


@pytest.mark.parametrize("why", WHYS)
def test_the_words_are_for_reasons_that_learning_gives(why: str) -> None:
    assert f'"{why}"' in inspect.getsource(blend) + inspect.getsource(tune)


def test_the_picture_puts_a_better_version_higher() -> None:
    worse = TrainingRun(
        pk=1, asked_at=NOW - timedelta(days=2), figures={"lead": 1.0, "cases": 9}, status=Status.RETIRED
    )
    better = TrainingRun(pk=2, asked_at=NOW, figures={"lead": 2.0, "cases": 9}, status=Status.PUBLISHED)
    chart = chart_of([worse, better])
    first, second = chart.points
    assert second.y < first.y == chart.even
    assert first.x < second.x
    assert second.is_served


def test_the_numbers_can_be_taken_along(owner: Client) -> None:
    run_of(Status.RETIRED, lead=2.44)
    run_of(Status.FAILED)
    lines = owner.get(address("trainingrun", "csv")).content.decode().splitlines()
    assert len(lines) == 2
    assert "2.44" in lines[1]
    assert len(measured_runs()) == 1


def test_going_back_is_asked_first_and_then_done(owner: Client, filled_shop: Shop) -> None:
    old = TrainingRun.objects.get(status=Status.PUBLISHED)
    new = run_of(Status.RETIRED, lead=1.5)
    publish(new, now=NOW)
    question = owner.get(address("trainingrun", "serve", old.pk)).content.decode()
    assert f"Serve {old}" in question
    assert ServedModel.objects.get().run == new
    owner.post(address("trainingrun", "serve", old.pk))
    assert ServedModel.objects.get().run == old


def test_a_version_whose_tables_are_gone_is_not_served(owner: Client, filled_shop: Shop) -> None:
    served = ServedModel.objects.get().run
    empty = run_of(Status.RETIRED)
    assert not NeighbourList.objects.filter(run=empty).exists()
    page = owner.post(address("trainingrun", "serve", empty.pk), follow=True).content.decode()
    assert "its tables are gone" in page
    assert ServedModel.objects.get().run == served


def test_only_a_version_that_never_was_served_can_be_deleted(owner: Client, filled_shop: Shop) -> None:
    served, refused = TrainingRun.objects.get(status=Status.PUBLISHED), TrainingRun.objects.get(status=Status.REFUSED)
    assert owner.post(address("trainingrun", "delete", served.pk), {"post": "yes"}).status_code == 403
    owner.post(address("trainingrun", "delete", refused.pk), {"post": "yes"})
    assert list(TrainingRun.objects.all()) == [served]
