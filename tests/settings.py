"""The demo's settings, made quick and quiet for tests."""

import hashlib
import os
import tempfile
from datetime import timedelta
from pathlib import Path

# A data folder of their own: the tests' PostgreSQL never meets that of a demo shop on the same machine.
CHECKOUT = hashlib.sha256(str(Path(__file__).resolve().parent.parent).encode()).hexdigest()[:8]
os.environ.setdefault("SHOP_DATA", str(Path(tempfile.gettempdir()) / f"personalization-tests-{CHECKOUT}"))

from shop_demo.settings import *  # noqa: E402, F403

SECRET_KEY = "only-for-tests"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# A connection kept open by a thread would keep the test database from being dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
# A machine under load may be slow; what one test could not write is nothing to the next. tests/safety says otherwise.
PERSONALIZATION_READ_TIMEOUT = PERSONALIZATION_WRITE_TIMEOUT = timedelta(seconds=10)
PERSONALIZATION_SPOOLED_EVENTS = 0
# Most tests are about people who agreed; those about consent say otherwise.
# Orders of tests are of no store: nobody is asked, as by default.
PERSONALIZATION_STORE = None
PERSONALIZATION_CONSENT = "personalization.events.consent.signal_or_yes"
PERSONALIZATION_LEASE = timedelta(seconds=int(os.environ.get("LEASE_SECONDS", "60")))
if "control_folder" in CELERY_BROKER_TRANSPORT_OPTIONS:  # noqa: F405
    # Workers that listen to one folder share its list of queues; those of a test running beside do not.
    CELERY_BROKER_TRANSPORT_OPTIONS["control_folder"] = str(Path(MESSAGES_FOLDER) / "control")  # noqa: F405
