"""The words are the same wherever they are shown, and a change of them asks everybody again."""

import hashlib

from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.html import escape
from django.utils.translation import override

from personalization.conf import Conf
from personalization.events.consent import Purpose
from personalization.events.consent_words import banner_words, page_words
from tests.events.consent.browsers import PAGE, browser

# The English text of each version. Whoever changes the words adds a line here, and raises the version in conf.py.
TEXTS = {1: "86806a495c4f31d8"}


def test_other_words_are_another_version():
    with override("en"):
        text = banner_words() + page_words(Purpose.LABELS)
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == TEXTS[Conf.CONSENT_TEXT_VERSION.default]
    assert max(TEXTS) == Conf.CONSENT_TEXT_VERSION.default


def test_the_banner_says_what_the_ledger_keeps():
    for language in ("en", "ru", "uk"):
        with override(language):
            shown = render_to_string("personalization/consent_banner.html", request=RequestFactory().get("/"))
            for line in banner_words().splitlines():
                assert escape(line) in shown


def test_nothing_on_the_banner_is_ticked_and_the_ways_out_are_alike():
    shown = render_to_string("personalization/consent_banner.html")
    assert "checked" not in shown
    assert shown.count('class="pz-consent__way"') == 4
    assert 'data-pz-agree="analytics personalization"' in shown


def test_the_page_says_what_the_ledger_keeps(open_shop, anna):
    client = browser()
    client.force_login(anna, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(PAGE).content.decode()
    for line in page_words(Purpose.LABELS).splitlines():
        for part in line.split(": ", 1):
            assert escape(part) in shown
