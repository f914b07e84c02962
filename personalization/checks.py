"""System checks: nonsense in the settings is named at start-up, with the fix."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.db import connection

from personalization.conf import conf

MIDDLEWARE = "personalization.events.middleware.PersonalizationMiddleware"
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"


def register() -> None:
    """Registers every check of the app."""
    for check in (check_settings, check_middleware, check_database, check_scheduler):
        checks.register(check, "personalization")


def check_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """E001: a setting of ours has a value that cannot be."""
    return [
        checks.Error(fault, hint="See the table of settings in the README.", id="personalization.E001")
        for fault in conf.faults()
    ]


def check_middleware(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """E002, E003: without the middleware nothing is logged; before authentication it knows no account."""
    installed = list(settings.MIDDLEWARE)
    if MIDDLEWARE not in installed:
        return [
            checks.Error(
                "The log is closed: the middleware is missing.",
                hint=f"Add {MIDDLEWARE!r} to MIDDLEWARE.",
                id="personalization.E002",
            )
        ]
    if AUTHENTICATION in installed and installed.index(MIDDLEWARE) < installed.index(AUTHENTICATION):
        return [
            checks.Error(
                "The middleware stands too early.",
                hint=f"Move {MIDDLEWARE!r} below {AUTHENTICATION!r}.",
                id="personalization.E003",
            )
        ]
    return []


def check_database(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """E004: only PostgreSQL keeps the log. Looks at the settings, never at the database itself."""
    if connection.vendor == "postgresql":
        return []
    return [
        checks.Error(
            "The event log needs PostgreSQL 15 or newer.",
            hint="Set ENGINE to 'django.db.backends.postgresql'.",
            id="personalization.E004",
        )
    ]


def check_scheduler(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """W001: the jobs are rows of django-celery-beat."""
    if "django_celery_beat" in settings.INSTALLED_APPS:
        return []
    return [
        checks.Warning(
            "No job will run by itself.",
            hint="Add 'django_celery_beat' to INSTALLED_APPS and start Celery beat.",
            id="personalization.W001",
        )
    ]
