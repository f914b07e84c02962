"""Whoever tells the weather may be a file, an address or the shop's own code; what they get wrong is said in words."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from personalization.people.weather.look import source_of
from personalization.people.weather.source import Report, SourceFailed, report_from

HOT = {"temperature": 31.5, "rain": 0, "wind": 3}


def shop_s_own(regions: list[str]) -> dict[str, Any]:
    return {one: {"temperature": len(one)} for one in regions}


def broken(regions: list[str]) -> None:
    raise RuntimeError("no key")


@pytest.fixture
def service() -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = {"/now/kyiv": HOT, "/now/%D0%BB%D1%8C%D0%B2%D1%96%D0%B2": {"temperature": 4}, "/all": {"kyiv": HOT}}
            self.send_response(200 if self.path in known else 404)
            self.end_headers()
            self.wfile.write(json.dumps(known.get(self.path)).encode() if self.path in known else b"<html>")

        def log_message(self, *told: Any) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("weather.json", "file"), ("/srv/weather.json", "file"), ("weather/today", "file"),
        ("https://weather.example/{region}", "address"), ("http://127.0.0.1:8000/all", "address"),
        ("yourshop.weather.look", "callable"),
    ],
)  # fmt: skip
def test_the_setting_says_which_kind_it_is(setting: str, name: str) -> None:
    assert source_of(setting).name == name


def test_a_file_tells_of_all_its_regions(tmp_path: Path) -> None:
    file = tmp_path / "weather.json"
    file.write_text(json.dumps({"Kyiv": HOT, "*": {"temperature": 20}}))
    told = source_of(str(file)).look(str(file), [])
    assert told == {"Kyiv": Report(31.5, 0, None, 3), "*": Report(20)}


@pytest.mark.parametrize("text", [None, "", "[]", "{", '{"Kyiv": 30}', '{"Kyiv": {"temperature": "30"}}'])
def test_a_file_that_tells_nothing_says_so(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "weather.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SourceFailed):
        source_of(str(file)).look(str(file), [])


def test_an_address_is_asked_region_by_region(service: str) -> None:
    setting = service + "/now/{region}"
    told = source_of(setting).look(setting, ["kyiv", "львів", "atlantis"])
    assert told == {"kyiv": Report(31.5, 0, None, 3), "львів": Report(4)}, "one that nobody knows leaves the others"


def test_an_address_without_a_place_is_asked_once(service: str) -> None:
    setting = service + "/all"
    assert source_of(setting).look(setting, ["kyiv", "львів"]) == {"kyiv": Report(31.5, 0, None, 3)}


def test_an_address_at_which_nobody_answers_says_so(service: str) -> None:
    setting = service + "/nowhere/{region}"
    with pytest.raises(SourceFailed, match="/nowhere/kyiv answers 404"):
        source_of(setting).look(setting, ["kyiv"])
    with pytest.raises(SourceFailed, match="does not answer with JSON"):
        source_of(setting).look("http://127.0.0.1:9/{region}", ["kyiv"])


def test_the_shop_s_own_code_is_asked_once_for_all() -> None:
    setting = f"{__name__}.shop_s_own"
    assert source_of(setting).look(setting, ["kyiv", "lviv"]) == {"kyiv": Report(4), "lviv": Report(4)}


@pytest.mark.parametrize("name", ["broken", "nobody"])
def test_the_shop_s_own_code_may_fail(name: str) -> None:
    setting = f"{__name__}.{name}"
    with pytest.raises(SourceFailed, match=setting):
        source_of(setting).look(setting, ["kyiv"])


@pytest.mark.parametrize("told", [None, 30, [30], {"temperature": True}, {"rain": "1"}, {"wind": float("nan")}])
def test_what_is_no_number_is_refused(told: Any) -> None:
    with pytest.raises(SourceFailed):
        report_from(told)


def test_fahrenheit_is_noticed() -> None:
    with pytest.raises(SourceFailed, match="degrees Celsius"):
        report_from({"temperature": 88})
