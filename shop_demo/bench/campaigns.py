"""What a page waits for where many campaigns are live: the question for pop-ups, a slot of banners, a place of blocks.

As hard as it gets: all but the last are for somebody else, so each is asked to the end, half of them about segments of
the night and half about segments that the visit decides. The browser goes through the whole of the shop's middleware.
"""

import gzip
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection
from django.template import engines
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from personalization.events import record
from personalization.events.consent import STORING, Consent
from personalization.events.person import Person
from personalization.people.persons import number_of
from personalization.people.segments.members import recount
from personalization.people.segments.models import Membership, Segment
from personalization.storefront.models import Block
from personalization.storefront.popups.models import Popup, PopupShowing
from personalization.storefront.slots.models import Banner
from shop_demo.bench.people.fill import settle
from shop_demo.bench.people.trees import rule
from shop_demo.bench.serving import request_of
from shop_demo.bench.serving_line import Line
from shop_demo.bench.shoppers import agreed, become, browser, forget

MOST, SEGMENTS = 200, 200
NUMBERS = (1, 50, MOST)
BANNERS = (1, 50)
# So many are asked in a row before another number of campaigns is live: the first one of them reads what changed.
IN_A_ROW = 10
SHOWINGS = 12
LAST = "Hello"
DECISION, FIRST = "decision", ", the first after a change"
TEXTS = {"en": {"title": LAST, "text": "Good to see you.", "button": "Have a look"}}
TABLES = ", ".join(f"personalization_{name}" for name in ("popup", "banner", "block", "segment", "segmentclock"))
SCRIPTS = ("popups.js", "personalization.js")
VISITOR = uuid.UUID("0190a000-0000-7000-8000-000000000001")


def fill() -> None:
    """The segments, and the campaigns for them: paused, until they are measured."""
    now = timezone.now()
    for number in range(SEGMENTS):
        one = Segment.objects.create(name=f"Segment {number}", tree=_tree(number))
        recount(one, now=now)
    ids = list(Segment.objects.order_by("pk").values_list("pk", flat=True))
    all_but_some = {"not_in": [ids[-1]]}
    audiences = [_nobody_we_know(ids, number) for number in range(MOST - 1)] + [all_but_some]
    held_back: dict[str, Any] = {"status": "paused", "texts": TEXTS}
    Popup.objects.bulk_create(
        Popup(name=f"Pop-up {number}", priority=number, audience=audience, trigger="time_on_page", **held_back)
        for number, audience in enumerate(audiences)
    )
    Banner.objects.bulk_create(
        Banner(slot="home-hero", name=f"Banner {number}", priority=number, audience=audience, **held_back)
        for number, audience in enumerate(audiences)
    )
    Block.objects.bulk_create(
        Block(slot="home-1", position=number, strategy="bestsellers", audience=audience, status="paused")
        for number, audience in enumerate(audiences[:-1])
    )


def _tree(number: int) -> dict[str, Any]:
    if number % 2 == 0:
        return rule("orders", least=1 + number)
    later = rule("visit_number", least=2 + number)
    return later if number % 4 == 1 else {"any": [later, rule("orders", least=500 + number)]}


def _nobody_we_know(ids: Sequence[int], number: int) -> dict[str, list[int]]:
    # The visitor of the bench is a member of every segment of the night, and no live one holds them.
    return {"not_in" if number % 2 == 0 else "in": [ids[number % len(ids)]]}


def measure(*, rounds: int) -> list[Line]:
    """Every line so many times, the numbers of campaigns in turn, so that a busy minute falls on each alike."""
    lines: dict[str, Line] = {}
    with agreed(), _visitor() as client:
        for _turn in range(max(1, rounds // IN_A_ROW)):
            for name, number, work in _works(client):
                first, later = (lines.setdefault(one, Line(one)) for one in (f"{name}{FIRST}", name))
                _live(number)
                first.time(work)
                later.count(work)
                for _again in range(min(IN_A_ROW, rounds)):
                    later.time(work)
        _live(0)
    return [one for one in lines.values() if FIRST not in one.name or DECISION in one.name]


def scripts() -> Iterator[tuple[str, int]]:
    """Each of the storefront's scripts, and its bytes in gzip."""
    for name in SCRIPTS:
        source = settings.BASE_DIR / "static/personalization" / name
        yield name, len(gzip.compress(source.read_bytes(), 9))


def _works(client: Client) -> Iterator[tuple[str, int, Any]]:
    yield "select 1", 0, _select_one
    yield "the door alone: a page that is left in peace", 0, partial(_decision, client, page="/checkout/", expected=0)
    for number in NUMBERS:
        yield f"{DECISION}, {_told(number)}", number, partial(_decision, client, page="/catalogue/", expected=1)
    for number in BANNERS:
        line = '{% content_slot "home-hero" %}{% endcontent_slot %}'
        yield f"a slot, {_told(number)}", number, partial(_rendered, line, expected=LAST)
    for number in BANNERS:
        yield f"a place of blocks for others, {_told(number)}", number, partial(_rendered, '{% block_at "home-1" %}')


def _told(number: int) -> str:
    return f"{number} live" if number > 1 else "1 live"


def _live(number: int) -> None:
    """So many of each are live: the last ones, of which the very last is for whoever looks."""
    for model in (Popup, Banner, Block):
        rows = model._default_manager.order_by("-pk")
        wanted = list(rows.values_list("pk", flat=True)[:number])
        rows.filter(status="live").exclude(pk__in=wanted).update(status="paused")
        rows.filter(pk__in=wanted, status="paused").update(status="live")
    # What autovacuum would do meanwhile: nobody switches two hundred campaigns every second.
    settle(TABLES)


@contextmanager
def _visitor() -> Iterator[Client]:
    """On the second page of a visit, in every stored segment, and interrupted now and then long ago."""
    client, now = browser(), timezone.now()
    person = number_of(Person(visitor_id=VISITOR)) or VISITOR
    become(client, VISITOR)
    stored = Segment.objects.filter(is_live=False).values_list("pk", flat=True)
    members = [Membership(segment_id=one, part=0, person=person, since=now) for one in stored]
    shown = [
        PopupShowing(popup=popup, visitor_id=VISITOR, shown_at=now - timedelta(days=30 + turn))
        for turn, popup in enumerate(Popup.objects.order_by("pk")[:SHOWINGS])
    ]
    try:
        Membership.objects.bulk_create(members)
        PopupShowing.objects.bulk_create(shown)
        for _page in range(2):
            client.get("/catalogue/")
        yield client
    finally:
        PopupShowing.objects.filter(visitor_id=VISITOR).delete()
        Membership.objects.filter(person=person).delete()
        forget([VISITOR])


def _decision(client: Client, *, page: str, expected: int) -> None:
    answer = client.get(
        reverse("personalization:popups"), {"page": page}, headers={"X-Requested-With": "XMLHttpRequest"}
    )
    armed = answer.json()["armed"] if answer.status_code == 200 else []
    if len(armed) != expected:
        raise RuntimeError(f"{len(armed)} pop-ups may come on {page}, and {expected} should ({answer.status_code}).")


def _rendered(line: str, *, expected: str = "") -> None:
    request = request_of(None)
    template = engines["django"].from_string("{% load personalization %}" + line)
    token = record.gathering(record.Gathered(Person(visitor_id=VISITOR), Consent(STORING, is_asked=True)))
    try:
        html = template.render({}, request)
    finally:
        record.stop_gathering(token)
    if expected not in html:
        raise RuntimeError(f"{line} shows nothing: {html}")


def _select_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
