"""Promise 17: no visitor, visit or answer is believed that we did not sign, and none breaks a page."""

import random
import uuid
from datetime import UTC, datetime

import pytest
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.test import Client

from personalization.events import consent, visit, visitors
from personalization.events.consent import NOT_ASKED, Consent, Purpose
from personalization.events.visit import Visit

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
# Of each of the three cookies: a hundred thousand in all.
FORGED = 33_334


def signed() -> dict[str, str]:
    """Cookies as we give them out."""
    request, response = HttpRequest(), HttpResponse()
    request.META["SERVER_NAME"] = "testserver"
    visitors.write_cookie(response, request, uuid.uuid4())
    visit.write_cookie(response, request, Visit(uuid.uuid4(), NOW))
    agreed = frozenset({Purpose.ANALYTICS, Purpose.PERSONALIZATION})
    consent.remember_answer(response, request, Consent(agreed, is_asked=True, given_at=NOW))
    return {name: morsel.value for name, morsel in response.cookies.items()}


READERS = {
    "pz_vid": (visitors.read_cookie, None),
    "pz_visit": (lambda request: visit.current_visit(request, now=NOW), None),
    "pz_consent": (consent.answered, NOT_ASKED),
}


def believed(name: str, value: str) -> bool:
    request = HttpRequest()
    request.COOKIES[name] = value
    read, nothing = READERS[name]
    return read(request) != nothing


def forgeries(valid: str, *, number: int, seed: int):
    """Random text, one valid value with a character changed, cut or swapped, and our value with another's salt."""
    chance, salt = random.Random(seed), ["", "django.core.signing", "personalization.other"]
    value, _, signature = valid.rpartition(":")
    for turn in range(number):
        place = chance.randrange(len(valid))
        yield (
            "".join(chr(chance.randrange(1, 0x2FF)) for _ in range(chance.randrange(80))),
            valid[:place] + chr(ord(valid[place]) ^ 1 << chance.randrange(7)) + valid[place + 1 :],
            valid[:place],
            signing.Signer(salt=chance.choice(salt)).sign(value),
            signing.Signer(salt=f"{turn}").sign(str(uuid.uuid4())),
            f"{uuid.uuid4()}:{signature}",
            f"{value}:{signature[:-1]}",
            signing.Signer(key="another shop's", salt="personalization.visitor").sign(value),
        )[turn % 8]


@pytest.mark.parametrize("name", READERS)
def test_nothing_forged_is_believed(name):
    valid = signed()[name]
    assert believed(name, valid), "the control: ours is"
    wrong = [one for one in forgeries(valid, number=FORGED, seed=7) if one != valid and believed(name, one)]
    assert wrong == []


def test_a_signature_of_one_cookie_is_none_of_another():
    cookies = signed()
    for name in READERS:
        for other, value in cookies.items():
            assert believed(name, value) == (name == other)


def test_without_the_signature_all_would_be(monkeypatch):
    monkeypatch.setattr(signing.Signer, "unsign", lambda signer, value: value.rpartition(":")[0])
    assert believed("pz_vid", f"{uuid.uuid4()}:anything")


@pytest.mark.django_db
def test_a_page_with_forged_cookies_is_served_as_to_a_stranger(bare_oscar, caplog):
    sendable = (one for one in forgeries(signed()["pz_vid"], number=48, seed=3) if one.isascii())
    for number, value in enumerate(sendable):
        client = Client(raise_request_exception=False)
        for name in READERS:
            client.cookies[name] = value
        assert client.get("/catalogue/").status_code == 200, number
    assert [one for one in caplog.records if one.name == "personalization"] == []
