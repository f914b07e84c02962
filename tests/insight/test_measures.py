"""The numbers for monitoring: one line in the log, one page of text for whoever knows the token, nobody's name."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from personalization.events.identifiers import event_id
from personalization.events.models import Tally
from personalization.events.write import NewEvent, write
from personalization.insight.doctor import examine
from personalization.insight.measures import MEANINGS, Measure, as_text, measure, tell
from personalization.jobs.claim import once
from personalization.jobs.models import JobRun
from personalization.tasks import tell_health

NOW = timezone.now()
PAGE, TOKEN = "/personalization/metrics/", "sesame, sesame, open"
HOUR = timedelta(hours=1)


@pytest.fixture
def known(db: None, settings: Any) -> None:
    """An hour ago somebody looked at something, and the orders were swept; a browser told of ten things."""
    settings.PERSONALIZATION_METRICS_TOKEN = TOKEN
    write([NewEvent(event_id(NOW - HOUR), "product_viewed", NOW - HOUR, user_id=7)])
    once("sweep orders", period="now", action=lambda claim: {}, now=NOW - HOUR)
    JobRun.objects.update(finished_at=NOW - HOUR)
    for outcome, count in (("received", 10), ("stored", 7), ("unreadable", 2), ("bot", 1)):
        Tally.objects.create(day=NOW.date(), outcome=outcome, count=count, shard=1)


def asked(token: str | None, **more: Any) -> Any:
    return Client().get(PAGE, headers={"Authorization": f"Bearer {token}"} if token is not None else {}, **more)


def test_they_say_what_the_doctor_says(known: None) -> None:
    told = {(one.name, one.of): one.value for one in measure(now=NOW)}
    assert told["last_event_age_seconds", "product_viewed"] == 3600
    assert told["events_in_24_hours", "product_viewed"] == 1
    assert told["job_lag_seconds", "sweep_orders"] == 3600
    assert told["received_total", ""] == told["stored_total", ""] + sum(
        value for (name, _), value in told.items() if name == "refused_total"
    )
    assert {name for name, _ in told} == MEANINGS.keys()


def test_they_cost_four_queries(known: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(4):
        measure(now=NOW)


def test_a_run_of_the_job_is_one_line_with_each_number_in_a_field(known: None, caplog: Any) -> None:
    with caplog.at_level(logging.INFO, logger="personalization.health"):
        assert tell_health()
    (line,) = [one for one in caplog.records if one.name == "personalization.health"]
    assert (line.refused_total_unreadable, line.received_total) == (2, 10)
    assert line.last_event_age_seconds_product_viewed >= 3600


def test_no_number_is_called_as_a_field_of_the_log_itself(known: None) -> None:
    assert not tell(now=NOW).keys() & vars(logging.makeLogRecord({})).keys()


def test_whoever_knows_the_token_reads_them(known: None) -> None:
    answer = asked(TOKEN)
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    lines = answer.content.decode().splitlines()
    assert 'personalization_refused_total{reason="unreadable"} 2' in lines
    assert "# TYPE personalization_refused_total counter" in lines
    assert "# TYPE personalization_job_lag_seconds gauge" in lines
    sample = re.compile(r'[a-z_][a-z0-9_]*(\{[a-z]+="[^"\n]*"\})? [0-9.e+-]+')
    assert all(line.startswith("# ") or sample.fullmatch(line) for line in lines)
    assert len(answer.cookies) == 0


@pytest.mark.parametrize("token", [None, "", "sesame", TOKEN + "!", TOKEN.upper(), "Bearer", "é" * 20])
def test_whoever_does_not_reads_nothing(known: None, token: str | None) -> None:
    answer = asked(token)
    assert (answer.status_code, answer.content, answer["WWW-Authenticate"]) == (401, b"", "Bearer")


def test_without_a_token_there_is_no_page(known: None, settings: Any) -> None:
    for nothing in (None, ""):
        settings.PERSONALIZATION_METRICS_TOKEN = nothing
        assert asked("None").status_code == asked("").status_code == 404


def test_it_is_only_read(known: None) -> None:
    assert Client().post(PAGE, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 405


def test_a_name_may_hold_anything() -> None:
    told = as_text([Measure("refused_total", 1, "reason", 'a"b\\c\nd', is_counter=True)])
    assert told.splitlines()[-1] == r'personalization_refused_total{reason="a\"b\\c\nd"} 1'


def test_the_json_of_the_doctor_holds_the_same_numbers(known: None) -> None:
    figures = {(one.about): dict(one.figures) for one in examine(now=NOW).findings if one.figures}
    assert figures["unreadable"] == {"count": 2}
    assert figures["received"] == {"received": 10, "stored": 7, "refused": 3}
    assert figures["product_viewed"] == {"age_seconds": 3600, "in_24_hours": 1}
    assert figures["sweep_orders"] == {"age_seconds": 3600}
