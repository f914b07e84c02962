"""Who the shop takes this person for, and what it would do next: read for the toolbar, and noted nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from personalization import shop
from personalization.events.consent import Purpose
from personalization.events.identifiers import first_id, moment_of
from personalization.events.kinds import Traffic, kinds
from personalization.events.models import Event
from personalization.guard import unhurried
from personalization.jobs.back_office import ago
from personalization.people.persons import number_of
from personalization.people.segments.models import Membership, Segment
from personalization.people.visits import BEFORE
from personalization.storefront.popups import ledger, showing
from personalization.storefront.popups.models import Popup
from personalization.storefront.popups.reasons import REASONS
from personalization.storefront.popups.views import is_left_in_peace
from personalization.storefront.popups.weighing import Asked, scene_of, weigh
from personalization.storefront.request import Page
from personalization.storefront.slots.choice import is_in_share
from personalization.storefront.slots.models import Banner

EVENTS = 15


@dataclass(frozen=True)
class Row:
    """Something with its state, why, and where it is edited; `tone` is good, wait, bad or off."""

    name: str
    what: str
    tone: str = "off"
    url: str = ""
    when: str = ""


def events_of(page: Page) -> list[Row]:
    """What the log knows of this visit, the newest first."""
    visit = page.gathered.visit if page.gathered else None
    if visit is None or page.person.visitor_id is None:
        return []
    since = first_id(moment_of(visit.id) - BEFORE)
    mine = Event.objects.filter(visitor_id=page.person.visitor_id, visit_id=visit.id, id__gte=since)
    rows = list(mine.order_by("-id")[:EVENTS])
    titles = shop.titles([one.product_id for one in rows])
    return [Row(_kind(one.kind), _about(one, titles), when=ago(one.happened_at, now=page.now)) for one in rows]


def segments_of(page: Page) -> list[Row]:
    """Those that hold this person now, stored ones with since when."""
    held, number = set(page.standing.all_held()), number_of(page.person)
    stored = Membership.objects.filter(part=0, segment__in=held)
    since = dict(stored.filter(person=number).values_list("segment_id", "since")) if number else {}
    return [
        Row(
            segment.name,
            _("by this visit") if segment.is_live else ago(since.get(segment.pk), now=page.now),
            "good",
            reverse("admin:personalization_segment_change", args=[segment.pk]),
        )
        for segment in Segment.objects.filter(pk__in=held)
    ]


def banners_of(page: Page, slots: list[list[Any]]) -> list[tuple[str, list[Row]]]:
    """Of each slot of the page all that are live in it, in their order, and why not those that are not there."""
    live: dict[str, list[Banner]] = {}
    for banner in Banner.objects.live(page.now).filter(slot__in=[slot for slot, _chosen in slots]):
        live.setdefault(banner.slot, []).append(banner)
    return [(slot, [_banner(one, page, chosen) for one in live.get(slot, [])]) for slot, chosen in slots]


def popups_of(page: Page, note: Mapping[str, Any]) -> tuple[str, list[Row], str]:
    """Which one would come on this page, what stands in the way of the others, or of all of them."""
    if is_left_in_peace(str(note["path"])):
        return "", [], _("No pop-up ever comes on this page.")
    asked = Asked(note["kind"], note["product"], note["results"])
    visit = page.gathered.visit if page.gathered else None
    if visit is None or page.request is None:
        is_bot = page.gathered is not None and page.gathered.traffic == Traffic.BOT
        why = _("The shop takes this browser for a bot: it meets no pop-up.") if is_bot else ""
        return "", [], why or _("Without consent nobody is met by a pop-up.")
    carried = None if page.person.is_known else ledger.carried(page.request, visit.id)
    scene, rows, winner = scene_of(page, asked, carried=carried), list[Row](), ""
    for verdict in weigh(list(Popup.objects.at_hand()), scene):
        why = verdict.why_not or _emptiness(verdict.popup, page, asked, is_asked=not winner)
        if not why and not winner:
            winner = str(verdict.popup)
            rows.append(_popup(verdict.popup, _("comes, as soon as its moment has come"), "good"))
        else:
            rows.append(_popup(verdict.popup, str(REASONS[why or "behind"])))
    return winner, rows, ""


def consent_of(page: Page) -> list[str]:
    """What this browser agreed to."""
    if page.gathered is None or not page.gathered.consent.is_asked:
        return []
    agreed = page.gathered.consent.purposes
    return [str(label) for purpose, label in Purpose.LABELS.items() if purpose in agreed]


def _emptiness(popup: Popup, page: Page, asked: Asked, *, is_asked: bool) -> str:
    # Of those behind the one that comes nobody need know what they would hold.
    if not is_asked:
        return ""
    with unhurried():
        return "" if showing.content_of(popup, page, product_id=asked.product_id) else "empty"


def _popup(popup: Popup, what: str, tone: str = "off") -> Row:
    return Row(str(popup), what, tone, reverse("admin:personalization_popup_change", args=[popup.pk]))


def _banner(banner: Banner, page: Page, chosen: int | None) -> Row:
    url = reverse("admin:personalization_banner_change", args=[banner.pk])
    if banner.pk == chosen:
        return Row(str(banner), _("shown"), "good", url)
    return Row(str(banner), _why_not(banner, page), "off", url)


def _why_not(banner: Banner, page: Page) -> str:
    if not banner.is_on(page.now):
        return _("It is not live at this hour.")
    if not is_in_share(banner, page):
        return str(REASONS["other_arm"])
    if not page.is_for(banner):
        return str(REASONS["not_for_them"])
    return str(REASONS["behind"])


def _kind(name: str) -> str:
    return str(kinds.get(name).label) if name in kinds else name


def _about(event: Event, titles: Mapping[int, str]) -> str:
    if event.product_id is not None:
        return titles.get(event.product_id, f"#{event.product_id}")
    told = event.payload if isinstance(event.payload, dict) else {}
    return str(told.get("query") or told.get("name") or told.get("step") or told.get("path") or told.get("slot") or "")
