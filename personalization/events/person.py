"""Who an event or a choice is about."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A visitor, an account, or both; neither for someone who may not be known again."""

    visitor_id: uuid.UUID | None = None
    user_id: int | None = None

    @property
    def is_known(self) -> bool:
        """There may be a history to read."""
        return self.visitor_id is not None or self.user_id is not None


STRANGER = Person()
