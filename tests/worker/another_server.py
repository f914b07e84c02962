"""The tests' settings on a PostgreSQL of one test's own, which may be killed; SHOP_SOCKET says where it listens."""

import os

from tests.settings import *  # noqa: F403

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ["SHOP_SOCKET"],
        "NAME": os.environ["SHOP_DATABASE"],
        "USER": "postgres",
        # As in the demo: it keeps the connection that dies.
        "CONN_MAX_AGE": 60,
        "ATOMIC_REQUESTS": True,
    }
}
