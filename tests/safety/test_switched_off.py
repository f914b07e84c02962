"""One setting off: no query of ours, no cookie, no output, and none of our addresses."""

import pytest
from django.conf import settings as shop_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from personalization.events.models import Event, Visitor
from personalization.urls import urlpatterns
from tests.safety import journeys

COOKIES = {"pz_vid", "pz_visit", "pz_consent"}


def traces(shop) -> dict[str, list]:
    """What of ours is in the statements, the cookies and the pages of everything that people do."""
    with CaptureQueriesContext(connection) as sent:
        answers = [*journeys._a_guest(shop), *journeys._an_account(shop)]
    pages = [one.content.decode() for one in answers if "html" in one.headers.get("Content-Type", "")]
    return {
        "queries": [one["sql"] for one in sent if "personalization_" in (one["sql"] or "")],
        "cookies": [name for one in answers for name in one.cookies if name in COOKIES],
        "output": [html for html in pages if "data-pz" in html or "pz-card" in html or "personalization.js" in html],
    }


def test_over_all_journeys_nothing_of_ours_is_left(busy_shop, settings):
    settings.PERSONALIZATION_ENABLED = False
    assert traces(busy_shop) == {"queries": [], "cookies": [], "output": []}
    assert not Event.objects.exists()
    assert not Visitor.objects.exists()


def test_switched_on_there_is_of_each(busy_shop):
    assert all(traces(busy_shop).values())


@pytest.mark.django_db
@pytest.mark.parametrize("route", [str(one.pattern) for one in urlpatterns if "<" not in str(one.pattern)])
@pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete", "options"])
def test_none_of_our_addresses_answers(bare_oscar, settings, route, method):
    settings.PERSONALIZATION_ENABLED = False
    assert shop_settings.PERSONALIZATION_ENABLED is False
    with CaptureQueriesContext(connection) as sent:
        answer = getattr(Client(), method)(f"/personalization/{route}")
    assert answer.status_code == 404
    assert not answer.cookies
    assert [one for one in sent if "personalization_" in one["sql"]] == []
