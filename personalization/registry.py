"""The small registry that the open folders share: a name that is stored, a label that people read."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from django.utils.functional import Promise


class Named(Protocol):
    """What can be registered: `name` is stored and never renamed, `label` is translated and free to change."""

    @property
    def name(self) -> str:
        """Stored."""

    @property
    def label(self) -> str | Promise:
        """Read."""


T = TypeVar("T", bound=Named)


class UnknownName(LookupError):
    """Nothing of that name is registered; the message lists the names that are."""


class Registry(Generic[T]):
    """Keeps one object per name, in the order of registration."""

    def __init__(self, noun: str) -> None:
        self._noun = noun
        self._entries: dict[str, T] = {}

    def register(self, entry: type[T]) -> type[T]:
        """Class decorator: makes one instance and keeps it under its name. Raises ValueError for a name taken twice."""
        instance = entry()
        taken = self._entries.get(instance.name)
        if taken is not None and type(taken) is not entry:
            raise ValueError(f"Two classes for the {self._noun} {instance.name!r}: give one another name.")
        self._entries[instance.name] = instance
        return entry

    def get(self, name: str) -> T:
        """The entry of that name. Raises UnknownName."""
        try:
            return self._entries[name]
        except KeyError:
            raise UnknownName(
                f"No {self._noun} is called {name!r}. Known: {', '.join(self._entries) or 'none'}."
            ) from None

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[T]:
        return iter(self._entries.values())

    def choices(self) -> list[tuple[str, str | Promise]]:
        """Name and label of each entry, for a form or a model field."""
        return [(entry.name, entry.label) for entry in self]
