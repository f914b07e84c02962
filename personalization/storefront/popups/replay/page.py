"""The page of a replay: its sentence, its table, its days, and what nobody can know."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from personalization.charts.lines import Line, Lines
from personalization.jobs.back_office import minute_told, number_told
from personalization.storefront.popups.models import Popup
from personalization.storefront.popups.reasons import REASONS
from personalization.storefront.popups.replay import wording
from personalization.storefront.popups.replay.count import Count, Counts, counts_from, days_between
from personalization.storefront.popups.replay.models import PopupReplay

Done = PopupReplay.Status.DONE


@dataclass(frozen=True)
class ReplayPage:
    """All that the template shows of one replay."""

    sentence: str
    rows: tuple[tuple[str, str, str], ...]
    has_range: bool
    chart: Lines
    notes: tuple[str, ...]
    asked: str
    is_stale: bool


@dataclass(frozen=True)
class Newest:
    """What the form of a pop-up says of its newest replay."""

    sentence: str
    asked: str
    is_stale: bool


def page_of(row: PopupReplay, popup: Popup) -> ReplayPage:
    """A replay that is done."""
    counts = counts_from(row.result)
    return ReplayPage(
        sentence=wording.sentence(counts, days=row.days),
        rows=tuple(_rows(counts)),
        has_range=counts.sure != counts.most,
        chart=chart_of(counts, popup),
        notes=tuple(wording.notes(popup, counts)),
        asked=minute_told(row.asked_at),
        is_stale=row.is_stale,
    )


def newest_of(popup: Popup | None) -> Newest | None:
    """Of a pop-up that was replayed."""
    row = (
        PopupReplay.objects.filter(popup=popup, status=Done).select_related("popup").first()
        if popup and popup.pk
        else None
    )
    if row is None:
        return None
    return Newest(wording.sentence(counts_from(row.result), days=row.days), minute_told(row.asked_at), row.is_stale)


def chart_of(counts: Counts, popup: Popup) -> Lines:
    """Showings by day."""
    days = days_between(counts.first, counts.last)
    lines = [Line(_("at most"), [counts.most.days[one] for one in days])]
    if counts.sure != counts.most and counts.sure.showings:
        lines.append(Line(_("for sure"), [counts.sure.days[one] for one in days]))
    elif counts.sure == counts.most:
        lines = [Line(_("showings"), lines[0].values)]
    return Lines(
        key="pz-replay-days", title=_("Showings by day"), what=_("Day"), value=_("showings"),
        places=[date_format(date.fromisoformat(one), "j M") for one in days], lines=lines,
        csv=reverse("admin:personalization_popup_replay_csv", args=[popup.pk]),
    )  # fmt: skip


def _rows(counts: Counts) -> Iterator[tuple[str, str, str]]:
    yield _pair(_("Visits in these days"), counts.visits, counts.visits)
    yield _pair(_("People in these days"), counts.people, counts.people)
    yield _pair(_("Visits on which its moment came"), None, counts.moments)
    for name, of in _FIGURES:
        yield _pair(str(_(name)), getattr(counts.sure, of), getattr(counts.most, of))
    for why in sorted({*counts.sure.held, *counts.most.held}, key=lambda one: -counts.most.held[one]):
        told = _("Visits without it: %(why)s") % {"why": REASONS.get(why, why)}
        yield _pair(told, counts.sure.held[why], counts.most.held[why])
    yield (_("People who bought within the hour anyway"), _bought(counts.sure), _bought(counts.most))


_FIGURES = (
    (gettext_noop("Showings"), "showings"),
    (gettext_noop("People who would have seen it"), "people"),
    (gettext_noop("Visits with it"), "visits"),
)


def _pair(name: str, sure: int | None, most: int) -> tuple[str, str, str]:
    return name, "–" if sure is None else number_told(sure), number_told(most)


def _bought(count: Count) -> str:
    if not count.people:
        return "–"
    share = number_format(round(100 * count.bought / count.people))
    return _("%(n)s, %(share)s %%") % {"n": number_told(count.bought), "share": share}


def working(popup: Popup) -> list[PopupReplay]:
    """What is asked for and not done yet."""
    under_way = (PopupReplay.Status.WAITING, PopupReplay.Status.RUNNING)
    return list(PopupReplay.objects.filter(popup=popup, status__in=under_way).order_by("pk"))
