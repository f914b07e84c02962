"""The job keeps what is told; what nobody tells any more grows old and means nobody."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from personalization.jobs.models import JobRun
from personalization.people.models import Preference
from personalization.people.weather.look import look_at_weather, regions_in_use
from personalization.people.weather.models import Weather
from personalization.people.weather.now import UNKNOWN, Outside, kept, weather_in
from personalization.people.weather.source import SourceFailed
from personalization.tasks import look_at_weather_task
from tests import people
from tests.people import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    kept.read_at = None


@pytest.fixture
def tells(settings: Any, tmp_path: Path) -> Any:
    def write(**told: Any) -> None:
        file = tmp_path / "weather.json"
        file.write_text(json.dumps({name.replace("elsewhere", "*"): one for name, one in told.items()}))
        settings.PERSONALIZATION_WEATHER = str(file)

    return write


def test_a_region_is_known_however_it_is_written(tells: Any) -> None:
    tells(Київ={"temperature": 31, "rain": 0}, elsewhere={"temperature": 5, "rain": 2, "wind": 12})
    assert look_at_weather(NOW) == {"regions": 2}
    assert weather_in("КИЇВ", now=NOW) == Outside(31, frozenset({"dry"}))
    assert weather_in("Lviv", now=NOW) == weather_in("", now=NOW) == Outside(5, frozenset({"rain", "wind"}))


def test_a_later_look_replaces_an_earlier_one(tells: Any) -> None:
    tells(Kyiv={"temperature": 31})
    look_at_weather(NOW)
    tells(Kyiv={"snow": 1})
    look_at_weather(NOW)
    assert weather_in("Kyiv", now=NOW) == Outside(None, frozenset({"snow"}))
    assert Weather.objects.count() == 1


def test_a_page_asks_once_a_minute(tells: Any, django_assert_num_queries: Any) -> None:
    tells(Kyiv={"temperature": 31})
    look_at_weather(NOW)
    with django_assert_num_queries(1):
        assert {weather_in(place, now=NOW).temperature for place in ("Kyiv", "Lviv", "Kyiv")} == {31, None}
    with django_assert_num_queries(1):
        weather_in("Kyiv", now=NOW + timedelta(minutes=1))


def test_what_was_told_six_hours_ago_says_nothing_about_now(tells: Any) -> None:
    tells(Kyiv={"temperature": 31})
    look_at_weather(NOW)
    assert weather_in("Kyiv", now=NOW + timedelta(hours=5, minutes=59)).temperature == 31
    assert weather_in("Kyiv", now=NOW + timedelta(hours=6)) == UNKNOWN


def test_a_source_that_fails_leaves_what_it_told(tells: Any, settings: Any) -> None:
    tells(Kyiv={"temperature": 31})
    look_at_weather(NOW)
    settings.PERSONALIZATION_WEATHER = "/nowhere/weather.json"
    with pytest.raises(SourceFailed):
        look_at_weather(NOW)
    assert weather_in("Kyiv", now=NOW).temperature == 31


def test_the_owner_reads_what_is_wrong_with_the_source(settings: Any) -> None:
    settings.PERSONALIZATION_WEATHER = "/nowhere/weather.json"
    with pytest.raises(SourceFailed):
        look_at_weather_task()
    run = JobRun.objects.get(job="look at weather")
    assert "/nowhere/weather.json cannot be read as JSON" in run.error


def test_without_a_source_nothing_is_known(tells: Any, settings: Any) -> None:
    tells(Kyiv={"temperature": 31})
    look_at_weather(NOW)
    settings.PERSONALIZATION_WEATHER = None
    assert look_at_weather(NOW) == {"regions": 0}
    assert weather_in("Kyiv", now=NOW) == UNKNOWN


def test_what_only_one_person_wrote_is_told_to_no_service() -> None:
    for name, region in (("Anna", "Kyiv"), ("Boris", "kyiv"), ("Clara", "KYIV"), ("Dmytro", "5 Rose Lane, Lviv")):
        user_id = people.person(name).pk
        Preference.objects.create(user_id=user_id, what=Preference.What.REGION, value=region, told_at=NOW)
    assert regions_in_use() == ["kyiv"]
