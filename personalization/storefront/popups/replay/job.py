"""The worker's part: takes up a replay that was asked for, and writes what came of it."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.timezone import get_default_timezone

from personalization.campaigns.state import Status as CampaignStatus
from personalization.conf import conf
from personalization.events.person import Person
from personalization.guard.failure import kind_and_message_of
from personalization.jobs.claim import Claim, once
from personalization.jobs.models import JobRun
from personalization.people.persons import number_of
from personalization.people.segments.past import live_segments, past_of
from personalization.recommend.facts.models import ProductFact
from personalization.storefront.popups.models import Popup
from personalization.storefront.popups.replay.count import Counts
from personalization.storefront.popups.replay.log import Deed, people_of, span_of
from personalization.storefront.popups.replay.models import PopupReplay, deciding
from personalization.storefront.popups.replay.person import Play, play

JOB = "replay pop-up"
# Of each pop-up, of those that are done.
KEPT = 5
# So many people's memberships are read at once.
TOGETHER = 500
Status = PopupReplay.Status
Report = Callable[[float], None]
logger = logging.getLogger("personalization")


def work_off_replays(*, now: datetime | None = None) -> dict[str, Any] | None:
    """Does the oldest replay that waits, or that a dead worker left; None when there is none to do."""
    moment = now or timezone.now()
    for one in PopupReplay.objects.filter(status__in=[Status.WAITING, Status.RUNNING]).order_by("pk"):
        if _given_up(one, now=moment):
            continue
        try:
            summary = once(JOB, period=str(one.pk), action=partial(_replay, one), now=moment)
        except Exception as error:
            logger.exception("replay %s failed", one.pk)
            told = kind_and_message_of(error)[:500]
            _note(one, status=Status.FAILED, error=told, finished_at=timezone.now())
            return {"replay": one.pk, "status": Status.FAILED.value}
        if summary is not None:
            return summary
    return None


def replayed(popup: Popup, *, until: datetime, days: int, report: Report = lambda _share: None) -> Counts:
    """What this pop-up, saved or not, would have done in these days."""
    span, local = span_of(popup.pk or 0, until=until, days=days), get_default_timezone()
    last = until - timedelta(microseconds=1)
    counts = Counts(
        first=span.since.astimezone(local).date().isoformat(), last=last.astimezone(local).date().isoformat()
    )
    as_if_live = _as_if_live(popup)
    facts = ProductFact.objects.values_list("product_id", "price")
    prices = {product: price for product, price in facts if price is not None}
    live, segment_ids = live_segments(), as_if_live.for_whom.segment_ids
    game = Play(as_if_live, span.since, prices, is_in=lambda *_asked: False)
    for number in range(span.slices):
        for people in _together(people_of(span, number)):
            past = past_of(_numbers(people), segment_ids, since=span.since, live=live)
            for deeds in people:
                play(deeds, replace(game, is_in=past.is_in), counts)
        report((number + 1) / span.slices)
    return counts


def _replay(row: PopupReplay, claim: Claim) -> dict[str, Any]:
    """One replay from the start to its end; done again after a crash, it comes to the same."""
    popup = Popup.objects.get(pk=row.popup_id)
    _note(row, status=Status.RUNNING, started_at=timezone.now(), progress=0.0, decided_by=deciding(popup))
    counts = replayed(popup, until=row.asked_at, days=row.days, report=lambda share: _note(row, progress=share))
    _note(row, status=Status.DONE, result=counts.stored(), finished_at=timezone.now(), progress=1.0)
    old = PopupReplay.objects.filter(popup=popup, status__in=[Status.DONE, Status.FAILED]).order_by("-pk")
    PopupReplay.objects.filter(pk__in=list(old.values_list("pk", flat=True)[KEPT:])).delete()
    return {"replay": row.pk, "status": Status.DONE.value}


def _as_if_live(popup: Popup) -> Popup:
    """Its hours of the week count, its dates do not: they say when it will come, not what it would have done."""
    copy = popup.copied(status=CampaignStatus.LIVE, starts_at=None, ends_at=None)
    copy.pk = popup.pk or 0
    return copy


def _together(people: Iterator[list[Deed]]) -> Iterator[list[list[Deed]]]:
    while some := list(islice(people, TOGETHER)):
        yield some


def _numbers(people: Iterable[list[Deed]]) -> set[Any]:
    found = {number_of(Person(one.visitor_id, one.user_id)) for deeds in people for one in deeds}
    return found - {None}


def _given_up(row: PopupReplay, *, now: datetime) -> bool:
    """Its worker died as often as it may: nobody takes it up again, and the page says so instead of "running"."""
    last = JobRun.objects.filter(job=JOB, period=str(row.pk), attempts__gte=conf.JOB_ATTEMPTS).first()
    if last is None or (last.status == JobRun.Status.RUNNING and last.lease_until >= now):
        return False
    _note(row, status=Status.FAILED, error=last.error or "The worker died.", finished_at=now)
    return True


def _note(row: PopupReplay, **values: Any) -> None:
    PopupReplay.objects.filter(pk=row.pk).update(**values)
