"""System checks: what would not work is named at start-up, with the fix."""

import pytest
from celery import current_app
from django.core import checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from personalization import checks as ours
from personalization.checks import AUTHENTICATION, MIDDLEWARE


def found(check) -> list[str]:
    return [message.id for message in check(None)]


def test_the_demo_passes_them_all(db):
    assert [one for one in checks.run_checks() if (one.id or "").startswith("personalization")] == []


def test_they_are_registered(db, settings):
    settings.PERSONALIZATION_CARD_LIMIT = 0
    with pytest.raises(SystemCheckError, match=r"personalization\.E001"):
        call_command("check")


def test_a_setting_with_a_nonsensical_value(settings):
    settings.PERSONALIZATION_CARD_LIMIT = 0
    assert found(ours.check_settings) == ["personalization.E001"]


def test_a_missing_middleware(settings):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if one != MIDDLEWARE]
    assert found(ours.check_middleware) == ["personalization.E002"]


def test_a_middleware_before_authentication(settings):
    settings.MIDDLEWARE = [MIDDLEWARE, AUTHENTICATION]
    assert found(ours.check_middleware) == ["personalization.E003"]
    settings.MIDDLEWARE = [AUTHENTICATION, MIDDLEWARE]
    assert found(ours.check_middleware) == []


def test_another_database_than_postgresql(monkeypatch):
    class Elsewhere:
        vendor = "sqlite"

    monkeypatch.setattr(ours, "connection", Elsewhere)
    assert found(ours.check_database) == ["personalization.E004"]


def test_a_missing_scheduler(settings):
    settings.INSTALLED_APPS = [one for one in settings.INSTALLED_APPS if one != "django_celery_beat"]
    assert found(ours.check_scheduler) == ["personalization.W001"]


def test_beat_that_reads_no_rows(settings):
    settings.CELERY_BEAT_SCHEDULER = "celery.beat:PersistentScheduler"
    assert found(ours.check_scheduler) == ["personalization.W003"]


def test_addresses_that_nobody_included(settings):
    settings.ROOT_URLCONF = "django.contrib.auth.urls"
    assert found(ours.check_addresses) == ["personalization.W002"]


@pytest.mark.parametrize(
    ("name", "number"),
    [("CELERY_TASK_ACKS_LATE", "W004"), ("CELERY_TASK_REJECT_ON_WORKER_LOST", "W005"), ("CELERY_BROKER_URL", "W006")],
)
def test_a_worker_that_would_lose_messages(name, number, settings, monkeypatch):
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    assert found(ours.check_worker) == []
    setattr(settings, name, "" if name == "CELERY_BROKER_URL" else False)
    assert found(ours.check_worker) == [f"personalization.{number}"]
    settings.DEBUG = True
    assert found(ours.check_worker) == []


def test_what_the_celery_app_says_itself_counts_too(settings):
    app = current_app._get_current_object()
    was, app.conf.task_acks_late = app.conf.task_acks_late, True
    try:
        del settings.CELERY_TASK_ACKS_LATE
        assert found(ours.check_worker) == []
        app.conf.task_acks_late = False
        assert found(ours.check_worker) == ["personalization.W004"]
    finally:
        app.conf.task_acks_late = was


def test_a_cache_that_keeps_nothing(settings):
    assert found(ours.check_cache) == []
    settings.CACHES = {"default": {"BACKEND": ours.NO_CACHE}}
    assert found(ours.check_cache) == ["personalization.W007"]
    settings.DEBUG = True
    assert found(ours.check_cache) == []


def test_they_ask_the_database_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        for check in ours.CHECKS:
            check(None)


@pytest.mark.parametrize("check", ours.CHECKS)
def test_each_says_what_to_do(check, settings, monkeypatch):
    settings.CELERY_TASK_ACKS_LATE, settings.CELERY_BEAT_SCHEDULER = False, "celery.beat:PersistentScheduler"
    settings.ROOT_URLCONF = "django.contrib.auth.urls"
    settings.PERSONALIZATION_CARD_LIMIT = 0
    settings.MIDDLEWARE = []
    settings.CACHES = {"default": {"BACKEND": ours.NO_CACHE}}
    monkeypatch.setattr(ours, "connection", type("Elsewhere", (), {"vendor": "sqlite"}))
    assert check(None)
    assert all(message.hint for message in check(None))
