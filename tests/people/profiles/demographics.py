"""Callables that tests name in PERSONALIZATION_DEMOGRAPHICS."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model

asked: list[list[int]] = []


def known(user_ids: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    """What a shop might say."""
    asked.append(list(user_ids))
    names = get_user_model().objects.filter(pk__in=user_ids).values_list("pk", "first_name")
    return {pk: {"age": 34, "name": name, "score": 0.5} for pk, name in names}


def wild(user_ids: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    """What no column should hold."""
    much = {f"key {number:02}": number for number in range(30)}
    odd = {"list": [1], "none": None, "nan": float("nan"), "text": "x\0y", "": "nameless"}
    return dict.fromkeys(user_ids, odd | much)


def failing(user_ids: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    """Asks the database what it does not know."""
    get_user_model().objects.raw("SELECT nonsense FROM nowhere")[0]
    return {}


def nothing(user_ids: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    """Knows nobody."""
    return {}
