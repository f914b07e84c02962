"""System checks: what would not work is named at start-up, with the fix."""

import pytest
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


def test_they_ask_the_database_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        for check in (ours.check_settings, ours.check_middleware, ours.check_database, ours.check_scheduler):
            check(None)


@pytest.mark.parametrize("check", [ours.check_settings, ours.check_middleware, ours.check_database])
def test_each_says_what_to_do(check, settings, monkeypatch):
    settings.PERSONALIZATION_CARD_LIMIT = 0
    settings.MIDDLEWARE = []
    monkeypatch.setattr(ours, "connection", type("Elsewhere", (), {"vendor": "sqlite"}))
    assert all(message.hint for message in check(None))
