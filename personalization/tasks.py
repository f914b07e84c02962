"""Celery's face: each task calls one function and returns its small summary. A message only says "look again"."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from personalization.campaigns.offers.issue import issue_all
from personalization.campaigns.offers.keep import keep
from personalization.conf import conf
from personalization.events.beacon.quarantine import clear_quarantine
from personalization.events.bots import mark_bots
from personalization.events.daily import sum_days
from personalization.events.partitions import ensure_partitions
from personalization.events.retention import prune
from personalization.events.sweep import sweep
from personalization.insight import measures
from personalization.insight.people.looks import forget_looks
from personalization.jobs.claim import clear_old_runs, once, period_of
from personalization.people.clusters.job import cluster_shoppers
from personalization.people.journeys.follow import follow_visits, forget_visits
from personalization.people.predict import job as predict_job
from personalization.people.predict.requests import request_predictions
from personalization.people.profiles import refresh as profiles
from personalization.people.segments import refresh as segments
from personalization.people.strangers import forget_strangers
from personalization.people.weather.look import look_at_weather
from personalization.recommend.bundles import refresh as bundles
from personalization.recommend.evaluate.job import work_off_scorecards
from personalization.recommend.facts import refresh as facts
from personalization.recommend.groupings.grouping import group_shoppers
from personalization.recommend.rank import refresh_rankings
from personalization.recommend.requests import request_training
from personalization.recommend.scorecards.requests import request_scorecard
from personalization.recommend.searches.refresh import refresh_searches
from personalization.recommend.train import job
from personalization.storefront.judged import judged_blocks
from personalization.storefront.leads.send import send_due
from personalization.storefront.leads.take import forget_leads
from personalization.storefront.popups.replay.job import work_off_replays

Summary = dict[str, Any] | None


class LearningTask(Task):  # type: ignore[type-arg]
    """Takes minutes of a whole processor: it may have workers of its own."""

    abstract = True

    @property
    def queue(self) -> str | None:
        """Where its messages go, whoever sends them; None for the queue of all jobs."""
        return conf.TRAINING_QUEUE or None


WEEKLY, DAILY, HOURLY, HALF_HOURLY, OFTEN, SOON = (
    timedelta(days=7),
    timedelta(days=1),
    timedelta(hours=1),
    timedelta(minutes=30),
    timedelta(minutes=10),
    timedelta(minutes=5),
)


@shared_task(name="personalization.train")
def train() -> Summary:
    """Asks for the nightly training, once a day."""
    return _once("ask for training", every=DAILY, action=_ask_for_training)


@shared_task(name="personalization.work_off_training", base=LearningTask)
def work_off_training() -> Summary:
    """Does a training that waits."""
    return job.work_off_training()


@shared_task(name="personalization.ask_for_scorecard")
def ask_for_scorecard() -> Summary:
    """Asks for a scorecard, once a week."""
    return _once("ask for scorecard", every=WEEKLY, action=_ask_for_scorecard)


@shared_task(name="personalization.work_off_scorecards", base=LearningTask)
def work_off_scorecards_task() -> Summary:
    """Does a scorecard that waits."""
    now = timezone.now()
    return work_off_scorecards(blocks=lambda: judged_blocks(now=now), now=now)


@shared_task(name="personalization.predict")
def predict() -> Summary:
    """Asks for the nightly predictions, once a day."""
    return _once("ask for predictions", every=DAILY, action=_ask_for_predictions)


@shared_task(name="personalization.work_off_predictions", base=LearningTask)
def work_off_predictions() -> Summary:
    """Learns predictions that were asked for."""
    return predict_job.work_off_predictions()


@shared_task(name="personalization.refresh_rankings")
def refresh_rankings_task() -> Summary:
    """Works out best sellers and trends again, once in ten minutes."""
    return _once("refresh rankings", every=OFTEN, action=lambda now: refresh_rankings(now=now))


@shared_task(name="personalization.refresh_bundles")
def refresh_bundles_task() -> Summary:
    """Composes bundles for a new model or day, and asks what they save, once in ten minutes."""
    return _once(bundles.JOB, every=OFTEN, action=lambda now: bundles.refresh_bundles(now=now))


@shared_task(name="personalization.refresh_searches")
def refresh_searches_task() -> Summary:
    """Learns what people chose after their searches, once in ten minutes."""
    return _once("refresh searches", every=OFTEN, action=lambda now: refresh_searches(now=now))


@shared_task(name="personalization.refresh_facts")
def refresh_facts() -> Summary:
    """Looks at goods that changed, once in five minutes."""
    return _once(facts.CHANGED, every=SOON, action=lambda now: asdict(facts.refresh_changed(now=now)))


@shared_task(name="personalization.refresh_all_facts")
def refresh_all_facts() -> Summary:
    """Looks at all goods, once a day."""
    return _once(facts.ALL, every=DAILY, action=lambda now: asdict(facts.refresh_all(now=now)))


@shared_task(name="personalization.group_shoppers")
def group_shoppers_task() -> Summary:
    """Works out which shoppers are alike, once a day."""
    return _once("group shoppers", every=DAILY, action=lambda now: group_shoppers(now=now))


@shared_task(name="personalization.refresh_profiles")
def refresh_profiles() -> Summary:
    """Works out the profiles of those who did something since, once in ten minutes."""
    return _once("refresh profiles", every=OFTEN, action=lambda now: asdict(profiles.refresh(now=now)))


@shared_task(name="personalization.rebuild_profiles")
def rebuild_profiles() -> Summary:
    """Works out everybody's profile, once a day."""
    return _once("rebuild profiles", every=DAILY, action=lambda now: asdict(profiles.rebuild(now=now)))


@shared_task(name="personalization.follow_visits")
def follow_visits_task() -> Summary:
    """Works out how far visits went, once in ten minutes."""
    return _once("follow visits", every=OFTEN, action=lambda now: follow_visits(now=now))


@shared_task(name="personalization.cluster_shoppers", base=LearningTask)
def cluster_shoppers_task() -> Summary:
    """Finds groups of people alike by their profiles, once a day."""
    return _once("cluster shoppers", every=DAILY, action=lambda now: cluster_shoppers(now=now))


@shared_task(name="personalization.refresh_segments")
def refresh_segments() -> Summary:
    """Counts segments again that changed, or whose people did, once in ten minutes."""
    return _once("refresh segments", every=OFTEN, action=lambda now: segments.refresh_segments(now=now))


@shared_task(name="personalization.refresh_all_segments")
def refresh_all_segments() -> Summary:
    """Counts all segments, once a day: time alone takes people out."""
    return _once("refresh all segments", every=DAILY, action=lambda now: segments.refresh_all_segments(now=now))


@shared_task(name="personalization.look_at_weather")
def look_at_weather_task() -> Summary:
    """Asks for the weather, once in half an hour; nothing to do in a shop that names nobody who tells it."""
    return _once("look at weather", every=HALF_HOURLY, action=look_at_weather)


@shared_task(name="personalization.issue_codes")
def issue_codes() -> Summary:
    """Gives codes to all whom live offers mean, once in ten minutes."""
    return _once("issue codes", every=OFTEN, action=lambda now: asdict(issue_all(now=now)))


@shared_task(name="personalization.keep_offers")
def keep_offers() -> Summary:
    """Looks what is left of the budgets of offers, once in ten minutes."""
    return _once("keep offers", every=OFTEN, action=lambda now: asdict(keep(now=now)))


@shared_task(name="personalization.work_off_replays")
def work_off_replays_task() -> Summary:
    """Plays the last days again with a pop-up for which that was asked."""
    return work_off_replays()


@shared_task(name="personalization.send_letters")
def send_letters() -> Summary:
    """Sends what those who left an address wait for."""
    return send_due(now=timezone.now())


@shared_task(name="personalization.sweep_orders")
def sweep_orders() -> Summary:
    """Compares orders and log, once in ten minutes."""
    return _once("sweep orders", every=OFTEN, action=lambda now: asdict(sweep(now=now)))


@shared_task(name="personalization.make_partitions")
def make_partitions() -> Summary:
    """Keeps the log's next months ready and forgets old job runs, once a day."""
    return _once("make partitions", every=DAILY, action=_make_room)


@shared_task(name="personalization.mark_bots")
def mark_bots_task() -> Summary:
    """Marks visitors that are no people by what they do, once an hour."""
    return _once("mark bots", every=HOURLY, action=lambda now: mark_bots(now=now))


@shared_task(name="personalization.sum_days")
def sum_days_task() -> Summary:
    """Makes the daily figures of the days that have none yet, or not all, once an hour."""
    return _once("sum days", every=HOURLY, action=sum_days)


@shared_task(name="personalization.prune")
def prune_task() -> Summary:
    """Lets go of events and strangers that are too old, once a day."""
    return _once("prune", every=DAILY, action=_let_go)


@shared_task(name="personalization.tell_health")
def tell_health() -> Summary:
    """Writes lags, ages and counts into the log as one line, once in ten minutes."""
    return _once("tell health", every=OFTEN, action=lambda now: {"told": len(measures.tell(now=now))})


def _once(name: str, *, every: timedelta, action: Callable[[datetime], dict[str, Any]]) -> Summary:
    now = timezone.now()
    return once(name, period=period_of(now, every=every), action=lambda _: action(now), now=now)


def _ask_for_training(now: datetime) -> dict[str, Any]:
    return {"run": request_training(asked_by="schedule", now=now).pk}


def _ask_for_scorecard(now: datetime) -> dict[str, Any]:
    return {"scorecard": request_scorecard(asked_by="schedule", now=now).pk}


def _ask_for_predictions(now: datetime) -> dict[str, Any]:
    return {"prediction": request_predictions(asked_by="schedule", now=now).pk}


def _let_go(now: datetime) -> dict[str, Any]:
    # Visits after the strangers whose they were.
    return prune(now) | forget_strangers(now) | forget_looks(now) | forget_visits(now) | forget_leads(now)


def _make_room(now: datetime) -> dict[str, Any]:
    forgotten = {"forgotten": clear_old_runs(now), "unreadable": clear_quarantine(now)}
    return {"made": ensure_partitions(now)} | forgotten
