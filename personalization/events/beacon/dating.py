"""When it happened. A browser's clock is believed within a window round ours; outside of it the event is re-dated.

The id decides the partition, so a re-dated event needs another id, and the same one each time it is sent. It keeps its
random bits, and its time is moved by whole steps of the window's length until it falls into the window: there is just
one such place. As time goes on that place moves on too, a step at a time, so whoever stores an event looks at the
places before it as well. A daily or hourly "now" in the id would have made two events of one sent round midnight.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PAST, AHEAD = timedelta(hours=48), timedelta(minutes=10)
_STEP = (PAST + AHEAD) // timedelta(milliseconds=1)
_TIME = 80
# How many places before are looked at: of a re-dated event two weeks of them. A browser with a good clock has used the
# one before at most.
FEW, MANY = 1, 7
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Dated:
    """An event's id and moment as they are stored; `earlier` are the ids under which it may be stored already."""

    id: uuid.UUID
    happened_at: datetime
    earlier: Sequence[uuid.UUID]
    is_redated: bool


def dated(identifier: uuid.UUID, at: float | None, *, now: datetime) -> Dated:
    """Believes id and moment if both lie in the window; else moves the id into it, and says that it happened now."""
    newest = _milliseconds(now + AHEAD)
    claimed = identifier.int >> _TIME
    steps = (newest - claimed) // _STEP
    moment = _moment(claimed if at is None else at, now)
    is_redated = steps != 0 or moment is None
    place = claimed + steps * _STEP
    return Dated(
        id=_at(identifier, place),
        happened_at=now if is_redated or moment is None else moment,
        earlier=[_at(identifier, place - back * _STEP) for back in range(1, (MANY if steps else FEW) + 1)],
        is_redated=is_redated,
    )


def id_of(text: str) -> uuid.UUID | None:
    """The id, if it is a UUID of version 7 (RFC 9562)."""
    try:
        identifier = uuid.UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
    return identifier if identifier is not None and identifier.version == 7 else None


def _moment(at: float, now: datetime) -> datetime | None:
    if not _milliseconds(now - PAST) <= at <= _milliseconds(now + AHEAD):
        return None
    return _EPOCH + timedelta(milliseconds=at)


def _at(identifier: uuid.UUID, milliseconds: int) -> uuid.UUID:
    return uuid.UUID(int=max(milliseconds, 0) << _TIME | identifier.int & ((1 << _TIME) - 1))


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
