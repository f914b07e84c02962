"""kombu's folder of messages, in which a message appears whole or not at all.

kombu makes the file first and fills it then; a worker that looks in between reads an empty message and dies of it.
"""

import os
import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Writes aside and renames: readers look for names that end in `.msg`."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        whole = Path(self.data_folder_out) / f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        part = whole.with_suffix(".part")
        part.write_bytes(str_to_bytes(dumps(payload)))
        os.replace(part, whole)


class Transport(filesystem.Transport):
    """The same folder, with whole messages."""

    Channel = Channel


def use_whole_messages() -> None:
    """Lets `filesystem://` mean this transport."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
