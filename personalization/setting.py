"""What a setting is: read live from Django's settings, with a default, and a sentence for a value that is nonsense.

With `conf.py` it is the one place that reads Django's settings for the app's own.
"""

import os
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

from django.conf import ENVIRONMENT_VARIABLE, settings

PREFIX = "PERSONALIZATION_"
T = TypeVar("T")


class Setting(Generic[T]):
    """One setting: default, meaning, and a check that says in words what is allowed."""

    def __init__(
        self,
        default: T,
        meaning: str,
        *,
        allowed: str = "",
        valid: Callable[[T], bool] | None = None,
        besides_none: type = str,
    ) -> None:
        self.default, self.meaning, self.allowed, self.valid = default, meaning, allowed, valid
        self.besides_none = besides_none
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "Setting[T]": ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> "Setting[T] | T":
        if instance is None:
            return self
        if not (settings.configured or os.environ.get(ENVIRONMENT_VARIABLE)):
            return self.default  # used as a library, on somebody's files, without a shop
        return getattr(settings, PREFIX + self.name, self.default)

    def fault(self) -> str:
        """What is wrong with the value in force, as a sentence; empty when it is fine."""
        value: Any = getattr(settings, PREFIX + self.name, self.default)
        if not self._same_type(value):
            wanted = f"{self.besides_none.__name__} or None" if self.default is None else type(self.default).__name__
            return f"{PREFIX}{self.name} is {value!r}, but must be a {wanted}."
        if self.valid is not None and not self.valid(value):
            return f"{PREFIX}{self.name} is {value!r}, but must be {self.allowed}."
        return ""

    def _same_type(self, value: object) -> bool:
        if self.default is None:
            return value is None or (isinstance(value, self.besides_none) and not isinstance(value, bool))
        if isinstance(self.default, bool) or isinstance(value, bool):
            return isinstance(value, bool) and isinstance(self.default, bool)
        if isinstance(self.default, float):
            return isinstance(value, (int, float))
        if isinstance(self.default, tuple):
            return isinstance(value, (tuple, list))
        return isinstance(value, type(self.default))
