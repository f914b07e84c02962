"""The worker's part: takes up a replay that was asked for, and writes what came of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.timezone import get_default_timezone

from personalization.campaigns.state import Status as CampaignStatus
from personalization.events.person import Person
from personalization.jobs.asked_for import keep_newest, note, work_off
from personalization.jobs.claim import Claim
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


def work_off_replays(*, now: datetime | None = None) -> dict[str, Any] | None:
    """Does the oldest replay that waits, or that a dead worker left; None when there is none to do."""
    return work_off(PopupReplay, job=JOB, name="replay", do=_replay, now=now)


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
    note(row, status=Status.RUNNING, started_at=timezone.now(), progress=0.0, decided_by=deciding(popup))
    counts = replayed(popup, until=row.asked_at, days=row.days, report=lambda share: note(row, progress=share))
    note(row, status=Status.DONE, result=counts.stored(), finished_at=timezone.now(), progress=1.0)
    keep_newest(popup.replays.all(), KEPT)
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
