"""Weather and hour as an owner asks for them."""

from typing import Any

import pytest

from personalization.people.rules.rule import Rule, Visit, rules

WEATHER, HOUR = rules.get("weather"), rules.get("visit_hour")


def holds(rule: Rule, params: dict[str, Any], **visit: Any) -> bool:
    values = rule.values(params)
    assert values is not None
    return rule.holds(values, Visit(**visit))


@pytest.mark.parametrize(
    ("params", "degrees", "signs", "is_meant"),
    [
        ({"least": 28}, 28.0, (), True),
        ({"least": 28}, 27.9, (), False),
        ({"least": 28}, None, (), False),
        ({"most": 0}, -3.0, ("snow",), True),
        ({"most": 0}, 0.1, (), False),
        ({"signs": ["rain", "snow"]}, None, ("rain",), True),
        ({"signs": ["rain", "snow"]}, 20.0, ("dry",), False),
        ({"signs": ["dry"]}, 20.0, (), False),
        ({"least": 10, "most": 20, "signs": ["dry"]}, 15.0, ("dry", "wind"), True),
        ({"least": 10, "most": 20, "signs": ["dry"]}, 21.0, ("dry",), False),
    ],
)
def test_the_weather(params: dict[str, Any], degrees: float | None, signs: tuple[str, ...], is_meant: bool) -> None:
    assert holds(WEATHER, params, temperature=degrees, signs=frozenset(signs)) is is_meant


@pytest.mark.parametrize("params", [{}, {"least": 20, "most": 10}, {"signs": ["frogs"]}])
def test_what_says_nothing_means_nobody(params: dict[str, Any]) -> None:
    assert WEATHER.values(params) is None


@pytest.mark.parametrize(
    ("params", "hour", "weekday", "is_meant"),
    [
        ({"from_hour": 9, "to_hour": 17}, 9, 0, True),
        ({"from_hour": 9, "to_hour": 17}, 17, 0, False),
        ({"from_hour": 9, "to_hour": 17, "weekdays": [5, 6]}, 12, 4, False),
        ({"from_hour": 9, "to_hour": 17, "weekdays": [5, 6]}, 12, 6, True),
        ({"from_hour": 0, "to_hour": 24}, 0, 3, True),
        # Friday night goes on until Saturday morning.
        ({"from_hour": 22, "to_hour": 4, "weekdays": [4]}, 23, 4, True),
        ({"from_hour": 22, "to_hour": 4, "weekdays": [4]}, 3, 5, True),
        ({"from_hour": 22, "to_hour": 4, "weekdays": [4]}, 3, 4, False),
        ({"from_hour": 22, "to_hour": 4, "weekdays": [6]}, 1, 0, True),
        ({"from_hour": 22, "to_hour": 4}, 12, 4, False),
        ({"from_hour": 9, "to_hour": 17}, None, None, False),
    ],
)
def test_the_hour(params: dict[str, Any], hour: int | None, weekday: int | None, is_meant: bool) -> None:
    assert holds(HOUR, params, hour=hour, weekday=weekday) is is_meant


def test_they_are_told_in_plain_words() -> None:
    told = [
        rule.describe(rule.values(params) or {})
        for rule, params in (
            (WEATHER, {"least": 28}),
            (WEATHER, {"most": 0, "signs": ["snow", "wind"]}),
            (WEATHER, {"least": 10, "most": 20}),
            (HOUR, {"from_hour": 17, "to_hour": 22, "weekdays": [4]}),
        )
    ]
    assert told == [
        "are where it is 28 °C or warmer now",
        "are where it is 0 °C or colder and it snows or a strong wind blows now",
        "are where it is 10 to 20 °C now",
        "are here between 17:00 and 22:00 (Fri)",
    ]
