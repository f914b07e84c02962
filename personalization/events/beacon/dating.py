"""When it happened. A browser's clock is believed within a window round ours; outside of it the event is re-dated.

The id decides the partition, so a re-dated event needs another id, and the same one each time it is sent. It keeps its
random bits, and its time is moved by whole steps of the window's length until it falls into the window: there is just
one such place. As time goes on that place moves on too, a step at a time, so whoever stores an event looks at the
places before it as well. A daily or hourly "now" in the id would have made two events of one sent round midnight.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

PAST, AHEAD = timedelta(hours=48), timedelta(minutes=10)
_STEP = (PAST + AHEAD) // timedelta(milliseconds=1)
# How many places before are looked at: of a re-dated event two weeks of them. A browser with a good clock has used the
# one before at most: its clock may have been ahead when it sent the event first, and nothing in the event says so.
FEW, MANY = 1, 7
_EPOCH = datetime.fromtimestamp(0, UTC)
_ID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_AFTER_TIME = 13


class Dated(NamedTuple):
    """An event's id and moment as they are stored; `earlier` are the ids under which it may be stored already."""

    id: str
    happened_at: datetime
    earlier: Sequence[str]
    is_redated: bool


class Window:
    """What is believed at this moment."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._oldest, self._newest = _milliseconds(now - PAST), _milliseconds(now + AHEAD)

    def dated(self, identifier: str, at: float | None) -> Dated:
        """Believes id and moment if both lie in the window; else moves the id into it, and it happened now."""
        claimed = int(identifier[:8] + identifier[9:_AFTER_TIME], 16)
        moment = claimed if at is None else at
        steps = (self._newest - claimed) // _STEP
        is_redated = steps != 0 or not self._oldest <= moment <= self._newest
        if not is_redated:
            # Nearly every event.
            return Dated(
                identifier, datetime.fromtimestamp(moment / 1000, UTC), [_at(identifier, claimed - _STEP)], False
            )
        place = claimed + steps * _STEP
        return Dated(
            _at(identifier, place) if steps else identifier,
            self._now,
            [_at(identifier, place - back * _STEP) for back in range(1, (MANY if steps else FEW) + 1)],
            True,
        )


def id_of(text: str) -> str | None:
    """The id, if it is a UUID of version 7 (RFC 9562), as PostgreSQL writes it. Its letters will do: making an object
    of each took longer than all the rest."""
    low = text.lower()
    return low if _ID.fullmatch(low) else None


def _at(identifier: str, milliseconds: int) -> str:
    time = f"{max(milliseconds, 0):012x}"
    return time[:8] + "-" + time[8:] + identifier[_AFTER_TIME:]


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
