"""Bots that say what they are. The list is another package's than the patterns: else the test would be a circle."""

import statistics
import time

import crawleruseragents
import pytest

from personalization.events import visitors
from personalization.events.models import Event
from personalization.events.visitors import traffic_named, traffic_of
from tests.events.bots.browsers import BROWSERS

BOTS = sorted({name for one in crawleruseragents.CRAWLER_USER_AGENTS_DATA for name in one.get("instances", [])})


def share_flagged(agents: list[str]) -> float:
    return sum(traffic_named(agent) == "bot" for agent in agents) / len(agents)


def test_nearly_every_declared_bot_is_known():
    assert len(BOTS) >= 1000
    assert share_flagged(BOTS) >= 0.97


def test_nearly_no_browser_of_a_person_is_taken_for_one():
    assert len(set(BROWSERS)) == len(BROWSERS) >= 200
    assert share_flagged(BROWSERS) <= 0.005


@pytest.mark.parametrize("agent", ["", "   "])
def test_no_browser_calls_itself_nothing(rf, agent):
    assert traffic_of(rf.get("/", headers={"User-Agent": agent})) == "bot"
    assert traffic_of(rf.get("/", headers={"User-Agent": BROWSERS[0]})) == "shopper"


@pytest.mark.parametrize("start", [BROWSERS[0], "Mozilla/5.0 (", "x", "\u044f\U0001f600"])
def test_a_name_of_eight_kilobytes_is_answered_at_once(start):
    seconds = verdicts([(start * 8192)[:8192]] * 21)
    assert statistics.median(seconds) <= 0.005


def test_nobody_waits_for_a_verdict():
    assert statistics.median(verdicts([*BOTS[::8], *BROWSERS])) <= 0.001


@pytest.mark.long
def test_nobody_at_all_waits_for_a_verdict():
    # What happened to take long once was the machine's business; what takes long each time is ours.
    seconds = sorted(map(min, zip(*(verdicts([*BOTS, *BROWSERS]) for _ in range(3)), strict=True)))
    print(f"median {seconds[len(seconds) // 2] * 1e6:.0f} µs, worst {seconds[-1] * 1e3:.2f} ms")  # noqa: T201
    assert seconds[-1] <= 0.001


def verdicts(agents: list[str]) -> list[float]:
    """How long each took that was never heard before. Its own time, not that of whoever keeps the machine busy."""
    traffic_named("warm up")
    seconds = []
    for agent in agents:
        visitors._is_crawler.cache_clear()
        began = time.thread_time()
        traffic_named(agent)
        seconds.append(time.thread_time() - began)
    return seconds


def test_a_bot_leaves_a_marked_event_and_no_visitor(open_shop, client, bare_oscar):
    for agent in ("", BOTS[0], "curl/8.5.0"):
        client.get(open_shop["oat milk"].get_absolute_url(), headers={"User-Agent": agent})
    assert set(Event.objects.values_list("kind", "traffic", "visitor_id")) == {("product_viewed", "bot", None)}
    assert Event.objects.count() == 3
