"""Events go in batches; what a server in trouble did not take is sent again, the same to the letter."""

import json
import re
import uuid
from datetime import timedelta

import pytest

from personalization.events.identifiers import moment_of
from tests.browser_script.conftest import START

pytestmark = pytest.mark.browser
LIMIT = 64 * 1024


def names(server) -> list[str]:
    """What was tracked, in the order in which it came."""
    return [event["data"]["name"] for event in server.sendings("custom")]


def test_events_wait_five_seconds_for_company(server, come):
    shopper = come().go("/?blocks=0").tell("one").wait(4999).tell("two")
    assert server.messages == []
    shopper.wait(1)
    server.wait_for("custom", 2)
    (message,) = server.messages
    assert [event["data"]["name"] for event in message.body["events"]] == ["one", "two"]
    assert message.body["v"] == 1
    assert message.body["page"] == "/"
    assert message.content_type.startswith("text/plain")
    assert not message.is_beacon


def test_twenty_events_go_at_once(server, come):
    shopper = come().go("/?blocks=0").tell("early", 19)
    shopper.tell("last")
    server.wait_for("custom", 20)
    assert len(server.messages) == 1


def test_each_event_has_an_id_of_its_own_made_of_its_moment(server, come):
    come().go("/?blocks=0").wait(1234).tell("one", 20)
    events = server.wait_for("custom", 20)
    assert len({event["id"] for event in events}) == 20
    for event in events:
        identifier = uuid.UUID(event["id"])
        assert identifier.version == 7
        assert identifier.variant == uuid.RFC_4122
        assert moment_of(identifier).timestamp() * 1000 == pytest.approx(event["at"])
    assert START <= moment_of(uuid.UUID(events[0]["id"])) <= START + timedelta(hours=2)


def test_a_message_stays_within_its_limits(server, come):
    shopper = come().go("/?blocks=0")
    shopper.page.evaluate("for (let n = 0; n < 130; n++) personalization.track('long', {words: 'ы'.repeat(1000), n})")
    shopper.wait(5000)
    events = server.wait_for("custom", 130)
    assert [event["data"]["data"]["n"] for event in events] == list(range(130))
    assert all(len(message.raw) <= LIMIT and len(message.body["events"]) <= 50 for message in server.messages)


def test_what_could_never_be_taken_is_not_sent(server, come):
    shopper = come().go("/?blocks=0")
    shopper.page.evaluate("personalization.track('huge', {words: 'ы'.repeat(2000)})")
    shopper.tell("small").wait(5000)
    server.wait_for("custom")
    assert names(server) == ["small"]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again_with_the_same_events(server, come, status):
    server.answers = [(status, {}), (status, {})]
    shopper = come().go("/?blocks=0").tell("one").wait(5000).fail()
    shopper.until(lambda: len(server.messages) == 3)
    assert server.messages[0].raw == server.messages[1].raw == server.messages[2].raw
    shopper.calm()


def test_waiting_grows_and_is_never_the_same_for_all(server, come):
    server.answers = [(503, {})] * 4
    shopper = come(script="Math.random = () => 0.5;").go("/?blocks=0").tell("one").wait(5000).fail()
    waits = []
    for tries in range(1, 5):
        shopper.when(f"JSON.parse(sessionStorage.pz_unsent).failures === {tries}")
        waits.append(shopper.pause())
        shopper.wait(waits[-1])
    assert waits == [1500, 3000, 6000, 12_000]


def test_the_time_that_the_server_asks_for_is_given(server, come):
    server.answers = [(503, {"Retry-After": "40"})]
    shopper = come(script="Math.random = () => 0;").go("/?blocks=0").tell("one").wait(5000).fail()
    assert shopper.pause() == 40_000
    shopper.tell("two", 30).wait(39_999)
    assert len(server.messages) == 1
    shopper.wait(1)
    server.wait(lambda: len(server.sendings("custom")) >= 32)
    assert len(server.messages) == 4, "nothing went in between"


def test_a_date_may_say_when_to_come_again(server, come):
    server.answers = [(503, {"Retry-After": "Tue, 10 Mar 2026 13:02:00 GMT"})]
    shopper = come(script="Math.random = () => 0;").go("/?blocks=0").tell("one").wait(5000).fail()
    assert shopper.pause() == 115_000


def test_five_tries_are_enough(server, come):
    server.answers = [(503, {})] * 5
    shopper = come().go("/?blocks=0").tell("one").wait(5000).fail()
    shopper.until(lambda: len(server.messages) == 5)
    shopper.calm()
    shopper.tell("two").until(lambda: len(server.messages) == 6)
    assert names(server) == ["one"] * 5 + ["two"]


def test_without_a_network_events_wait_for_one(server, come):
    shopper = come().go("/?blocks=0")
    shopper.context.set_offline(True)
    shopper.tell("one").wait(5000).fail()
    shopper.context.set_offline(False)
    shopper.until(lambda: server.messages)
    assert names(server) == ["one"]


@pytest.mark.parametrize("status", [400, 404, 413, 500])
def test_what_is_refused_for_good_is_dropped(server, come, status):
    server.answers = [(status, {})]
    shopper = come().go("/?blocks=0").tell("one").wait(5000)
    server.wait_for("custom")
    shopper.tell("two").until(lambda: len(server.messages) == 2)
    assert names(server) == ["one", "two"]
    assert shopper.kept() is None


def test_no_more_than_two_hundred_wait(server, come):
    server.answers = [(503, {"Retry-After": "60"})]
    shopper = come().go("/?blocks=0").tell("old").wait(5000).fail()
    shopper.tell("new", 400)
    shopper.until(lambda: len(names(server)) >= 201)
    shopper.calm()
    assert len(names(server)) == 201, "the first try of the oldest, and what was kept"


def test_what_is_left_goes_as_the_page_goes(server, come):
    come().go("/?blocks=0").tell("one", 3).go("/other/?blocks=0")
    server.wait_for("page_left")
    message = server.messages[0]
    assert message.is_beacon
    assert message.content_type.startswith("text/plain")
    assert server.kinds() == ["custom"] * 3 + ["page_left"]


def test_a_browser_without_beacons_sends_all_the_same(server, come):
    come(script="delete Navigator.prototype.sendBeacon;").go("/?blocks=0").tell("one").go("/other/?blocks=0")
    server.wait_for("page_left")
    assert not server.messages[0].is_beacon


def test_what_a_server_in_trouble_did_not_take_goes_from_the_next_page(server, come):
    server.answers = [(503, {"Retry-After": "30"})]
    shopper = come().go("/?blocks=0").tell("one").wait(5000).fail().tell("two").go("/other/?blocks=0")
    kept = json.loads(shopper.kept())
    assert [len(batch["events"]) for batch in kept["batches"]] == [1, 2]
    assert len(server.messages) == 1, "the server asked not to be asked"
    shopper.until(lambda: len(server.messages) >= 3, step=1000)
    assert [event["kind"] for event in server.sendings()] == ["custom", "custom", "custom", "page_left"]
    assert [message.body["page"] for message in server.messages] == ["/"] * 3
    assert server.sendings("custom")[0] == server.sendings("custom")[1], "the same event to the letter"
    shopper.calm()


def test_while_all_is_well_nothing_is_kept_in_the_browser(server, come):
    shopper = come().go().look().wait(5000).tell("one").go("/other/").tell("two").wait(5000)
    server.wait_for("custom", 2)
    shopper.until(lambda: shopper.kept() is None)
    assert shopper.page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]


def test_what_is_on_its_way_as_the_page_goes_waits_for_its_answer_and_is_not_sent_twice(server, come):
    server.is_free.clear()
    shopper = come().go("/?blocks=0").tell("one").wait(5000)
    server.wait_for("custom")
    shopper.tab("hidden")
    assert shopper.kept()
    server.wait_for("page_left")
    server.is_free.set()
    shopper.until(lambda: shopper.kept() is None)
    assert len(server.sendings("custom")) == 1
    assert server.kinds() == ["custom", "page_left"]


def test_what_somebody_else_left_in_its_place_does_no_harm(server, come):
    shopper = come().go("/?blocks=0")
    shopper.page.evaluate("sessionStorage.setItem('pz_unsent', '{nonsense')")
    shopper.go("/other/?blocks=0").tell("one").wait(5000)
    server.wait_for("custom")


def test_no_event_carries_more_than_the_protocol_says(server, come):
    shopper = come().go().look()
    shopper.page.locator("[data-pz-product='11'] .pz-card__link").click()
    server.wait_for("page_left")
    for message in server.messages:
        assert set(message.body) == {"v", "page", "events"}
        for event in message.body["events"]:
            assert set(event) <= {"id", "kind", "at", "product", "data"}
            assert re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}", event["id"])
