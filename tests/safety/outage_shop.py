"""A shop in a process of its own, bare or with the app. Run with port, folder of the socket, `bare` or `whole`."""

import os
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "shop_demo.settings"

from django.conf import settings
from waitress import create_server

from tests import bare


def main() -> None:
    """Serves until killed: one thread, so that both shops meet the same dead connection in the same turn."""
    port, folder, kind = sys.argv[1:]
    settings.SECRET_KEY = "only-for-tests"
    settings.DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": folder,
            "NAME": kind,
            "USER": "postgres",
            "CONN_MAX_AGE": 60,
            "ATOMIC_REQUESTS": True,
        }
    }
    settings.ROOT_URLCONF = "tests.safety.outage_pages"
    settings.TEMPLATES = bare.templates(Path(__file__).parent / "templates")
    settings.PERSONALIZATION_ENABLED = kind == "whole"
    settings.PERSONALIZATION_CONSENT = "personalization.events.consent.signal_or_yes"
    from shop_demo.wsgi import application

    create_server(application, host="127.0.0.1", port=int(port), threads=1).run()


main()
