"""Where the demo keeps what it makes: one data folder for each checkout, never inside the checkout."""

import hashlib
import os
from pathlib import Path

from platformdirs import user_data_path

CHECKOUT = Path(__file__).resolve().parent.parent


def data_folder() -> Path:
    """The folder for database, messages and pictures; SHOP_DATA overrides it. It is made when asked for."""
    named = os.environ.get("SHOP_DATA")
    folder = (
        Path(named).expanduser() if named else _default_root() / hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:8]
    )
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def subfolder(name: str) -> Path:
    """A folder inside the data folder, made when asked for."""
    folder = data_folder() / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _default_root() -> Path:
    # As root the embedded PostgreSQL runs as a user of its own and opens every parent folder for it:
    # a private home must not be one of them.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/tmp/personalization-shop")  # noqa: S108 - a fixed place, on purpose: a second start finds it
    return user_data_path("personalization-shop")
