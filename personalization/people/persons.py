"""The number that a person has in profiles, segments and predictions: of an account, or of a stranger's visitor."""

import uuid

from personalization.events.person import Person


def number_of(person: Person) -> uuid.UUID | None:
    """As the SQL function `personalization_person` makes it; None for somebody who is nobody yet."""
    return uuid.UUID(int=person.user_id) if person.user_id is not None else person.visitor_id


def account_of(number: uuid.UUID) -> int | None:
    """The account behind the number, or None for a stranger: a visitor's id has the bits of a random UUID."""
    return number.int if number.int < 1 << 64 else None
