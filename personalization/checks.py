"""System checks: nonsense in the settings is named at start-up, with the fix."""

import os
from collections.abc import Sequence
from typing import Any

from celery import current_app
from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.cache import DEFAULT_CACHE_ALIAS
from django.db import connection
from django.urls import NoReverseMatch, reverse

from personalization.conf import conf

MIDDLEWARE = "personalization.events.middleware.PersonalizationMiddleware"
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
NO_CACHE = "django.core.cache.backends.dummy.DummyCache"
DATABASE_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"


def register() -> None:
    """Registers every check of the app."""
    for check in CHECKS:
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
    """W001, W003: the jobs are rows of django-celery-beat, and beat must read them."""
    if "django_celery_beat" not in settings.INSTALLED_APPS:
        return [
            checks.Warning(
                "No job will run by itself.",
                hint="Add 'django_celery_beat' to INSTALLED_APPS and start Celery beat.",
                id="personalization.W001",
            )
        ]
    if _of_celery("beat_scheduler") == DATABASE_SCHEDULER:
        return []
    return [
        checks.Warning(
            "Beat does not read the schedule in the database: no job will run by itself.",
            hint=f"Set CELERY_BEAT_SCHEDULER = {DATABASE_SCHEDULER!r}, or start beat with --scheduler.",
            id="personalization.W003",
        )
    ]


def check_addresses(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """W002: without its addresses the app has no script, no banner and no page of settings."""
    try:
        reverse("personalization:events")
    except NoReverseMatch:
        return [
            checks.Warning(
                "The app has no addresses: no script, no consent banner, no pages of its own.",
                hint="Add path('personalization/', include('personalization.urls')) to your urls.py.",
                id="personalization.W002",
            )
        ]
    return []


def check_worker(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """W004 to W006: messages outlive a killed worker, and there is somewhere to send them. Nothing of it in DEBUG."""
    if settings.DEBUG:
        return []
    found = [
        checks.Warning(
            f"A worker that is killed takes its job along: {told} is not set.",
            hint=f"Set CELERY_{name.upper()} = True; every job of this app may run twice.",
            id=f"personalization.{number}",
        )
        for name, told, number in (
            ("task_acks_late", "acks_late", "W004"),
            ("task_reject_on_worker_lost", "reject_on_worker_lost", "W005"),
        )
        if not _of_celery(name)
    ]
    if not (_of_celery("broker_url") or os.environ.get("CELERY_BROKER_URL")):
        found.append(
            checks.Warning(
                "Celery has no broker: no message reaches a worker.",
                hint="Set CELERY_BROKER_URL, for example to 'redis://localhost:6379/0'.",
                id="personalization.W006",
            )
        )
    return list(found)


def check_cache(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """W007: without a cache all works, and some of it is worked out anew for each page. Nothing of it in DEBUG."""
    if settings.DEBUG or settings.CACHES.get(DEFAULT_CACHE_ALIAS, {}).get("BACKEND") != NO_CACHE:
        return []
    return [
        checks.Warning(
            "The cache keeps nothing: what the back-office counts is counted each time it is looked at.",
            hint="Name a cache that keeps something as CACHES['default'], such as Redis or Django's own LocMemCache.",
            id="personalization.W007",
        )
    ]


def _of_celery(name: str) -> Any:
    # As Django's settings say it, in the namespace that Celery's own guide takes; else as the app in force does.
    told = getattr(settings, f"CELERY_{name.upper()}", None)
    return told if told is not None else getattr(current_app.conf, name)


CHECKS = (
    check_settings, check_middleware, check_database, check_scheduler, check_addresses, check_worker, check_cache,
)  # fmt: skip
