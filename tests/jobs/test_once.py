"""A period of a job is done once, however many workers there are and whatever becomes of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from personalization.jobs.claim import KEPT, Claim, LostClaim, claim, clear_old_runs, once, period_of
from personalization.jobs.models import JobRun
from tests.people import NOW

Status = JobRun.Status
LATER = NOW + timedelta(minutes=2)


class Burnt(RuntimeError):
    """The toast is black."""


def toast(_: Claim) -> dict:
    return {"slices": 2}


def burn(_: Claim) -> dict:
    raise Burnt("black")


def of(run: JobRun) -> Claim:
    return Claim(run.pk, run.token)


@pytest.mark.usefixtures("transactional_db")
def test_a_period_runs_once_with_eight_workers_at_the_door():
    door, done = Barrier(8), []

    def work(_: int) -> object:
        try:
            door.wait()
            return once("toast", period="monday", action=lambda _: done.append(1) or {"slices": 2}, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as workers:
        summaries = list(workers.map(work, range(8)))
    assert done == [1]
    assert summaries.count(None) == 7
    assert JobRun.objects.get().status == Status.DONE


@pytest.mark.django_db
class TestOnce:
    def test_old_periods_are_forgotten_but_never_one_in_work(self):
        once("toast", period="long ago", action=toast, now=NOW - KEPT - timedelta(days=1))
        claim("toast", period="in work", now=NOW - KEPT - timedelta(days=1))
        once("toast", period="lately", action=toast, now=NOW - KEPT + timedelta(days=1))
        assert clear_old_runs(NOW) == 1
        assert set(JobRun.objects.values_list("period", flat=True)) == {"in work", "lately"}

    def test_what_is_done_is_not_done_again(self):
        assert once("toast", period="monday", action=toast, now=NOW) == {"slices": 2}
        assert once("toast", period="monday", action=burn, now=LATER) is None

    def test_the_next_period_runs(self):
        once("toast", period="monday", action=toast, now=NOW)
        assert once("toast", period="tuesday", action=toast, now=NOW) == {"slices": 2}

    def test_another_job_runs_in_the_same_period(self):
        once("toast", period="monday", action=toast, now=NOW)
        assert once("tea", period="monday", action=toast, now=NOW) == {"slices": 2}

    def test_the_summary_stands_in_the_row(self):
        once("toast", period="monday", action=toast, now=NOW)
        run = JobRun.objects.get()
        assert (run.status, run.summary, run.attempts, run.error) == (Status.DONE, {"slices": 2}, 1, "")
        assert run.finished_at is not None

    def test_a_failing_job_says_why_and_is_raised(self):
        with pytest.raises(Burnt):
            once("toast", period="monday", action=burn, now=NOW)
        run = JobRun.objects.get()
        assert (run.status, run.error) == (Status.FAILED, "Burnt: black")

    def test_a_failing_job_is_left_alone_after_three_attempts(self):
        for _ in range(3):
            with pytest.raises(Burnt):
                once("toast", period="monday", action=burn, now=NOW)
        assert once("toast", period="monday", action=toast, now=NOW) is None
        run = JobRun.objects.get()
        assert (run.status, run.attempts) == (Status.FAILED, 3)

    def test_a_failed_job_may_do_better_the_second_time(self):
        with pytest.raises(Burnt):
            once("toast", period="monday", action=burn, now=NOW)
        assert once("toast", period="monday", action=toast, now=NOW) == {"slices": 2}
        assert JobRun.objects.get().error == ""


@pytest.mark.django_db
class TestAWorkerThatDied:
    def test_keeps_its_claim_as_long_as_its_lease(self, settings):
        settings.PERSONALIZATION_LEASE = timedelta(seconds=60)
        claim("toast", period="monday", now=NOW)
        assert claim("toast", period="monday", now=NOW + timedelta(seconds=60)) is None

    def test_is_followed_by_another_when_its_lease_has_run_out(self):
        dead = claim("toast", period="monday", now=NOW)
        heir = claim("toast", period="monday", now=LATER)
        assert heir.token != dead.token
        assert heir.attempts == 2

    def test_in_the_third_attempt_is_not_followed_and_the_row_says_so(self):
        for attempt in range(3):
            assert claim("toast", period="monday", now=NOW + attempt * timedelta(minutes=2)) is not None
        assert claim("toast", period="monday", now=NOW + timedelta(minutes=6)) is None
        run = JobRun.objects.get()
        assert run.status == Status.FAILED
        assert "died" in run.error

    def test_and_comes_back_can_t_finish_the_job(self):
        def sleep_through_the_lease(_: Claim) -> dict:
            claim("toast", period="monday", now=NOW + timedelta(days=1))
            return {"slices": 99}

        once("toast", period="monday", action=sleep_through_the_lease, now=NOW)
        run = JobRun.objects.get()
        assert (run.status, run.summary) == (Status.RUNNING, {})

    def test_and_comes_back_can_t_mark_it_failed(self):
        def sleep_and_burn(_: Claim) -> dict:
            claim("toast", period="monday", now=NOW + timedelta(days=1))
            raise Burnt

        with pytest.raises(Burnt):
            once("toast", period="monday", action=sleep_and_burn, now=NOW)
        assert JobRun.objects.get().status == Status.RUNNING

    def test_and_comes_back_may_not_publish(self):
        dead = of(claim("toast", period="monday", now=NOW))
        heir = of(claim("toast", period="monday", now=LATER))
        with pytest.raises(LostClaim), transaction.atomic():
            dead.hold()
        heir.hold()


@pytest.mark.usefixtures("transactional_db")
def test_a_worker_at_work_renews_its_lease(settings):
    settings.PERSONALIZATION_LEASE = timedelta(milliseconds=60)
    renewed = Event()
    update = QuerySet.update

    def watched(self, **values):
        done = update(self, **values)
        if set(values) == {"lease_until"}:
            renewed.set()
        return done

    with mock.patch.object(QuerySet, "update", watched):
        once("toast", period="monday", action=lambda _: {"renewed": renewed.wait(20)})
    assert JobRun.objects.get().summary == {"renewed": True}


@pytest.mark.usefixtures("transactional_db")
def test_a_lease_survives_a_renewal_that_failed(settings, caplog):
    settings.PERSONALIZATION_LEASE = timedelta(milliseconds=60)
    renewed, failures = Event(), []
    update = QuerySet.update

    def fails_once(self, **values):
        if set(values) == {"lease_until"} and not failures:
            failures.append(1)
            raise DatabaseError("the server went away")
        done = update(self, **values)
        if set(values) == {"lease_until"}:
            renewed.set()
        return done

    with mock.patch.object(QuerySet, "update", fails_once):
        once("toast", period="monday", action=lambda _: {"renewed": renewed.wait(20)})
    assert JobRun.objects.get().summary == {"renewed": True}
    assert len(caplog.records) == 1


class TestPeriod:
    def test_a_period_is_named_by_its_start(self):
        assert period_of(datetime(2026, 3, 10, 12, 34, tzinfo=UTC), every=timedelta(minutes=10)) == (
            "2026-03-10T12:30:00+00:00"
        )

    @pytest.mark.parametrize("zone", ["Europe/Kyiv", "America/New_York", "Australia/Lord_Howe", "UTC"])
    @pytest.mark.parametrize("every", [timedelta(minutes=10), timedelta(days=1)], ids=["ten minutes", "a day"])
    def test_no_change_of_the_clocks_moves_doubles_or_skips_a_period(self, zone, every):
        start = datetime(2026, 1, 1, tzinfo=UTC)
        moments = [start + every * step for step in range(365 * 144 if every.days == 0 else 365)]
        told = [period_of(moment.astimezone(ZoneInfo(zone)), every=every) for moment in moments]
        assert told == [moment.isoformat() for moment in moments]
